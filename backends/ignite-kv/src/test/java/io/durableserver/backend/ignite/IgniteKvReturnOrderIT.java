package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import org.apache.ignite.IgniteException;
import org.apache.ignite.internal.IgniteEx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Partitions are lost while a node goes on, and those who had copies of them come back in a bad order. */
final class IgniteKvReturnOrderIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int KEYS = 60;

    private final TestCluster cluster = new TestCluster(true);
    private final Map<String, Version> versions = new HashMap<>();

    @AfterEach
    void stopNodes() {
        cluster.close();
    }

    @Test
    void anOlderCopyThatJoinsBeforeThePartitionsAreOpenDoesNotWin() {
        IgniteKvConfig config = TestCluster.config().backups(1).expectedNodes(3).build();
        cluster.start(0, 1, 2).activate();
        Backend backend = cluster.backend(0, config);
        cluster.backend(1, config);
        cluster.backend(2, config);
        createAll(backend);
        stop(config, 2);
        assertThat(replaceWhatIsOpen(backend)).isEqualTo(KEYS);
        stop(config, 1);
        // So that the first node opens nothing before both are there: on a real cluster these two join in one moment.
        backend.close();
        cluster.start(1);
        assertRefused(2, "node " + name(2) + " has older copies than [" + name(1) + "]");
        Backend again = cluster.backend(0, config);
        awaitOpen();
        cluster.start(2);
        awaitNewest(again);
    }

    @Test
    void theNewestCopyWinsOfSeveralThatWereLostOneAfterTheOther() {
        Backend backend = threeWereLost();
        assertRefused(1, "start [" + name(2) + "] first");
        cluster.start(2);
        assertRefused(3, "node " + name(3) + " has older copies than [" + name(2) + "]", "waits for [" + name(1) + "]");
        cluster.start(1);
        awaitOpen();
        cluster.start(3);
        awaitNewest(backend);
    }

    @Test
    void theNewestCopyWinsAlsoWhenTheOldestCameFirst() {
        Backend backend = threeWereLost();
        cluster.start(3);
        assertRefused(1, "start [" + name(2) + "] first");
        String cacheName = CHAIN.cacheNameFor(TestCluster.PREFIX);
        assertThat(IgniteInternals.filled(cluster.node(3), cacheName))
                .as("has copies of what is lost")
                .isNotEqualTo(Filled.WHOLE);
        cluster.start(2, 1);
        awaitOpen();
        awaitNewest(backend);
        await().atMost(PATIENCE).until(() -> IgniteInternals.filled(cluster.node(3), cacheName) == Filled.WHOLE);
    }

    /** So that all nodes make the same of a mark, however long they are here. */
    @Test
    void aNodeThatJoinsKnowsWhoWasHereBefore() {
        cluster.start(0, 1).activate();
        cluster.stop(1);
        cluster.start(1);
        long now = IgniteInternals.topologyVersion(cluster.node(1));
        Set<String> both = Set.of(name(0), name(1));
        assertThat(IgniteInternals.servers(cluster.node(1), now - 3, now))
                .hasValue(List.of(both, Set.of(name(0)), both));
        assertThat(IgniteInternals.moment(cluster.node(1), now))
                .isPresent()
                .isEqualTo(IgniteInternals.moment(cluster.node(0), now));
    }

    /** Ignite holds it while it writes to a disk, and whoever waits for it in discovery stops all nodes. */
    @Test
    void theGuardWaitsForNoLockOfThePartitions() throws ReflectiveOperationException {
        cluster.start(0, 1).activate();
        Backend backend = cluster.backend(0, CHAIN);
        cluster.backend(1, CHAIN);
        createAll(backend);
        String cacheName = CHAIN.cacheNameFor(TestCluster.PREFIX);
        await().atMost(PATIENCE).until(() -> LostLook.nothingIsLost(cluster.node(0), cacheName));
        Object partitions = ((IgniteEx) cluster.node(0))
                .context()
                .cache()
                .cache(cacheName)
                .context()
                .topology();
        Field field = partitions.getClass().getDeclaredField("lock");
        field.setAccessible(true);
        Lock lock = ((ReadWriteLock) field.get(partitions)).writeLock();
        lock.lock();
        try {
            assertThat(end(CompletableFuture.supplyAsync(
                            () -> JoinGuard.refuse(cluster.node(0), cacheName, name(1), CopyMark.NONE, List.of()),
                            task -> new Thread(task, "guard").start())))
                    .isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void assertRefused(int number, String... texts) {
        assertThatThrownBy(() -> cluster.start(number))
                .isInstanceOf(IgniteException.class)
                .satisfies(failure -> assertThat(texts(failure)).contains(texts));
    }

    private static String texts(Throwable failure) {
        StringBuilder all = new StringBuilder();
        for (Throwable at = failure; at != null; at = at.getCause()) {
            all.append(at.getMessage()).append('\n');
        }
        return all.toString();
    }

    private String name(int number) {
        return "kv-" + cluster.id() + "-" + number;
    }

    private static final IgniteKvConfig CHAIN = TestCluster.config().backups(1).build();

    /** Of what 1 and 2 share the newest copy is on 1, of what 2 and 3 share on 2; node 0 is left. */
    private Backend threeWereLost() {
        cluster.start(0, 1, 2, 3).activate();
        Backend backend = cluster.backend(0, CHAIN);
        for (int i = 1; i < 4; i++) {
            cluster.backend(i, CHAIN);
        }
        createAll(backend);
        stop(CHAIN, 3);
        assertThat(replaceWhatIsOpen(backend)).isEqualTo(KEYS);
        stop(CHAIN, 2);
        assertThat(replaceWhatIsOpen(backend)).isBetween(1, KEYS - 1);
        stop(CHAIN, 1);
        assertThat(replaceWhatIsOpen(backend)).isBetween(1, KEYS - 1);
        return backend;
    }

    private void createAll(Backend backend) {
        for (int i = 0; i < KEYS; i++) {
            String key = "key-" + i;
            versions.put(key, ((WriteResult.Stored) end(backend.create(key, new byte[1], TIMEOUT))).version());
        }
    }

    /** Ignite on node 0 has taken it in, and what is lost by it. */
    private void stop(IgniteKvConfig config, int number) {
        int left = cluster.node(0).cluster().forServers().nodes().size() - 1;
        cluster.stop(number);
        await().atMost(PATIENCE)
                .until(() -> cluster.node(0).cluster().forServers().nodes().size() == left
                        && IgniteInternals.settled(cluster.node(0)));
        assertThat(cluster.node(0).cache(config.cacheNameFor(TestCluster.PREFIX)))
                .isNotNull();
    }

    /** How many keys could be replaced: those whose partition is not lost. */
    private int replaceWhatIsOpen(Backend backend) {
        Collection<Integer> lost =
                cluster.node(0).cache(CHAIN.cacheNameFor(TestCluster.PREFIX)).lostPartitions();
        int replaced = 0;
        for (Map.Entry<String, Version> record : versions.entrySet()) {
            int partition = cluster.node(0)
                    .<String>affinity(CHAIN.cacheNameFor(TestCluster.PREFIX))
                    .partition(record.getKey());
            if (!lost.contains(partition)) {
                record.setValue(replaced(backend, record.getKey(), record.getValue()));
                replaced++;
            }
        }
        return replaced;
    }

    /** Requests may be refused while the topology changes; none is in doubt here. */
    private static Version replaced(Backend backend, String key, Version version) {
        return ((WriteResult.Stored) await().atMost(PATIENCE)
                        .pollDelay(Duration.ZERO)
                        .until(
                                () -> end(backend.replace(key, new byte[2], version, TIMEOUT)),
                                WriteResult.Stored.class::isInstance))
                .version();
    }

    private void awaitOpen() {
        await().atMost(PATIENCE)
                .until(() -> cluster.node(0)
                        .cache(CHAIN.cacheNameFor(TestCluster.PREFIX))
                        .lostPartitions()
                        .isEmpty());
    }

    private void awaitNewest(Backend backend) {
        versions.forEach((key, version) -> {
            ReadResult read = await().atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .until(() -> end(backend.get(key, ReadMode.STRONG, TIMEOUT)), ReadResult.Found.class::isInstance);
            assertThat(((ReadResult.Found) read).version()).as(key).isEqualTo(version);
        });
    }

    private static <T> T end(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }
}
