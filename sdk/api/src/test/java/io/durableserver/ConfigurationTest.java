package io.durableserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.LeaseConfig;
import io.durableserver.config.Limits;
import io.durableserver.config.Timeouts;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every bad option is refused with its name, its value and its bound. */
class ConfigurationTest {
    /** More than a number of milliseconds or nanoseconds can hold. */
    private static final Duration LONGEST = Duration.ofSeconds(Long.MAX_VALUE);

    record State(int n) {}

    private static final class Server extends DurableServer<State> {
        @Override
        protected void handlers(Handlers<State> on) {}
    }

    private static ServerType<State> type(String name) {
        return ServerType.of(name, State.class, Server::new);
    }

    private static DurableServersConfig.Builder config() {
        return DurableServersConfig.builder().prefix("p/").backend(context -> {
            throw new IllegalStateException("not opened here");
        });
    }

    private static Arguments bad(String option, String value, ThrowingCallable use) {
        return Arguments.of(option, value, use);
    }

    private static Stream<Arguments> badOptions() {
        Duration second = Duration.ofSeconds(1);
        return Stream.of(
                bad(
                        "limits.mailboxCapacity",
                        "15",
                        () -> Limits.builder().mailboxCapacity(15).build()),
                bad(
                        "limits.mailboxCapacity",
                        "1048577",
                        () -> Limits.builder().mailboxCapacity((1 << 20) + 1).build()),
                bad("limits.turnBatch", "0", () -> Limits.builder().turnBatch(0).build()),
                bad(
                        "limits.turnBatch",
                        "10001",
                        () -> Limits.builder().turnBatch(10_001).build()),
                bad(
                        "limits.stateBytes",
                        "1023",
                        () -> Limits.builder().stateBytes(1_023).build()),
                bad(
                        "limits.stateBytes",
                        "268435457",
                        () -> Limits.builder().stateBytes((256 << 20) + 1).build()),
                bad(
                        "limits.messageBytes",
                        "1023",
                        () -> Limits.builder().messageBytes(1_023).build()),
                bad(
                        "limits.messageBytes",
                        "67108865",
                        () -> Limits.builder().messageBytes((64 << 20) + 1).build()),
                bad(
                        "limits.pendingCalls",
                        "15",
                        () -> Limits.builder().pendingCalls(15).build()),
                bad(
                        "limits.pendingCalls",
                        "10000001",
                        () -> Limits.builder().pendingCalls(10_000_001).build()),
                bad(
                        "limits.locations",
                        "15",
                        () -> Limits.builder().locations(15).build()),
                bad(
                        "limits.gatedOutputs",
                        "15",
                        () -> Limits.builder().gatedOutputs(15).build()),
                bad(
                        "timeouts.call",
                        "PT0S",
                        () -> Timeouts.builder().call(Duration.ZERO).build()),
                bad(
                        "timeouts.start",
                        "PT24H0.001S",
                        () -> Timeouts.builder()
                                .start(Duration.ofHours(24).plusMillis(1))
                                .build()),
                bad(
                        "timeouts.write",
                        "PT-1S",
                        () -> Timeouts.builder().write(second.negated()).build()),
                bad(
                        "timeouts.read",
                        "PT0S",
                        () -> Timeouts.builder()
                                .call(second)
                                .start(second)
                                .write(second)
                                .read(Duration.ZERO)
                                .drain(second)
                                .build()),
                bad(
                        "timeouts.drain",
                        "PT0S",
                        () -> Timeouts.builder().drain(Duration.ZERO).build()),
                bad(
                        "lease.time",
                        "PT0.999S",
                        () -> LeaseConfig.builder()
                                .time(Duration.ofMillis(999))
                                .renewEvery(second)
                                .margin(Duration.ZERO)
                                .build()),
                bad(
                        "lease.time",
                        "PT10M1S",
                        () -> LeaseConfig.builder()
                                .time(Duration.ofSeconds(601))
                                .renewEvery(second)
                                .margin(Duration.ZERO)
                                .build()),
                bad(
                        "lease.renewEvery",
                        "PT0S",
                        () -> LeaseConfig.builder()
                                .time(second)
                                .renewEvery(Duration.ZERO)
                                .margin(Duration.ZERO)
                                .build()),
                bad(
                        "lease.renewEvery",
                        "PT0.334S",
                        () -> LeaseConfig.builder()
                                .time(second)
                                .renewEvery(Duration.ofMillis(334))
                                .margin(Duration.ZERO)
                                .build()),
                bad(
                        "lease.margin",
                        "PT0.5S",
                        () -> LeaseConfig.builder()
                                .time(second)
                                .renewEvery(Duration.ofMillis(100))
                                .margin(Duration.ofMillis(500))
                                .build()),
                bad(
                        "lease.margin",
                        "PT-1S",
                        () -> LeaseConfig.builder()
                                .time(second)
                                .renewEvery(Duration.ofMillis(100))
                                .margin(second.negated())
                                .build()),
                bad("call.timeout", "PT0S", () -> CallOptions.timeout(Duration.ZERO)),
                bad("call.timeout", "PT25H", () -> CallOptions.timeout(Duration.ofHours(25))),
                bad("start.timeout", "PT0S", () -> StartOptions.DEFAULT.withTimeout(Duration.ZERO)),
                bad("start.timeout", "PT25H", () -> StartOptions.DEFAULT.withTimeout(Duration.ofHours(25))),
                bad("sync.interval", "PT-1S", () -> SyncPolicy.manual(second.negated())),
                bad("idleTimeout", "PT0S", () -> Next.state(new State(1)).idleTimeout(Duration.ZERO)),
                bad("call.timeout", LONGEST.toString(), () -> CallOptions.timeout(LONGEST)),
                bad("start.timeout", LONGEST.toString(), () -> StartOptions.DEFAULT.withTimeout(LONGEST)),
                bad(
                        "timeouts.drain",
                        LONGEST.toString(),
                        () -> Timeouts.builder().drain(LONGEST).build()),
                bad(
                        "timeouts.call",
                        LONGEST.negated().toString(),
                        () -> Timeouts.builder().call(LONGEST.negated()).build()),
                bad(
                        "lease.time",
                        LONGEST.toString(),
                        () -> LeaseConfig.builder()
                                .time(LONGEST)
                                .renewEvery(second)
                                .margin(Duration.ZERO)
                                .build()),
                bad(
                        "lease.renewEvery",
                        LONGEST.toString(),
                        () -> LeaseConfig.builder()
                                .time(second)
                                .renewEvery(LONGEST)
                                .margin(Duration.ZERO)
                                .build()),
                bad(
                        "lease.margin",
                        LONGEST.toString(),
                        () -> LeaseConfig.builder()
                                .time(second)
                                .renewEvery(Duration.ofMillis(100))
                                .margin(LONGEST)
                                .build()),
                bad(
                        "idleTimeout",
                        LONGEST.negated().toString(),
                        () -> Next.state(new State(1)).idleTimeout(LONGEST.negated())),
                bad("type.slowTurn", LONGEST.toString(), () -> type("a").slowTurn(LONGEST)),
                bad("type.name", "", () -> type("")),
                bad("type.name", "1a", () -> type("1a")),
                bad("type.name", "a b", () -> type("a b")),
                bad("type.name", "a".repeat(65), () -> type("a".repeat(65))),
                bad("type.version", "0", () -> type("a").version(0)),
                bad("prefix", "null", () -> DurableServersConfig.builder().build()),
                bad(
                        "backend",
                        "null",
                        () -> DurableServersConfig.builder().prefix("p/").build()),
                bad("prefix", "p", () -> config().prefix("p").build()),
                bad("prefix", "/", () -> config().prefix("/").build()),
                bad("prefix", "/p/", () -> config().prefix("/p/").build()),
                bad("prefix", "__p/", () -> config().prefix("__p/").build()),
                bad("prefix", "p q/", () -> config().prefix("p q/").build()),
                bad("types", "a", () -> config().type(type("a")).type(type("a")).build()));
    }

