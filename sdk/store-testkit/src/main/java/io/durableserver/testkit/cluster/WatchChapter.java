package io.durableserver.testkit.cluster;

import static io.durableserver.testkit.cluster.ClusterKit.bytes;
import static io.durableserver.testkit.cluster.ClusterKit.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.Registration;
import io.durableserver.spi.ChangeFeed;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.MapSpec;
import io.durableserver.spi.MapUnavailableException;
import io.durableserver.spi.SharedMap;
import io.durableserver.spi.SharedMap.Cas;
import io.durableserver.spi.SharedMap.Change;
import io.durableserver.spi.SharedMap.Listener;
import io.durableserver.spi.TooManyWatchesException;
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
import java.util.function.Consumer;
import java.util.function.Supplier;
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

    /** One that is told of changes, and must not miss any. */
    record Only(Consumer<List<Change>> to) implements Listener {
        @Override
        public void changed(List<Change> changes) {
            to.accept(changes);
        }

        @Override
        public void gap() {
            throw new IllegalStateException("a gap");
        }
    }

    /** One that stays in its first call until it is let go. */
    record Blocked(CountDownLatch holds, CountDownLatch free, Listener late) implements Listener {
        @Override
        public void changed(List<Change> changes) {
            holds.countDown();
            uninterrupted(free);
            late.changed(changes);
        }

        @Override
        public void gap() {
            late.gap();
        }

        @Override
        public void caughtUp() {
            late.caughtUp();
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
        nodes.map(0).watch("", new Only(changes -> {
            calls.addAndGet(changes.size());
            throw new IllegalStateException("on purpose");
        }));
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
            nodes.map(1).watch("k", new Only(changes -> {
                entered.incrementAndGet();
                uninterrupted(free);
                late.changed(changes);
            }));
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

    /** Few large entries for one that does not listen: what waits is dropped, and it ends with what is there. */
    @Test
    default void aListenerForWhichTooMuchWaitsIsToldOfTheGapOnceAndEndsWithWhatIsThere() {
        MapNodes nodes = start("a");
        Assumptions.assumeTrue(nodes.haveThreads(), "this cluster has no threads to block");
        CountDownLatch holds = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        Observer late = new Observer();
        try {
            nodes.map(0).watch("k", new Blocked(holds, free, late));
            nodes.await("a quiet begin", late::hasCaughtUp);
            nodes.put("k", "0");
            // Before the large ones: those it is told of at once do not wait.
            nodes.await("it holds the first change", () -> holds.getCount() == 0);
            byte[] large = new byte[SharedMap.MAX_VALUE];
            long tooMany = 2 + ChangeFeed.MAX_WAITING_BYTES / large.length;
            for (int i = 0; i < tooMany; i++) {
                nodes.applied(nodes.map(0).putIfAbsent("k" + i, large));
            }
            nodes.await(
                    "the fact",
                    () -> !nodes.told(0, ClusterEvent.WatchBehind.class).isEmpty());
            for (int i = 0; i < tooMany; i++) {
                nodes.applied(nodes.map(0).replace("k" + i, large, bytes("" + i)));
            }
        } finally {
            free.countDown();
        }
        Map<String, String> there = nodes.all(cursor -> nodes.map(0).scan("k", cursor, 100), 100);
        nodes.await("it ends with what is there", () -> late.view().equals(there));
        assertThat(late.gaps()).isPositive();
        assertThat(late.wrong()).isEmpty();
        assertThat(nodes.told(0, ClusterEvent.WatchBehind.class))
                .singleElement()
                .satisfies(behind -> {
                    assertThat(behind.node()).startsWith("a");
                    assertThat(behind.map()).contains(MapNodes.SPEC.name());
                    assertThat(behind.keys()).isEqualTo("k");
                });
    }

    @Test
    default void moreWatchesThanAMapMayHaveAreRefusedUntilOneIsClosed() {
        MapNodes nodes = start("a", "b");
        List<Registration> watches = new ArrayList<>();
        for (int i = 0; i < SharedMap.MAX_WATCHES; i++) {
            watches.add(nodes.map(0).watch("k", new Observer()));
        }
        Observer more = new Observer();
        assertThatThrownBy(() -> nodes.map(0).watch("more", more))
                .isInstanceOf(TooManyWatchesException.class)
                .hasMessageContaining("'more'")
                .hasMessageContaining("" + SharedMap.MAX_WATCHES);
        Observer elsewhere = new Observer();
        nodes.map(1).watch("more", elsewhere);
        watches.get(7).close();
        watches.get(7).close();
        nodes.map(0).watch("more", more);
        assertThatThrownBy(() -> nodes.map(0).watch("more", more)).isInstanceOf(TooManyWatchesException.class);
        nodes.await("the watches begin", () -> more.hasCaughtUp() && elsewhere.hasCaughtUp());
        nodes.put("more", "1");
        nodes.await("they are told", () -> more.view().size() + elsewhere.view().size() == 2);
    }

    @Test
    default void aMapIsClosedAloneAndItsWatchersAreTold() {
        MapNodes nodes = start("a", "b");
        SharedMap other = nodes.node(1).map(MapSpec.replicated("other"));
        nodes.put("k", "1");
        SharedMap map = nodes.map(1);
        Observer told = new Observer();
        Observer quiet = new Observer();
        Observer elsewhere = new Observer();
        map.watch("", told);
        map.watch("", quiet).close();
        nodes.map(0).watch("", elsewhere);
        nodes.await("the first entries", () -> told.hasCaughtUp() && elsewhere.hasCaughtUp());
        assertThat(map.isClosed()).isFalse();
        map.close();
        map.close();
        assertThat(map.isClosed()).isTrue();
        nodes.await("the end", () -> told.timesClosed() > 0);
        closedIs(nodes, () -> map.get("k"));
        closedIs(nodes, () -> map.replace("k", bytes("1"), bytes("9")));
        closedIs(nodes, () -> map.scan("", SharedMap.START, 10));
        closedIs(nodes, () -> map.owned(SharedMap.START, 10));
        assertThatThrownBy(() -> map.localGet("k")).isInstanceOf(MapUnavailableException.class);
        assertThatThrownBy(() -> map.owner("k")).isInstanceOf(MapUnavailableException.class);
        assertThatThrownBy(() -> map.watch("", told)).isInstanceOf(MapUnavailableException.class);
        assertThatThrownBy(() -> map.onLoss(() -> {})).isInstanceOf(MapUnavailableException.class);
        assertThatThrownBy(() -> map.onArbiterChange(() -> {})).isInstanceOf(MapUnavailableException.class);
        nodes.replace("k", "1", "2");
        nodes.await("the other node goes on", () -> "2".equals(elsewhere.view().get("k")));
        nodes.applied(other.putIfAbsent("k", bytes("x")));

        SharedMap again = nodes.map(1);
        assertThat(again).isNotSameAs(map);
        assertThat(text(nodes.get(again.get("k")))).isEqualTo("2");
        Observer anew = new Observer();
        again.watch("", anew);
        nodes.await("a new watch", () -> "2".equals(anew.view().get("k")));
        nodes.replace("k", "2", "3");
        nodes.await("a new watch goes on", () -> "3".equals(anew.view().get("k")));
        nodes.aMoment();
        assertThat(told.timesClosed()).isEqualTo(1);
        assertThat(told.view()).containsEntry("k", "1");
        assertThat(quiet.timesClosed()).isZero();
        assertThat(told.wrong()).isEmpty();
    }

    private static void closedIs(MapNodes nodes, Supplier<CompletionStage<?>> request) {
        assertThatThrownBy(() -> nodes.get(request.get())).hasCauseInstanceOf(MapUnavailableException.class);
    }

    @Test
    default void watchersAreToldThatTheirNodeEnds() {
        MapNodes nodes = start("a", "b");
        Assumptions.assumeTrue(nodes.haveThreads(), "nothing of a simulated process runs once it has left");
        Observer told = new Observer();
        nodes.map(1).watch("", told);
        nodes.await("the first entries", told::hasCaughtUp);
        nodes.stop(1);
        nodes.await("the end", () -> told.timesClosed() > 0);
        assertThat(told.timesClosed()).isEqualTo(1);
        assertThat(told.wrong()).isEmpty();
    }
}
