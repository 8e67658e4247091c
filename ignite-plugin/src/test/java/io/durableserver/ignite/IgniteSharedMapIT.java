package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Registration;
import io.durableserver.ignite.map.CasProcessor;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.Session;
import io.durableserver.spi.SharedMap;
import io.durableserver.spi.SharedMap.Cas;
import io.durableserver.spi.SharedMap.Change;
import io.durableserver.spi.SharedMap.Page;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ignite.binary.BinaryType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class IgniteSharedMapIT {
    private final TestCluster cluster = new TestCluster(18_300);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
        cluster.close();
    }

    private static byte[] text(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    private static Optional<String> text(Optional<byte[]> value) {
        return value.map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** A node that is cut off before its first change would wait for the cluster for ever, and its Ignite would not end. */
    @Test
    void theClusterKnowsTheClassOfAChangeBeforeTheFirstOne() {
        cluster.start("a");
        cluster.cluster("a").map(StandInRuntime.DIRECTORY);

        assertThat(cluster.node("a").ignite().binary().types())
                .extracting(BinaryType::typeName)
                .contains(CasProcessor.class.getName());
    }

    @Test
    void everyChangeIsACompareAndSetOfTheBytes() {
        List<Cluster> nodes = cluster.start("a", "b");
        SharedMap a = nodes.get(0).map(StandInRuntime.DIRECTORY);
        SharedMap b = nodes.get(1).map(StandInRuntime.DIRECTORY);
        for (int i = 0; i < 20; i++) {
            String key = "key" + i;
            assertThat(TestCluster.get(a.replace(key, text("none"), text("x"))).applied())
                    .isFalse();
            assertThat(TestCluster.get(a.remove(key, text("none")))).isEqualTo(new Cas(false, Optional.empty(), 0));
            assertThat(TestCluster.get(a.putIfAbsent(key, text("1"))).applied()).isTrue();
            Cas second = TestCluster.get(b.putIfAbsent(key, text("1")));
            assertThat(second.applied())
                    .as("the same bytes from another caller lose")
                    .isFalse();
            assertThat(text(second.current())).contains("1");
            assertThat(TestCluster.get(b.replace(key, text("0"), text("2"))).applied())
                    .isFalse();
            Cas replaced = TestCluster.get(b.replace(key, text("1"), text("2")));
            assertThat(replaced.applied()).isTrue();
            assertThat(text(replaced.current())).contains("2");
            assertThat(text(TestCluster.get(a.get(key)))).contains("2");
            assertThat(text(a.localGet(key)))
                    .as("two nodes, one backup: each has a copy")
                    .contains("2");
        }
        assertThat(all(a, "key1")).hasSize(11);
        assertThat(all(b, "")).hasSize(20);
        Cas removed = TestCluster.get(a.remove("key1", text("2")));
        assertThat(removed.applied()).isTrue();
        assertThat(removed.current()).isEmpty();
        assertThat(TestCluster.get(a.get("key1"))).isEmpty();
        assertThat(a.localGet("key1")).isEmpty();
    }

    private static Map<String, byte[]> all(SharedMap map, String prefix) {
        Map<String, byte[]> all = new HashMap<>();
        String cursor = SharedMap.START;
        do {
            Page page = TestCluster.get(map.scan(prefix, cursor, 7));
            page.entries()
                    .forEach(entry ->
                            assertThat(all.put(entry.key(), entry.value())).isNull());
            cursor = page.next().orElse(SharedMap.START);
        } while (!cursor.equals(SharedMap.START));
        return all;
    }

    @Test
    void aRaceHasExactlyOneWinner() throws Exception {
        List<Cluster> nodes = cluster.start("a", "b", "c");
        int racers = 32;
        for (int round = 0; round < 100; round++) {
            String key = "race" + round % 10;
            Optional<byte[]> before =
                    TestCluster.get(nodes.get(0).map(StandInRuntime.DIRECTORY).get(key));
            List<Future<Boolean>> results = new ArrayList<>();
            for (int racer = 0; racer < racers; racer++) {
                SharedMap map = nodes.get(racer % nodes.size()).map(StandInRuntime.DIRECTORY);
                byte[] value = text(round + "/" + racer);
                results.add(threads.submit(() -> TestCluster.get(
                                before.map(expected -> map.replace(key, expected, value))
                                        .orElseGet(() -> map.putIfAbsent(key, value)))
                        .applied()));
            }
            int winners = 0;
            for (Future<Boolean> result : results) {
                winners += result.get() ? 1 : 0;
            }
            assertThat(winners).as("round %s", round).isEqualTo(1);
        }
    }

    @Test
    void allNodesAgreeOnTheOwnerOfAKey() {
        List<Cluster> nodes = cluster.start("a", "b", "c");
        ownersAgree(nodes);
        Session gone = TestCluster.self(nodes.get(2));
        cluster.stop("c");
        TestCluster.await(
                "the owners know",
                () -> nodes.subList(0, 2).stream()
                        .allMatch(node -> !owners(node).containsValue(gone)));
        ownersAgree(nodes.subList(0, 2));
    }

    private static void ownersAgree(List<Cluster> nodes) {
        TestCluster.await(
                "agreement",
                () -> nodes.stream().map(IgniteSharedMapIT::owners).distinct().count() == 1);
        assertThat(owners(nodes.get(0)).values().stream().distinct()).hasSameSizeAs(nodes);
        assertThat(owners(nodes.get(0)).values().stream().distinct())
                .allMatch(owner ->
                        nodes.stream().anyMatch(node -> TestCluster.self(node).equals(owner)));
    }

    private static Map<String, Session> owners(Cluster node) {
        Map<String, Session> owners = new ConcurrentHashMap<>();
        for (int i = 0; i < 200; i++) {
            owners.put("key" + i, node.map(StandInRuntime.DIRECTORY).owner("key" + i));
        }
        return owners;
    }

    /** Values carry a counter per key, so that a watcher can see a step back. */
    @Test
    void aWatcherSeesEverythingInOrderWhileKeysChangeAndANodeStops() throws Exception {
        List<Cluster> nodes = cluster.start("a", "b", "c");
        int keys = 64;
        for (int key = 0; key < keys; key++) {
            TestCluster.get(nodes.get(0).map(StandInRuntime.DIRECTORY).putIfAbsent("w" + key, counter(0)));
        }
        AtomicBoolean writing = new AtomicBoolean(true);
        AtomicInteger written = new AtomicInteger();
        List<Future<?>> writers = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            int own = writer;
            SharedMap map = nodes.get(writer % 2).map(StandInRuntime.DIRECTORY);
            writers.add(threads.submit(() -> {
                Random random = new Random(own);
                int[] counters = new int[keys];
                while (writing.get()) {
                    int key = random.nextInt(keys / 4) * 4 + own;
                    change(map, "w" + key, counters, key, random.nextInt(5) == 0);
                    written.incrementAndGet();
                }
            }));
        }
        List<Observed> observers = new ArrayList<>();
        List<Registration> registrations = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            for (Cluster node : nodes.subList(0, 2)) {
                Observed observed = new Observed();
                observers.add(observed);
                registrations.add(node.map(StandInRuntime.DIRECTORY).watch("w", observed));
            }
            int before = written.get();
            TestCluster.await("some writes", () -> written.get() >= before + 50);
            if (round == 5) {
                cluster.stop("c");
            }
        }
        writing.set(false);
        for (Future<?> writer : writers) {
            writer.get();
        }
        Map<String, Integer> expected = new ConcurrentHashMap<>();
        all(nodes.get(0).map(StandInRuntime.DIRECTORY), "w")
                .forEach(
                        (key, value) -> expected.put(key, ByteBuffer.wrap(value).getInt()));
        for (Observed observed : observers) {
            Awaitility.await("a watcher ends with what is there")
                    .untilAsserted(() -> assertThat(observed.present).isEqualTo(expected));
            assertThat(observed.stepsBack.get()).isZero();
        }
        registrations.forEach(Registration::close);
        System.out.printf("watch: %,d changes, %d watchers%n", written.get(), observers.size());
    }

    private static byte[] counter(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }

    /** This thread is the only writer of the key; a repetition by Ignite is not a lost race. */
    private static void change(SharedMap map, String key, int[] counters, int index, boolean remove) {
        Optional<byte[]> present = TestCluster.get(map.get(key));
        Cas cas;
        if (present.isEmpty()) {
            cas = TestCluster.get(map.putIfAbsent(key, counter(++counters[index])));
        } else if (remove) {
            cas = TestCluster.get(map.remove(key, present.get()));
            assertThat(cas.current()).isEmpty();
            return;
        } else {
            cas = TestCluster.get(map.replace(key, present.get(), counter(++counters[index])));
        }
        assertThat(cas.applied()).isTrue();
    }

    private static final class Observed implements SharedMap.Listener {
        private final Map<String, Integer> present = new ConcurrentHashMap<>();
        private final Map<String, Integer> highest = new ConcurrentHashMap<>();
        private final AtomicInteger stepsBack = new AtomicInteger();

        @Override
        public void changed(List<Change> changes) {
            changes.forEach(change -> changed(change.key(), change.after()));
        }

        @Override
        public void gap() {
            present.clear();
        }

        private void changed(String key, Optional<byte[]> value) {
            if (value.isEmpty()) {
                present.remove(key);
                return;
            }
            int counter = ByteBuffer.wrap(value.get()).getInt();
            present.put(key, counter);
            if (highest.merge(key, counter, Math::max) > counter) {
                stepsBack.incrementAndGet();
            }
        }
    }

    @Test
    void aClosedWatcherIsQuietAndOthersGoOn() {
        Cluster node = cluster.start(new String[] {"a"}).get(0);
        Observed first = new Observed();
        Observed second = new Observed();
        Registration registration = node.map(StandInRuntime.DIRECTORY).watch("", first);
        Registration other = node.map(StandInRuntime.DIRECTORY).watch("k", second);
        TestCluster.get(node.map(StandInRuntime.DIRECTORY).putIfAbsent("k1", counter(1)));
        TestCluster.await("both", () -> first.present.containsKey("k1") && second.present.containsKey("k1"));
        registration.close();
        registration.close();
        TestCluster.get(node.map(StandInRuntime.DIRECTORY).putIfAbsent("x1", counter(1)));
        TestCluster.get(node.map(StandInRuntime.DIRECTORY).putIfAbsent("k2", counter(1)));
        TestCluster.await("the other", () -> second.present.containsKey("k2"));
        assertThat(first.present).containsOnlyKeys("k1");
        assertThat(second.present).containsOnlyKeys("k1", "k2");
        other.close();
    }
}
