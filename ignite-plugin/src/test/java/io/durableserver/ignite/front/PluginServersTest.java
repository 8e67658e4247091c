package io.durableserver.ignite.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.Call;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.DurableServers;
import io.durableserver.Handlers;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.admin.Admin;
import io.durableserver.ignite.launch.DurableNodeLauncher;
import io.durableserver.spi.Session;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class PluginServersTest {
    private record Name() implements Call<String> {}

    private static final class Plain extends DurableServer<String> {
        @Override
        protected void handlers(Handlers<String> on) {
            // What is called here never comes to a server.
        }
    }

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final ServerType<String> TYPE = ServerType.of("plain", String.class, Plain::new);

    private final PluginServers servers = new PluginServers("test/", new DurableNodeLauncher());

    @Test
    void aReferenceMadeBeforeThereIsANodeLeadsToItLater() {
        ServerRef early = servers.ref(TYPE, "k");
        assertThat(early.key()).isEqualTo("k");
        assertThat(early.type()).isEqualTo("plain");
        assertThatThrownBy(() -> early.call(new Name()))
                .isInstanceOfSatisfying(
                        NotAppliedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_READY));
        assertThatThrownBy(
                        () -> early.callAsync(new Name()).toCompletableFuture().get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(NotAppliedException.class);

        servers.enter(new Session("n", "1")).running(runtime("first"));
        assertThat(early.call(new Name())).isEqualTo("first:k");
        assertThat(servers.ref(TYPE, "k")).isEqualTo(early).hasSameHashCodeAs(early);

        servers.away("cut off", false);
        assertThatThrownBy(() -> early.call(new Name()))
                .isInstanceOf(NotAppliedException.class)
                .hasMessageContaining("cut off");
        servers.enter(new Session("n", "2")).running(runtime("second"));
        assertThat(early.call(new Name())).isEqualTo("second:k");
    }

    @Test
    void aReferenceKeepsItsHeadersWhereverItLeads() {
        ServerRef plain = servers.ref(TYPE, "k");
        ServerRef traced = plain.withHeaders(Map.of("a", "b"));
        assertThat(traced).isNotEqualTo(plain).isEqualTo(plain.withHeaders(Map.of("a", "b")));
        assertThatThrownBy(() -> plain.withHeaders(Map.of("A", "b"))).isInstanceOf(ConfigurationException.class);

        servers.enter(new Session("n", "1")).running(runtime("first"));
        assertThat(traced.call(new Name())).isEqualTo("first:k{a=b}");
        assertThat(plain.call(new Name())).isEqualTo("first:k");
        servers.enter(new Session("n", "2")).running(runtime("second"));
        assertThat(traced.call(new Name())).isEqualTo("second:k{a=b}");
    }

    @Test
    void aKeyThatNoStoreTakesIsRefusedWithoutANodeToo() {
        assertThatThrownBy(() -> servers.ref(TYPE, "")).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> servers.ref(TYPE, "half \uD800")).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void theAdminOfAnApplicationMovesAlong() {
        Admin admin = servers.admin();
        assertThatThrownBy(() -> admin.export("k")).isInstanceOf(NotAppliedException.class);
        CompletionStage<Boolean> refused = admin.interruptTurnAsync("k");
        assertThatThrownBy(() -> refused.toCompletableFuture().get()).hasCauseInstanceOf(NotAppliedException.class);
        servers.enter(new Session("n", "1")).running(runtime("first"));
        assertThat(admin.export("k")).isEmpty();
        assertThat(admin.interruptTurn("first")).isTrue();
        servers.enter(new Session("n", "2")).running(runtime("second"));
        assertThat(admin.interruptTurn("first")).isFalse();
        assertThat(admin.interruptTurn("second")).isTrue();
        assertThat(servers.admin()).isEqualTo(admin);
    }

    @Test
    void theStageOfReadinessMovesAlong() {
        CompletionStage<Void> ready = servers.awaitReadyAsync(LONG);
        CompletableFuture<Void> first = new CompletableFuture<>();
        Session session = new Session("n", "1");
        PluginServers.Door door = servers.enter(session);
        CompletableFuture<Duration> asked = new CompletableFuture<>();
        door.running(readyWith(first, asked));
        assertThat(asked)
                .succeedsWithin(WAIT)
                .satisfies(left -> assertThat(left).isPositive().isLessThanOrEqualTo(LONG));

        servers.away("cut off", false);
        first.completeExceptionally(new NotAppliedException(Reason.NOT_READY, "closed", Map.of()));
        servers.enter(new Session("n", "2"))
                .running(readyWith(CompletableFuture.completedFuture(null), new CompletableFuture<>()));
        assertThat(ready).succeedsWithin(WAIT);
        assertThat(servers.awaitReadyAsync(Duration.ZERO)).succeedsWithin(WAIT);
    }

    @Test
    void theStageOfReadinessFailsWhereThereIsNothingToWaitFor() {
        assertFails(servers.awaitReadyAsync(Duration.ofMillis(1)), "has not joined");
        ConfigurationException wrong = ConfigurationException.option("a", 1, "2");
        servers.enter(new Session("n", "1")).absent("broken", false, Optional.of(wrong));
        assertThat(servers.awaitReadyAsync(LONG))
                .failsWithin(WAIT)
                .withThrowableThat()
                .havingCause()
                .isSameAs(wrong);
        NotAppliedException draining = new NotAppliedException(Reason.DRAINING, "drains", Map.of());
        servers.enter(new Session("n", "2"))
                .running(readyWith(CompletableFuture.failedFuture(draining), new CompletableFuture<>()));
        assertThat(servers.awaitReadyAsync(LONG))
                .failsWithin(WAIT)
                .withThrowableThat()
                .havingCause()
                .isSameAs(draining);
        servers.away("gone", false);
        CompletionStage<Void> waiting = servers.awaitReadyAsync(LONG);
        servers.away("closed for good", true);
        assertFails(waiting, "closed for good");
    }

    private static void assertFails(CompletionStage<Void> stage, String why) {
        assertThat(stage)
                .failsWithin(WAIT)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        NotAppliedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_READY))
                .withMessageContaining(why);
    }

    /** A runtime that is ready when this stage says so. */
    private static DurableServers readyWith(CompletionStage<Void> ready, CompletableFuture<Duration> asked) {
        return stub(DurableServers.class, (self, method, arguments) -> {
            asked.complete((Duration) arguments[0]);
            return ready;
        });
    }

    /** A runtime whose servers answer its name and their key, and whose admin finds only a turn of its own name. */
    private static DurableServers runtime(String name) {
        Admin admin = stub(
                Admin.class,
                (self, method, arguments) ->
                        method.getName().equals("export") ? Optional.empty() : arguments[0].equals(name));
        return stub(
                DurableServers.class,
                (self, method, arguments) ->
                        method.getName().equals("admin") ? admin : ref(name + ":" + arguments[1], arguments[1]));
    }

    /** A reference that answers so, and with its headers behind it. */
    private static ServerRef ref(String answer, Object key) {
        return stub(ServerRef.class, (self, method, arguments) -> switch (method.getName()) {
            case "withHeaders" -> ref(answer + arguments[0], key);
            case "call" -> answer;
            default -> key;
        });
    }

    private static <T> T stub(Class<T> type, InvocationHandler answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, answers));
    }
}
