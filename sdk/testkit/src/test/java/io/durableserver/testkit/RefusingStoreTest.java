package io.durableserver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.CallOptions;
import io.durableserver.NotAppliedException;
import io.durableserver.StartOptions;
import io.durableserver.runtime.wire.Causes;
import io.durableserver.testkit.backend.Fault;
import io.durableserver.testkit.backend.FaultPlan.Decision;
import io.durableserver.testkit.backend.FaultyBackend;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.InMemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** While the store refuses every request nothing happens, and whoever asks is told so before they give up. */
class RefusingStoreTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int KEYS = 12;

    private final InMemoryStore store = new InMemoryStore();
    private final AtomicBoolean refuses = new AtomicBoolean();

    private TestCluster start() {
        return TestCluster.builder()
                .virtualTime()
                .types(Cart.TYPE)
                .configure(config -> config.backend(context -> new FaultyBackend(
                        new InMemoryBackend(store),
                        (operation, key) -> refuses.get() ? Decision.of(new Fault.Refused(true)) : Decision.FINE,
                        context.scheduler())))
                .start();
    }

    @Test
    void aFirstStartIsNotAppliedWhicheverNodeIsAsked() {
        try (TestCluster cluster = start()) {
            refuses.set(true);
            List<CompletionStage<?>> starts = new ArrayList<>();
            for (int i = 0; i < KEYS; i++) {
                for (int node = 0; node < cluster.size(); node++) {
                    starts.add(cluster.servers(node)
                            .ensureStartedAsync(
                                    Cart.TYPE,
                                    "k" + i,
                                    new Cart.State("ann", List.of()),
                                    StartOptions.DEFAULT.withTimeout(TIMEOUT)));
                }
            }
            cluster.advance(TIMEOUT.multipliedBy(2));
            refuses.set(false);
            starts.forEach(RefusingStoreTest::assertNotApplied);
        }
    }

    @Test
    void aCallOfAServerThatDoesNotRunIsNotAppliedWhicheverNodeIsAsked() {
        try (TestCluster cluster = start()) {
            refuses.set(true);
            List<CompletionStage<?>> calls = new ArrayList<>();
            for (int i = 0; i < KEYS; i++) {
                for (int node = 0; node < cluster.size(); node++) {
                    calls.add(cluster.servers(node)
                            .ref(Cart.TYPE, "k" + i)
                            .callAsync(new Cart.Items(), CallOptions.timeout(TIMEOUT)));
                }
            }
            cluster.advance(TIMEOUT.multipliedBy(2));
            refuses.set(false);
            calls.forEach(RefusingStoreTest::assertNotApplied);
        }
    }

    private static void assertNotApplied(CompletionStage<?> end) {
        assertThat(end.toCompletableFuture()).isCompletedExceptionally();
        assertThat(end.toCompletableFuture()
                        .handle((done, failure) -> Causes.of(failure))
                        .join())
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        refused ->
                                assertThat(refused.reason()).isEqualTo(NotAppliedException.Reason.STORAGE_UNAVAILABLE));
    }
}
