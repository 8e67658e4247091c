package io.durableserver.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.NotAppliedException;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.runtime.lifecycle.Standing.State;
import io.durableserver.runtime.routing.Readiness;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.spi.Session;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The state of a node, apart from what changes it. */
final class StandingTest {
    private static final Session SELF = new Session("n", "1");

    private final ManualScheduler time = new ManualScheduler();
    private final LoneCluster cluster = new LoneCluster(SELF);
    private final Standing standing = new Standing(node(), new Readiness(cluster, cluster), () -> null);

    private NodeScope node() {
        MemoryBackend backend = new MemoryBackend();
        DurableServersConfig config = DurableServersConfig.builder()
                .prefix("t/")
                .backend(context -> backend)
                .build();
        Map<String, Object> parts = Map.of("config", config, "session", SELF, "scheduler", time);
        return (NodeScope) Proxy.newProxyInstance(
                NodeScope.class.getClassLoader(),
                new Class<?>[] {NodeScope.class},
                (proxy, method, arguments) -> Objects.requireNonNull(parts.get(method.getName()), method.getName()));
    }

    private CompletableFuture<Void> wait(Duration timeout) {
        return standing.awaitReadyAsync(timeout).toCompletableFuture();
    }

    @Test
    void waitEndsOnceAndLeavesNoTimerBehind() {
        CompletableFuture<Void> ready = wait(Duration.ofMinutes(1));
        CompletableFuture<Void> late = wait(Duration.ofSeconds(1));
        CompletableFuture<Void> cancelled = wait(Duration.ofMinutes(1));
        assertThat(time.timers()).isEqualTo(3);
        cancelled.cancel(false);
        assertThat(time.timers()).isEqualTo(2);
        time.advance(Duration.ofSeconds(1));
        assertThat(late)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(NotAppliedException.class)
                .withMessageContaining("not ready yet");
        assertThat(ready).isNotDone();
        assertThat(standing.become(State.SERVING, State.STARTING)).isTrue();
        assertThat(ready).isCompleted();
        assertThat(time.timers()).isZero();
        assertThat(wait(Duration.ZERO)).isCompleted();
        assertThat(time.timers()).isZero();
    }

    @Test
    void nodeAtRiskIsWaitedForAndOneThatDrainsIsNot() {
        standing.become(State.SERVING, State.STARTING);
        standing.risk(true);
        CompletableFuture<Void> safe = wait(Duration.ofMinutes(1));
        assertThat(safe).isNotDone();
        standing.risk(false);
        assertThat(safe).isCompleted();
        standing.risk(true);
        CompletableFuture<Void> drained = wait(Duration.ofMinutes(1));
        standing.become(State.DRAINING, State.SERVING);
        assertThat(drained)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(NotAppliedException.Reason.DRAINING));
        assertThat(time.timers()).isZero();
    }

    @Test
    void fencedNodeStaysSo() {
        assertThat(standing.fence("cut off", true)).isEqualTo(State.STARTING);
        assertThat(standing.fence("again", true)).isEqualTo(State.ENDED);
        assertThat(standing.become(State.SERVING, State.STARTING)).isFalse();
        assertThat(standing.refusal(State.ENDED)).hasMessageContaining("serves no more: cut off");
    }
}
