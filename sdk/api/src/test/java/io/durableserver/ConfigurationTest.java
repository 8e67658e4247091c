package io.durableserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
        Limits limits = Limits.DEFAULT;
        Timeouts timeouts = Timeouts.DEFAULT;
        Duration second = Duration.ofSeconds(1);
        return Stream.of(
                bad("limits.mailboxCapacity", "15", () -> limits.withMailboxCapacity(15)),
                bad("limits.mailboxCapacity", "1048577", () -> limits.withMailboxCapacity((1 << 20) + 1)),
                bad("limits.turnBatch", "0", () -> limits.withTurnBatch(0)),
                bad("limits.turnBatch", "10001", () -> limits.withTurnBatch(10_001)),
                bad("limits.stateBytes", "1023", () -> limits.withStateBytes(1_023)),
                bad("limits.stateBytes", "268435457", () -> limits.withStateBytes((256 << 20) + 1)),
                bad("limits.messageBytes", "1023", () -> limits.withMessageBytes(1_023)),
                bad("limits.messageBytes", "67108865", () -> limits.withMessageBytes((64 << 20) + 1)),
                bad("limits.pendingCalls", "15", () -> limits.withPendingCalls(15)),
                bad("limits.pendingCalls", "10000001", () -> limits.withPendingCalls(10_000_001)),
                bad("limits.locations", "15", () -> new Limits(16, 1, 1024, 1024, 16, 15, 16)),
                bad("limits.gatedOutputs", "15", () -> new Limits(16, 1, 1024, 1024, 16, 16, 15)),
                bad("timeouts.call", "PT0S", () -> timeouts.withCall(Duration.ZERO)),
                bad(
                        "timeouts.start",
                        "PT24H0.001S",
                        () -> timeouts.withStart(Duration.ofHours(24).plusMillis(1))),
                bad("timeouts.write", "PT-1S", () -> timeouts.withWrite(second.negated())),
                bad("timeouts.read", "PT0S", () -> new Timeouts(second, second, second, Duration.ZERO, second)),
                bad("timeouts.drain", "PT0S", () -> timeouts.withDrain(Duration.ZERO)),
                bad("lease.time", "PT0.999S", () -> new LeaseConfig(Duration.ofMillis(999), second, Duration.ZERO)),
                bad("lease.time", "PT10M1S", () -> new LeaseConfig(Duration.ofSeconds(601), second, Duration.ZERO)),
                bad("lease.renewEvery", "PT0S", () -> new LeaseConfig(second, Duration.ZERO, Duration.ZERO)),
                bad(
                        "lease.renewEvery",
                        "PT0.334S",
                        () -> new LeaseConfig(second, Duration.ofMillis(334), Duration.ZERO)),
                bad(
                        "lease.margin",
                        "PT0.5S",
                        () -> new LeaseConfig(second, Duration.ofMillis(100), Duration.ofMillis(500))),
                bad("lease.margin", "PT-1S", () -> new LeaseConfig(second, Duration.ofMillis(100), second.negated())),
                bad("call.timeout", "PT0S", () -> CallOptions.timeout(Duration.ZERO)),
                bad("call.timeout", "PT25H", () -> CallOptions.timeout(Duration.ofHours(25))),
                bad("start.timeout", "PT0S", () -> StartOptions.DEFAULT.withTimeout(Duration.ZERO)),
                bad("start.timeout", "PT25H", () -> StartOptions.DEFAULT.withTimeout(Duration.ofHours(25))),
                bad("sync.interval", "PT-1S", () -> SyncPolicy.manual(second.negated())),
                bad("idleTimeout", "PT0S", () -> Next.state(new State(1)).idleTimeout(Duration.ZERO)),
                bad("call.timeout", LONGEST.toString(), () -> CallOptions.timeout(LONGEST)),
                bad("start.timeout", LONGEST.toString(), () -> StartOptions.DEFAULT.withTimeout(LONGEST)),
                bad("timeouts.drain", LONGEST.toString(), () -> timeouts.withDrain(LONGEST)),
                bad("timeouts.call", LONGEST.negated().toString(), () -> timeouts.withCall(LONGEST.negated())),
                bad("lease.time", LONGEST.toString(), () -> new LeaseConfig(LONGEST, second, Duration.ZERO)),
                bad("lease.renewEvery", LONGEST.toString(), () -> new LeaseConfig(second, LONGEST, Duration.ZERO)),
                bad("lease.margin", LONGEST.toString(), () -> new LeaseConfig(second, Duration.ofMillis(100), LONGEST)),
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
        assertThat(new Limits(16, 1, 1 << 10, 1 << 10, 16, 16, 16).turnBatch()).isEqualTo(1);
        assertThat(new Limits(1 << 20, 10_000, 256 << 20, 64 << 20, 10_000_000, 10_000_000, 1 << 20).turnBatch())
                .isEqualTo(10_000);
        assertThat(CallOptions.timeout(Duration.ofHours(24)).timeout()).contains(Duration.ofHours(24));
        assertThat(config().prefix("x".repeat(127) + "/").build().prefix()).hasSize(128);
        assertThat(new LeaseConfig(Duration.ofMillis(1_000), Duration.ofMillis(333), Duration.ofMillis(499)).time())
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void builderFromAConfigurationKeepsEverything() {
        DurableServersConfig config = config().types(List.of(type("a"), type("b")))
                .limits(Limits.DEFAULT.withTurnBatch(7))
                .timeouts(Timeouts.DEFAULT.withCall(Duration.ofSeconds(9)))
                .lease(new LeaseConfig(Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofSeconds(4)))
                .service(String.class, "s")
                .allowMixedTypeVersions(true)
                .build();
        assertThat(DurableServersConfig.from(config).build()).isEqualTo(config);
        assertThat(DurableServersConfig.from(config).prefix("q/").build().types())
                .isEqualTo(config.types());
    }

    @Test
    void withersChangeOneOptionOnly() {
        Limits limits = Limits.DEFAULT
                .withMailboxCapacity(32)
                .withTurnBatch(2)
                .withStateBytes(2_048)
                .withMessageBytes(4_096)
                .withPendingCalls(64);
        assertThat(limits)
                .isEqualTo(
                        new Limits(32, 2, 2_048, 4_096, 64, Limits.DEFAULT.locations(), Limits.DEFAULT.gatedOutputs()));
        Duration ms = Duration.ofMillis(1);
        assertThat(Timeouts.DEFAULT.withCall(ms).withStart(ms).withWrite(ms).withDrain(ms))
                .isEqualTo(new Timeouts(ms, ms, ms, Timeouts.DEFAULT.read(), ms));
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
