package io.durableserver.testkit.cluster;

import static io.durableserver.testkit.cluster.ClusterKit.bytes;
import static io.durableserver.testkit.cluster.ClusterKit.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Registration;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.SharedMap;
import io.durableserver.spi.SharedMap.Cas;
import io.durableserver.spi.SharedMap.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Watching a map. */
interface WatchChapter extends MapFixture {
    @Test
    default void aWatchShowsWhatIsThereAndThenEveryChange() {
        MapNodes nodes = start("a", "b");
        nodes.put("in/old", "1");
        nodes.put("out", "x");
        Observer observer = new Observer();
        nodes.map(1).watch("in/", observer);
        nodes.await("the first entries", observer::hasCaughtUp);
        assertThat(observer.lines()).containsExactly("in/old ->1 ");
        List<Cas> changes = List.of(
                nodes.put("in/k", "1"),
                nodes.replace("in/k", "1", "2"),
                nodes.remove("in/k", "2"),
                nodes.put("in/k", "3"),
                nodes.remove("in/k", "3", "moved away"),
                nodes.put("in/k", "4"));
        nodes.replace("out", "x", "y");
        nodes.await("all changes", () -> observer.changes().size() >= 7);
        nodes.aMoment();
        assertThat(observer.lines())
                .containsExactly(
                        "in/old ->1 ",
                        "in/k ->1 ",
                        "in/k 1>2 ",
                        "in/k 2>- ",
                        "in/k ->3 ",
                        "in/k 3>- moved away",
                        "in/k ->4 ");
        assertThat(observer.changes().stream().skip(1).map(Change::revision))
                .containsExactlyElementsOf(changes.stream().map(Cas::revision).toList());
        assertThat(observer.wrong()).isEmpty();
        assertThat(observer.timesCaughtUp()).isEqualTo(1);
    }

    /** Watches begin while keys change: what they are told begins and ends with what is there, and has no hole. */
    @Test
    default void nothingIsLostOrRepeatedBetweenTheFirstEntriesAndTheChanges() {
        MapNodes nodes = start("a", "b");
        List<Counter> counters = new ArrayList<>();
        for (int key = 0; key < 5; key++) {
            nodes.put("k" + key, "0");
            counters.add(new Counter(nodes.node(key % 2), "k" + key));
        }
        List<Observer> observers = new ArrayList<>();
        for (int round = 1; round <= 8; round++) {
            List<Integer> before =
                    counters.stream().map(counter -> counter.value).toList();
            nodes.await(
                    "every key changes",
                    () -> IntStream.range(0, before.size())
                            .allMatch(key -> counters.get(key).value > before.get(key) + 3));
            Observer observer = new Observer();
            observers.add(observer);
            nodes.map(round % 2).watch("k", observer);
        }
        nodes.await("the first entries", () -> observers.stream().allMatch(Observer::hasCaughtUp));
        counters.forEach(counter -> counter.enough = true);
        counters.forEach(counter -> nodes.get(counter.end));
        Map<String, String> last = new HashMap<>();
        counters.forEach(counter -> last.put(counter.key, "" + counter.value));
        for (Observer observer : observers) {
            nodes.await("a watch ends with what is there", () -> observer.view().equals(last));
        }
        nodes.aMoment();
        for (Observer observer : observers) {
            assertThat(observer.wrong()).isEmpty();
            assertThat(observer.view()).isEqualTo(last);
            assertThat(observer.timesCaughtUp()).isEqualTo(1);
        }
    }

    /** Counts a key up, one change after another, taking it out and in again at times. */
    final class Counter {
        private final SharedMap map;
        private final Executor executor;
        private final String key;
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private volatile int value;
        private volatile boolean enough;

        Counter(Cluster node, String key) {
            this.map = node.map(MapNodes.SPEC);
            this.executor = node.scheduler().internal();
            this.key = key;
            next();
        }

        private void next() {
            int now = value;
            byte[] expected = bytes("" + now);
            byte[] next = bytes("" + (now + 1));
            CompletionStage<Cas> change = now % 7 == 3
                    ? map.remove(key, expected, now % 2 == 0 ? "" : "why")
                            .thenCompose(cas -> map.putIfAbsent(key, next))
                    : map.replace(key, expected, next);
            change.whenCompleteAsync(
                    (cas, failure) -> {
                        if (failure != null || !cas.applied()) {
                            end.completeExceptionally(
                                    new IllegalStateException(key + " from " + now + ": " + cas, failure));
                            return;
                        }
                        value = now + 1;
                        if (enough) {
                            end.complete(null);
                        } else {
                            next();
                        }
                    },
                    executor);
        }
    }

    @Test
    default void aListenerThatThrowsGetsItsNextCallAndDisturbsNobody() {
        MapNodes nodes = start("a");
        AtomicInteger calls = new AtomicInteger();
        nodes.map(0).watch("", changes -> {
            calls.addAndGet(changes.size());
            throw new IllegalStateException("on purpose");
        });
        Observer other = new Observer();
        nodes.map(0).watch("", other);
        nodes.await("a quiet begin", other::hasCaughtUp);
        nodes.put("k", "1");
        nodes.await("the first change", () -> calls.get() >= 1);
        nodes.replace("k", "1", "2");
        nodes.await("the second change", () -> calls.get() >= 2);
        nodes.await("the other", () -> "2".equals(other.view().get("k")));
        assertThat(other.wrong()).isEmpty();
    }

    @Test
    default void aListenerThatBlocksHoldsUpNobodyElse() {
        MapNodes nodes = start("a", "b");
        Assumptions.assumeTrue(nodes.haveThreads(), "this cluster has no threads to block");
        CountDownLatch free = new CountDownLatch(1);
        Observer late = new Observer();
        AtomicInteger entered = new AtomicInteger();
        try {
            nodes.map(1).watch("k", changes -> {
                entered.incrementAndGet();
                uninterrupted(free);
                late.changed(changes);
            });
            Observer other = new Observer();
            nodes.map(1).watch("k", other);
            nodes.await("a quiet begin", other::hasCaughtUp);
            nodes.put("k0", "0");
            nodes.await("it blocks", () -> entered.get() > 0);
            for (int i = 1; i < 20; i++) {
                nodes.put("k" + i, "0");
            }
            nodes.await("the other", () -> other.view().size() == 20);
            assertThat(text(nodes.get(nodes.map(1).get("k19")))).isEqualTo("0");
        } finally {
            free.countDown();
        }
        nodes.await("the late one", () -> late.view().size() == 20);
        assertThat(late.wrong()).isEmpty();
    }

    private static void uninterrupted(CountDownLatch latch) {
        try {
            if (!latch.await(ClusterKit.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("never let go");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    default void aClosedWatchIsQuietAndOthersGoOn() {
        MapNodes nodes = start("a");
        Observer first = new Observer();
        Observer second = new Observer();
        Registration registration = nodes.map(0).watch("", first);
        Registration other = nodes.map(0).watch("k", second);
        nodes.await("both", () -> first.hasCaughtUp() && second.hasCaughtUp());
        nodes.put("k1", "1");
        nodes.await(
                "both", () -> first.view().containsKey("k1") && second.view().containsKey("k1"));
        registration.close();
        registration.close();
        nodes.put("x1", "1");
        nodes.put("k2", "1");
        nodes.await("the other", () -> second.view().containsKey("k2"));
        nodes.aMoment();
        assertThat(first.view()).containsOnlyKeys("k1");
        assertThat(second.view()).containsOnlyKeys("k1", "k2");
        other.close();
    }
}
