package io.durableserver.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.runtime.ownership.Directory;
import io.durableserver.spi.MapUnavailableException;
import io.durableserver.spi.Membership.Event;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.SharedMap;
import io.durableserver.spi.SharedMap.Change;
import io.durableserver.spi.SharedMap.Listener;
import io.durableserver.spi.WriteResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The simulator itself, without a runtime on its nodes. */
class SimulationTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final Simulation simulation = new Simulation(42, SimConfig.DEFAULT);
    private final SimNode a = listening(simulation.boot("a"), new ArrayList<>());
    private final List<Integer> atB = new ArrayList<>();
    private final SimNode b = listening(simulation.boot("b"), atB);
    private final SimNode c = listening(simulation.boot("c"), new ArrayList<>());

    @BeforeEach
    void everybodyKnowsEverybody() {
        simulation.runFor(Duration.ofMillis(100));
    }

    private static SimNode listening(SimNode node, List<Integer> received) {
        node.cluster()
                .transport()
                .onMessage(
                        (from, message) -> received.add(ByteBuffer.wrap(message).getInt()));
        return node;
    }

    private void send(SimNode from, SimNode to, int first, int last) {
        for (int i = first; i <= last; i++) {
            byte[] message = ByteBuffer.allocate(4).putInt(i).array();
            assertThat(from.cluster().transport().send(to.session(), message)).isTrue();
        }
    }

    private <T> T get(CompletionStage<T> stage) {
        var future = stage.toCompletableFuture();
        assertThat(simulation.runUntil(future::isDone, LONG)).isTrue();
        return future.join();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void messagesOfAPairKeepTheirOrderAcrossAFreeze() {
        send(a, b, 1, 20);
        b.freeze();
        simulation.runFor(Duration.ofMillis(5));
        send(a, b, 21, 40);
        b.thaw();
        send(a, b, 41, 60);
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(atB).hasSize(60).isSorted();
    }

    @Test
    void aCutWireHoldsMessagesOrLosesThemButNeverReordersThem() {
        for (int round = 0; round < 20; round++) {
            simulation.network().partition(List.of("a"), List.of("b"));
            send(a, b, round * 10, round * 10 + 4);
            simulation.runFor(Duration.ofMillis(10));
            simulation.network().heal();
            send(a, b, round * 10 + 5, round * 10 + 9);
            simulation.runFor(Duration.ofMillis(10));
        }
        assertThat(atB).isSorted().doesNotHaveDuplicates().hasSizeBetween(101, 199);
    }

    @Test
    void aFullQueueRefuses() {
        Simulation small = new Simulation(1, SimConfig.DEFAULT.withQueueCapacity(2));
        SimNode from = small.boot("from");
        SimNode to = small.boot("to");
        var transport = from.cluster().transport();
        assertThat(transport.send(to.session(), new byte[1])).isTrue();
        assertThat(transport.send(to.session(), new byte[1])).isTrue();
        assertThat(transport.send(to.session(), new byte[1])).isFalse();
    }

    @Test
    void requestsAreAnsweredAndFailWhenTheSessionIsLost() {
        b.cluster()
                .transport()
                .onRequest((from, request) -> java.util.concurrent.CompletableFuture.completedFuture(
                        bytes("re: " + new String(request, StandardCharsets.UTF_8))));
        assertThat(get(a.cluster().transport().request(b.session(), bytes("hi"), LONG)))
                .isEqualTo(bytes("re: hi"));
        b.crash();
        var late =
                a.cluster().transport().request(b.session(), bytes("hi"), LONG).toCompletableFuture();
        assertThat(simulation.runUntil(late::isDone, Duration.ofSeconds(2))).isTrue();
        assertThatThrownBy(late::join).hasMessageContaining("No answer");
    }

    @Test
    void everybodyLearnsOfACrashAfterAWhile() {
        List<Event> events = new ArrayList<>();
        a.cluster().membership().listen(events::add);
        b.crash();
        simulation.runFor(Duration.ofMillis(100));
        assertThat(events).isEmpty();
        assertThat(a.cluster().membership().view().contains(b.session())).isTrue();
        simulation.runFor(Duration.ofSeconds(2));
        assertThat(events).containsExactly(new Event.Failed(b.session()));
        assertThat(a.cluster().membership().view().contains(b.session())).isFalse();
    }

    @Test
    void aFrozenNodeIsDeclaredFailedAndLearnsItOnlyAfterItRunsAgain() {
        List<Event> events = new ArrayList<>();
        b.cluster().membership().listen(events::add);
        List<String> ran = new ArrayList<>();
        b.cluster().scheduler().schedule(Duration.ofMillis(10), () -> ran.add("timer"));
        b.freeze();
        simulation.runFor(Duration.ofSeconds(10));
        assertThat(simulation.topology().isCastOut(b)).isTrue();
        assertThat(ran).isEmpty();
        b.thaw();
        simulation.runFor(Duration.ofSeconds(5));
        assertThat(ran).containsExactly("timer");
        assertThat(events).containsExactly(new Event.Segmented());
    }

    @Test
    void onlyADeadProcessIsProvablyGoneAndOnlyToThoseWhoReachItsHost() {
        String endpoint = b.cluster().membership().endpoint();
        b.freeze();
        simulation.runFor(Duration.ofSeconds(5));
        assertThat(get(a.cluster().membership().provablyGone(b.session(), endpoint)))
                .isFalse();
        b.crash();
        assertThat(get(a.cluster().membership().provablyGone(b.session(), endpoint)))
                .isTrue();
        simulation.network().partition(List.of("a"), List.of("b"));
        assertThat(get(a.cluster().membership().provablyGone(b.session(), endpoint)))
                .isFalse();
    }

    @Test
    void clocksDriftApartButNotMoreThanConfigured() {
        long startA = a.cluster().time().nanoTime();
        simulation.runFor(Duration.ofSeconds(100));
        double elapsed = (a.cluster().time().nanoTime() - startA) / 1e9;
        assertThat(elapsed).isBetween(98.0, 102.0).isNotEqualTo(100.0);
    }

    @Test
    void mapEntriesOutliveOneHolderButNotAll() {
        SharedMap map = a.cluster().map(Directory.MAP);
        assertThat(get(map.putIfAbsent("k", bytes("1"))).applied()).isTrue();
        assertThat(get(map.putIfAbsent("k", bytes("2"))).applied()).isFalse();
        assertThat(get(map.replace("k", bytes("0"), bytes("3"))).applied()).isFalse();
        assertThat(get(map.replace("k", bytes("1"), bytes("4"))).applied()).isTrue();
        c.crash();
        simulation.runFor(Duration.ofSeconds(3));
        assertThat(get(map.get("k"))).contains(bytes("4"));
        SimNode d = simulation.boot("d");
        simulation.runFor(Duration.ofSeconds(1));
        a.crash();
        b.crash();
        simulation.runFor(Duration.ofSeconds(3));
        boolean kept = get(d.cluster().map(Directory.MAP).get("k")).isPresent();
        assertThat(kept).isEqualTo(simulation.directory().lostEntries() == 0);
    }

    @Test
    void aWatchShowsPresentEntriesAndThenChangesInOrder() {
        List<String> seen = new ArrayList<>();
        SharedMap map = a.cluster().map(Directory.MAP);
        assertThat(get(map.putIfAbsent("x/1", bytes("old"))).applied()).isTrue();
        b.cluster().map(Directory.MAP).watch("x/", new Listener() {
            @Override
            public void changed(List<Change> changes) {
                changes.forEach(change -> seen.add(change.key() + "="
                        + change.after()
                                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                                .orElse("-")));
            }

            @Override
            public void gap() {
                seen.add("gap");
            }
        });
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(get(map.replace("x/1", bytes("old"), bytes("new"))).applied())
                .isTrue();
        assertThat(get(map.remove("x/1", bytes("new"))).applied()).isTrue();
        assertThat(get(map.putIfAbsent("y/1", bytes("other"))).applied()).isTrue();
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(seen).containsExactly("x/1=old", "x/1=new", "x/1=-");
    }

    @Test
    void aFailingStoreStaysAmbiguousAndMayApplyLater() {
        SimBackend backend = a.backend();
        simulation.store().faults(new StoreFaults(0, 0, 0, 1, 1));
        WriteResult result = get(backend.create("k", bytes("v"), Duration.ofSeconds(1)));
        assertThat(result).isInstanceOf(WriteResult.Unknown.class);
        simulation.store().heal();
        simulation.runFor(Duration.ofSeconds(5));
        assertThat(get(b.backend().get("k", ReadMode.STRONG, LONG))).isInstanceOf(ReadResult.Found.class);
    }

    @Test
    void aNodeCutOffFromTheStoreWaitsForItsDeadline() {
        simulation.store().cutOff("a");
        ReadResult read = get(a.backend().get("k", ReadMode.STRONG, Duration.ofSeconds(1)));
        assertThat(read).isInstanceOf(ReadResult.Failed.class);
        assertThat(get(b.backend().get("k", ReadMode.STRONG, LONG))).isInstanceOf(ReadResult.Absent.class);
    }

    @Test
    void listingsArePagedInKeyOrder() {
        for (String key : List.of("p/1", "p/2", "p/3", "q/1")) {
            assertThat(get(a.backend().create(key, bytes("v"), LONG))).isInstanceOf(WriteResult.Stored.class);
        }
        var first = get(a.backend().list(PageRequest.keys("p/", 2), LONG));
        var second = get(a.backend().list(PageRequest.keys("p/", 2).after(first).orElseThrow(), LONG));
        assertThat(first.entries()).extracting("key").containsExactly("p/1", "p/2");
        assertThat(second.entries()).extracting("key").containsExactly("p/3");
        assertThat(second.next()).isEmpty();
    }

    @Test
    void aTaskThatThrowsEndsTheRunWithTheSeed() {
        a.cluster().scheduler().internal().execute(() -> {
            throw new IllegalStateException("oops");
        });
        assertThatThrownBy(() -> simulation.runFor(LONG))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("seed 42")
                .hasMessageContaining("oops")
                .hasMessageContaining("boot b/i2");
    }

    @Test
    void theWorldGoesOnWhileAProcessIsStoppedInsideATask() {
        List<String> order = new ArrayList<>();
        simulation.after(0, () -> {
            simulation.pauses().stop(a, 50_000_000);
            order.add("inside at " + simulation.now() / 1_000_000);
        });
        a.cluster().scheduler().schedule(Duration.ofMillis(10), () -> order.add("a"));
        b.cluster().scheduler().schedule(Duration.ofMillis(10), () -> order.add("b"));
        simulation.runFor(Duration.ofMillis(100));
        assertThat(order).containsExactly("b", "inside at 150", "a");
    }

    @Test
    void aProcessThatDiesInsideATaskDiesAfterIt() {
        List<Boolean> dead = new ArrayList<>();
        simulation.after(1_000_000, a::crash);
        simulation.after(0, () -> {
            simulation.pauses().stop(a, 50_000_000);
            dead.add(a.isDead());
        });
        simulation.runFor(Duration.ofMillis(100));
        dead.add(a.isDead());
        assertThat(dead).containsExactly(false, true);
    }

    @Test
    void aNameIsFreeForAnotherProcessOnceTheClusterGaveUpTheFirst() {
        b.freeze();
        assertThatThrownBy(() -> simulation.boot("b")).hasMessageContaining("runs already");
        simulation.topology().castOut(b);
        SimNode twin = simulation.boot("b");
        assertThat(simulation.living()).contains(b, twin);
        assertThat(simulation.nodes()).contains(twin).doesNotContain(b);
    }

    @Test
    void aMapThatDiedRefusesUntilItIsMendedAndTellsOfIt() {
        SharedMap map = a.cluster().map(Directory.MAP);
        assertThat(get(map.putIfAbsent("k", bytes("1"))).applied()).isTrue();
        List<String> told = new ArrayList<>();
        map.onLoss(() -> told.add("lost"));
        simulation.directory().die(1);
        assertThatThrownBy(() -> get(map.get("k"))).hasRootCauseInstanceOf(MapUnavailableException.class);
        assertThatThrownBy(() -> map.owner("k")).isInstanceOf(MapUnavailableException.class);
        simulation.directory().mend();
        assertThat(get(map.get("k"))).isEmpty();
        simulation.runFor(Duration.ofMillis(100));
        assertThat(told).containsExactly("lost");
    }

    @Test
    void aClusterThatFellApartIsTwoThatDoNotKnowOfEachOther() {
        List<Event> atA = new ArrayList<>();
        List<Event> atB = new ArrayList<>();
        a.cluster().membership().listen(atA::add);
        b.cluster().membership().listen(atB::add);
        simulation.split(List.of(b));
        simulation.runFor(Duration.ofMillis(100));
        assertThat(atA).containsExactly(new Event.Failed(b.session()));
        assertThat(atB).containsExactly(new Event.Failed(a.session()), new Event.Failed(c.session()));
        assertThat(get(a.cluster().map(Directory.MAP).putIfAbsent("k", bytes("a")))
                        .applied())
                .isTrue();
        assertThat(get(b.cluster().map(Directory.MAP).putIfAbsent("k", bytes("b")))
                        .applied())
                .isTrue();
    }

    @Test
    void whatIsHeldBackGetsThroughWhenItIsLetGo() {
        String own = "leases/" + a.session();
        assertThat(get(a.backend().create(own, bytes("1"), LONG))).isInstanceOf(WriteResult.Stored.class);
        List<SimNode> lookers = new ArrayList<>();
        simulation.store().holdBack(a, lookers::add);
        var read = a.backend().get(own, ReadMode.STRONG, LONG).toCompletableFuture();
        assertThat(get(b.backend().get(own, ReadMode.STRONG, LONG))).isInstanceOf(ReadResult.Found.class);
        simulation.runFor(Duration.ofMillis(100));
        assertThat(lookers).containsExactly(b);
        assertThat(read).isNotDone();
        simulation.store().letGo(a);
        assertThat(get(read)).isInstanceOf(ReadResult.Found.class);
    }
}
