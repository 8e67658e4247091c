package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServers;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.StartOptions;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.spi.BackendFactory;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.testkit.backend.ForwardingBackend;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.InMemoryStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two real nodes: one is well, the other has joined and is not ready. Its share of the keys starts all the same. */
@Timeout(120)
class NotReadyNodeIT {
    private static final int PORT = 19_900;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Less than a start took when it insisted on a node that was not ready, which was all the time it had. */
    private static final StartOptions START = StartOptions.DEFAULT.withTimeout(Duration.ofSeconds(10));

    private static final int KEYS = 12;

    @TempDir
    private Path work;

    private final InMemoryStore store = new InMemoryStore();
    private final AtomicBoolean repaired = new AtomicBoolean();
    private final Queue<RuntimeEvent> told = new ConcurrentLinkedQueue<>();

    private DurableIgnite start(String name, BackendFactory backend) {
        return DurableIgnite.start(EmbeddedNode.builder()
                .name(name)
                .workDirectory(work.resolve(name))
                .discoveryPort(PORT)
                .communicationPort(PORT + 50)
                .memoryBytes(64L << 20)
                .servers(DurableServersConfig.builder()
                        .prefix("shop/")
                        .type(TestServer.TYPE)
                        .events(fact -> told.add(fact.event()))
                        .backend(backend)
                        .build())
                .build());
    }

    private void startKeys(DurableServers servers, String name) {
        for (int i = 0; i < KEYS; i++) {
            servers.ensureStarted(TestServer.TYPE, name + i, new TestServer.State(0), START);
        }
        assertThat(servers.admin().localCount()).isPositive();
    }

    /** Runs while the second node is not ready, and again when it is. */
    private void whileNotReady(BackendFactory sick, Function<DurableServers, Reason> refusal) {
        try (DurableIgnite a = start("a", InMemoryBackend.factory(store))) {
            a.servers().awaitReady(PATIENCE);
            try (DurableIgnite b = start("b", sick)) {
                startKeys(a.servers(), "sick-");
                assertThat(a.servers().admin().localCount()).isEqualTo(KEYS);
                assertThat(refusal.apply(b.servers())).isEqualTo(Reason.NOT_READY);
                repaired.set(true);
                TestCluster.await("b recovers by itself", () -> b.servers().isReady());
                b.servers().awaitReady(PATIENCE);
                startKeys(b.servers(), "well-");
                startKeys(a.servers(), "well-");
            }
            startKeys(a.servers(), "alone-");
        }
    }

    private static Reason refusal(DurableServers servers) {
        try {
            servers.ensureStarted(TestServer.TYPE, "k", new TestServer.State(0), START);
            throw new AssertionError("started");
        } catch (NotAppliedException refused) {
            return refused.reason();
        }
    }

    @Test
    void aNodeThatCannotOpenItsStoreSaysWhyAndCostsNobodyAKey() {
        ConfigurationException wrong = ConfigurationException.option("igniteKv.dataRegion", "nope", "one of [default]");
        BackendFactory sick = context -> {
            if (!repaired.get()) {
                throw wrong;
            }
            return new InMemoryBackend(store);
        };
        whileNotReady(sick, servers -> {
            assertThatThrownBy(() -> servers.awaitReady(Duration.ofHours(1)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("nope");
            assertThatThrownBy(() -> servers.admin().info("k"))
                    .hasMessageContainingAll("cannot start", "shop/", "b")
                    .hasCause(wrong);
            return refusal(servers);
        });
        assertThat(told)
                .as("heard by the runtime that started at last")
                .filteredOn(ClusterEvent.PrefixNotStarted.class::isInstance)
                .isNotEmpty()
                .allSatisfy(fact -> {
                    assertThat(((ClusterEvent.PrefixNotStarted) fact).node()).isEqualTo("b");
                    assertThat(fact.thrown()).containsSame(wrong);
                });
    }

    @Test
    void aNodeWhoseStoreIsDownCostsNobodyAKey() {
        whileNotReady(
                context -> new Unready(CompletableFuture.failedFuture(
                        new NotAppliedException(Reason.STORAGE_UNAVAILABLE, "The store cannot be reached", Map.of()))),
                NotReadyNodeIT::refusal);
    }

    @Test
    void aNodeThatIsStillStartingCostsNobodyAKey() {
        CompletableFuture<Void> opening = new CompletableFuture<>();
        whileNotReady(context -> new Unready(opening), servers -> {
            Reason reason = refusal(servers);
            opening.complete(null);
            return reason;
        });
    }

    /** Not ready until it is repaired. */
    private final class Unready extends ForwardingBackend {
        private final CompletionStage<Void> until;

        Unready(CompletionStage<Void> until) {
            super(new InMemoryBackend(store));
            this.until = until;
        }

        @Override
        public CompletionStage<Void> ready() {
            return repaired.get() ? CompletableFuture.completedFuture(null) : until;
        }
    }
}