    @ParameterizedTest(name = "{0} = {1}")
    @MethodSource("badOptions")
    void badOptionIsNamedWithValueAndBound(String option, String value, ThrowingCallable use) {
        ConfigurationException error = catchThrowableOfType(ConfigurationException.class, use);
        assertThat(error).isNotNull();
        assertThat(error.reason()).isEqualTo(ConfigurationException.Reason.INVALID_OPTION);
        assertThat(error.context()).containsEntry("option", option).containsEntry("value", value);
        assertThat(error.context().get("bound")).isNotBlank();
        assertThat(error)
                .hasMessage("[INVALID_OPTION] Option " + option + " must be "
                        + error.context().get("bound") + ", was " + value);
    }

    @Test
    void boundsThemselvesAreAllowed() {
        assertThat(Limits.builder()
                        .mailboxCapacity(16)
                        .turnBatch(1)
                        .stateBytes(1 << 10)
                        .messageBytes(1 << 10)
                        .pendingCalls(16)
                        .locations(16)
                        .gatedOutputs(16)
                        .build()
                        .turnBatch())
                .isEqualTo(1);
        assertThat(Limits.builder()
                        .mailboxCapacity(1 << 20)
                        .turnBatch(10_000)
                        .stateBytes(256 << 20)
                        .messageBytes(64 << 20)
                        .pendingCalls(10_000_000)
                        .locations(10_000_000)
                        .gatedOutputs(1 << 20)
                        .build()
                        .turnBatch())
                .isEqualTo(10_000);
        assertThat(CallOptions.timeout(Duration.ofHours(24)).timeout()).contains(Duration.ofHours(24));
        assertThat(config().prefix("x".repeat(127) + "/").build().prefix()).hasSize(128);
        assertThat(LeaseConfig.builder()
                        .time(Duration.ofMillis(1_000))
                        .renewEvery(Duration.ofMillis(333))
                        .margin(Duration.ofMillis(499))
                        .build()
                        .time())
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void builderFromAConfigurationKeepsEverything() throws Exception {
        DurableServersConfig config = config().types(List.of(type("a"), type("b")))
                .limits(Limits.builder().turnBatch(7).build())
                .timeouts(Timeouts.builder().call(Duration.ofSeconds(9)).build())
                .lease(LeaseConfig.builder()
                        .time(Duration.ofSeconds(20))
                        .renewEvery(Duration.ofSeconds(5))
                        .margin(Duration.ofSeconds(4))
                        .build())
                .service(String.class, "s")
                .allowMixedTypeVersions(true)
                .build();
        DurableServersConfig copy = DurableServersConfig.from(config).build();
        for (Method option : DurableServersConfig.class.getDeclaredMethods()) {
            if (Modifier.isPublic(option.getModifiers()) && !Modifier.isStatic(option.getModifiers())) {
                assertThat(option.invoke(copy)).as(option.getName()).isEqualTo(option.invoke(config));
            }
        }
        assertThat(DurableServersConfig.from(config).prefix("q/").build().types())
                .isEqualTo(config.types());
    }

    @Test
    void anOptionChangesNothingElse() {
        Limits limits = Limits.builder()
                .mailboxCapacity(32)
                .turnBatch(2)
                .stateBytes(2_048)
                .messageBytes(4_096)
                .pendingCalls(64)
                .build();
        assertThat(limits)
                .isEqualTo(Limits.builder()
                        .mailboxCapacity(32)
                        .turnBatch(2)
                        .stateBytes(2_048)
                        .messageBytes(4_096)
                        .pendingCalls(64)
                        .locations(Limits.DEFAULT.locations())
                        .gatedOutputs(Limits.DEFAULT.gatedOutputs())
                        .build());
        Duration ms = Duration.ofMillis(1);
        assertThat(Timeouts.builder().call(ms).start(ms).write(ms).drain(ms).build())
                .isEqualTo(Timeouts.builder()
                        .call(ms)
                        .start(ms)
                        .write(ms)
                        .read(Timeouts.DEFAULT.read())
                        .drain(ms)
                        .build());
        CallOptions call = CallOptions.DEFAULT.withTimeout(ms);
        assertThat(call.timeout()).contains(ms);
        assertThat(CallOptions.DEFAULT.timeout()).isEmpty();
        StartOptions start = StartOptions.DEFAULT.existingOnly(true).withTimeout(ms);
        assertThat(start.isExistingOnly()).isTrue();
        assertThat(start.timeout()).contains(ms);
    }

    @Test
    void typeIsAValueWithDefaults() {
        ServerType<State> type = type("a");
        assertThat(type.version()).isEqualTo(1);
        assertThat(type.syncPolicy()).isEqualTo(SyncPolicy.manual());
        assertThat(type.isMutableState()).isFalse();
        assertThat(type.stateCodec()).isEmpty();
        ServerType<State> other =
                type.version(3).syncPolicy(SyncPolicy.strict()).mutableState();
        assertThat(other).hasToString("a@3");
        assertThat(other.syncPolicy().mode()).isEqualTo(SyncPolicy.Mode.STRICT);
        assertThat(other.isMutableState()).isTrue();
        assertThat(other.newServer()).isInstanceOf(Server.class).isNotSameAs(other.newServer());
        assertThat(type.version()).isEqualTo(1);
    }
}
