package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.ignite.Ignite;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two of three nodes are gone, and what only they had copies of; one of them never comes back, or others come. */
final class IgniteKvLossIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> KEYS =
            IntStream.range(0, 40).mapToObj(i -> "key-" + i).toList();

    private final TestCluster cluster = new TestCluster(true).start(0, 1, 2).activate();
    private final IgniteKvConfig config =
            TestCluster.config().backups(1).expectedNodes(3).build();
    private final Backend backend = cluster.backend(0, config);

    @BeforeEach
    void loseTwo() {
        cluster.backend(1, config);
        cluster.backend(2, config);
        for (String key : KEYS) {
            assertThat(end(backend.create(key, new byte[1], TIMEOUT))).isInstanceOf(WriteResult.Stored.class);
        }
        cluster.stop(2);
        await().atMost(PATIENCE)
                .until(() ->
                        CopyMarks.ask(cluster.node(0), MarkTask.read(config.cacheNameFor(TestCluster.PREFIX)))
                                .marks()
                                .values()
                                .stream()
                                .allMatch(mark -> mark.needed().equals(Set.of(name(0), name(1)))));
        cluster.stop(1);
        await().atMost(PATIENCE).until(() -> !lost().isEmpty());
    }

    @AfterEach
    void stopNodes() {
        cluster.close();
    }

    private String name(int number) {
        return "kv-" + cluster.id() + "-" + number;
    }

    private Collection<Integer> lost() {
        return cluster.node(0).cache(config.cacheNameFor(TestCluster.PREFIX)).lostPartitions();
    }

    private void accept(int... numbers) {
        Set<String> nodes =
                Set.copyOf(IntStream.of(numbers).mapToObj(this::name).toList());
        IgniteKv.acceptLoss(cluster.node(0), TestCluster.PREFIX, config, nodes);
    }

    private void awaitAll() {
        await().atMost(PATIENCE).until(() -> lost().isEmpty());
        for (String key : KEYS) {
            await(key)
                    .atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .until(() -> end(backend.get(key, ReadMode.STRONG, TIMEOUT)), ReadResult.Found.class::isInstance);
        }
        await().atMost(PATIENCE)
                .until(
                        () -> end(backend.create("new-" + System.nanoTime(), new byte[1], TIMEOUT)),
                        WriteResult.Stored.class::isInstance);
    }

    @Test
    void theLossOfOneThatNeverComesBackIsAcceptedWhileAnotherStayedUp() {
        cluster.wipe(1);
        cluster.start(2);
        cluster.backend(2, config);
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> accept(2))
                .withMessageContaining(name(1));
        assertThat(lost()).isNotEmpty();
        assertThat(cluster.told(StoreEvent.LossAccepted.class)).isEmpty();
        accept(1);
        awaitAll();
        assertThat(cluster.told(StoreEvent.LossAccepted.class))
                .extracting(StoreEvent.LossAccepted::nodes)
                .containsExactly("[" + name(1) + "]");
        cluster.awaitTold(StoreEvent.PartitionsOpened.class);
    }

    @Test
    void theLossOfOneThatCameBackEmptyIsAcceptedOnceItIsStopped() {
        cluster.wipe(1);
        cluster.start(2);
        cluster.backend(2, config);
        cluster.start(1);
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> accept(1))
                .withMessageContaining("stop [" + name(1) + "] first");
        cluster.stop(1);
        await().atMost(PATIENCE)
                .until(() -> cluster.node(0).cluster().forServers().nodes().size() == 2);
        accept(1);
        awaitAll();
    }

    /** As {@code control.sh --baseline remove} does; the one with the newest copies is waited for no more. */
    @Test
    void theNodeThatLeftTheBaselineIsNotWaitedForAndItsLossIsTold() {
        cluster.start(2);
        cluster.backend(2, config);
        assertThat(cluster.awaitTold(StoreEvent.PartitionsLost.class).problem()).contains(name(1));
        Ignite node = cluster.node(0);
        node.cluster()
                .setBaselineTopology(Objects.requireNonNull(node.cluster().currentBaselineTopology()).stream()
                        .filter(member -> !name(1).equals(member.consistentId()))
                        .toList());
        awaitAll();
        assertThat(cluster.awaitTold(StoreEvent.PartitionsOpenedWithoutNewest.class)
                        .nodes())
                .isEqualTo("[" + name(1) + "]");
    }

    @Test
    void aNewNodeOutsideOfTheBaselineKeepsNothingClosed() {
        cluster.start(3);
        cluster.backend(3, config);
        cluster.start(2);
        cluster.start(1);
        awaitAll();
    }

    private static <T> T end(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }
}
