package io.durableserver.runtime.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.testing.Tells;
import io.durableserver.runtime.testing.Told;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.NodeGauges;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.RuntimeEvents;
import io.durableserver.spi.RuntimeHooks;
import io.durableserver.spi.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What hostile listeners do to the node, and to the other listeners: nothing. */
@Timeout(60)
final class FactsTest {
    private static final Session ME = new Session("me", "i1");
    private static final NodeGauges GAUGES = new NodeGauges() {
        @Override
        public String prefix() {
            return "t/";
        }

        @Override
        public Session session() {
            return ME;
        }

        @Override
        public String store() {
            return "none";
        }

        @Override
        public List<String> types() {
            return List.of("a");
        }

        @Override
        public Snapshot read() {
            return Snapshot.nothing(List.of());
        }
    };

    private final ManualScheduler time = new ManualScheduler();
    private final ThreadPoolExecutor threads = (ThreadPoolExecutor) Executors.newCachedThreadPool();
    private final List<RuntimeEvent> heard = Collections.synchronizedList(new ArrayList<>());
    private final Told told = new Told();
    private final RuntimeEvents good = fact -> {
        heard.add(fact.event());
        told.happened(fact);
    };

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    private Facts facts(RuntimeEvents... listeners) {
        Facts facts = new Facts("t/", ME, time, threads, threads, List.of(listeners));
        facts.open(GAUGES, () -> {});
        return facts;
    }

    private static NodeEvent joined(int n) {
        return new NodeEvent.MemberJoined(new Session("n" + n, "i"));
    }

    private static List<RuntimeEvent> joined(int from, int to) {
        return IntStream.range(from, to)
                .<RuntimeEvent>mapToObj(FactsTest::joined)
                .toList();
    }

    private List<RuntimeEvent> heard(Class<?> kind) {
        synchronized (heard) {
            return heard.stream().filter(kind::isInstance).toList();
        }
    }

    private void hearsAll(Facts facts, int from) {
        for (int i = from; i < from + 100; i++) {
            facts.tell(joined(i));
        }
        await().until(() -> heard(NodeEvent.MemberJoined.class).size() >= 100);
        assertThat(heard(NodeEvent.MemberJoined.class)).containsExactlyElementsOf(joined(from, from + 100));
    }

    @Test
    void factsComeInTheirOrderWithWhereAndWhenTheyHappened() {
        List<RuntimeEvents.Fact> all = Collections.synchronizedList(new ArrayList<>());
        Facts facts = facts(good, all::add);
        hearsAll(facts, 0);
        await().until(() -> all.size() == 100);
        assertThat(all).allSatisfy(fact -> {
            assertThat(fact.node()).isEqualTo(ME);
            assertThat(fact.prefix()).isEqualTo("t/");
            assertThat(fact.wallMillis()).isEqualTo(time.wallMillis());
        });
    }

    @Test
    @Tells(NodeEvent.ListenerFailed.class)
    void listenerThatThrowsAnythingIsToldOfOnceAMinuteAndGoesOnBeingTold() {
        for (Throwable thrown : List.of(
                new IllegalStateException("no"),
                new StackOverflowError(),
                new Hostile(),
                new IOException(),
                new Stackless())) {
            heard.clear();
            AtomicInteger calls = new AtomicInteger();
            Facts facts = facts(
                    fact -> {
                        calls.incrementAndGet();
                        sneak(thrown);
                    },
                    good);
            hearsAll(facts, 0);
            await().until(() ->
                    calls.get() == 100 && !heard(NodeEvent.ListenerFailed.class).isEmpty());
            assertThat(heard(NodeEvent.ListenerFailed.class)).hasSize(1);
            time.advance(Duration.ofMinutes(2));
            facts.tell(joined(100));
            await().until(() -> heard(NodeEvent.ListenerFailed.class).size() == 2);
            assertThat(((NodeEvent.ListenerFailed)
                                    heard(NodeEvent.ListenerFailed.class).get(1))
                            .times())
                    .isEqualTo(101);
        }
    }

    @Test
    void endlessRecursionInAListenerIsContained() {
        hearsAll(facts(FactsTest::recurse, good), 0);
        await().until(() -> !heard(NodeEvent.ListenerFailed.class).isEmpty());
        assertThat(heard(NodeEvent.ListenerFailed.class)).hasSize(1);
    }

    @Test
    @Tells({NodeEvent.ListenerBehind.class, NodeEvent.ListenerStuck.class})
    void listenerThatBlocksHoldsUpNobodyAndLosesWhatFindsNoRoom() {
        CountDownLatch go = new CountDownLatch(1);
        List<RuntimeEvent> late = Collections.synchronizedList(new ArrayList<>());
        Facts facts = facts(
                fact -> {
                    late.add(fact.event());
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                good);
        facts.tell(joined(0));
        await().until(() -> late.size() == 1);
        int more = RuntimeEvents.ROOM / 2 + 50;
        for (int i = 1; i <= more; i++) {
            facts.tell(joined(i));
            if (i % 100 == 0) {
                int count = i;
                await().until(() -> heard(NodeEvent.MemberJoined.class).size() > count);
            }
        }
        await().until(() -> heard(NodeEvent.MemberJoined.class).size() == more + 1);
        assertThat(late).hasSize(1);
        await().until(() -> !heard(NodeEvent.ListenerBehind.class).isEmpty());
        assertThat(missed()).as("it is told while the listener is stuck").containsExactly(1L);
        NodeEvent error = new NodeEvent.Lost(ME, ErrorCode.CUT_OFF, "a test");
        facts.tell(error);
        await().until(() -> heard.contains(error));
        await("the other listener is not in the middle of a fact, so that only one is stuck")
                .until(() -> threads.getActiveCount() == 1);
        time.advance(Duration.ofMinutes(2));
        facts.tell(joined(more + 1));
        await().until(() -> missed().size() == 2);
        assertThat(missed()).containsExactly(1L, 50L);
        assertThat(heard(NodeEvent.ListenerStuck.class))
                .singleElement()
                .isInstanceOfSatisfying(
                        NodeEvent.ListenerStuck.class,
                        stuck -> assertThat(stuck.lasted()).isEqualTo(Duration.ofMinutes(2)));
        go.countDown();
        await().untilAsserted(() -> assertThat(late).hasSize(RuntimeEvents.ROOM / 2 + 3));
        assertThat(late.get(1)).as("the gap").isInstanceOf(NodeEvent.ListenerBehind.class);
        assertThat(late).endsWith(error);
    }

    private List<Long> missed() {
        return heard(NodeEvent.ListenerBehind.class).stream()
                .map(event -> ((NodeEvent.ListenerBehind) event).missed())
                .toList();
    }

    @Test
    void whatAFailureSaysMayBlockAndHoldsUpNobodyWhoTells() {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        Facts facts = facts(
                fact -> {
                    throw new IllegalStateException() {
                        private static final long serialVersionUID = 1L;

                        @Override
                        public String getMessage() {
                            asked.countDown();
                            awaits(go);
                            return "late";
                        }
                    };
                },
                good);
        facts.tell(joined(0));
        awaits(asked);
        // More than there is room for: each that is missed looks at the troubles of the listener.
        for (int i = 1; i <= RuntimeEvents.ROOM; i++) {
            facts.tell(joined(i));
        }
        await().until(() -> !heard(NodeEvent.ListenerBehind.class).isEmpty());
        go.countDown();
        await().until(() -> !heard(NodeEvent.ListenerFailed.class).isEmpty());
    }

    @Test
    void removedIsTheLastCallAlsoForOneThatIsBehind() {
        CountDownLatch go = new CountDownLatch(1);
        List<String> calls = Collections.synchronizedList(new ArrayList<>());
        Facts facts = facts(new RuntimeEvents() {
            @Override
            public void happened(Fact fact) {
                awaits(go);
                calls.add(fact.event().getClass().getSimpleName());
            }

            @Override
            public void removed(NodeGauges node) {
                calls.add("removed from " + node.session());
                sneak(new IOException());
            }
        });
        facts.tell(joined(0));
        facts.tell(joined(1));
        CompletableFuture<Void> end = facts.close().toCompletableFuture();
        facts.tell(joined(2));
        assertThat(end).isNotDone();
        go.countDown();
        end.join();
        facts.tell(joined(3));
        facts.close().toCompletableFuture().join();
        assertThat(calls).containsExactly("MemberJoined", "MemberJoined", "removed from " + ME);
    }

    @Test
    void theLastFactIsTheLastWhateverIsToldMeanwhile() {
        for (int round = 0; round < 200; round++) {
            List<RuntimeEvent> calls = Collections.synchronizedList(new ArrayList<>());
            Facts facts = facts(fact -> calls.add(fact.event()));
            CompletableFuture<Void> others = CompletableFuture.runAsync(
                    () -> {
                        for (int i = 0; i < 50; i++) {
                            facts.tell(joined(i));
                        }
                    },
                    threads);
            NodeEvent last = new NodeEvent.Closed(ME, 0, 0);
            facts.close(last).toCompletableFuture().join();
            others.join();
            assertThat(calls).endsWith(last).containsOnlyOnce(last);
        }
    }

    @Test
    void factsOfOneOrderAreHeardInItThoughTheLogHangs() {
        CountDownLatch go = new CountDownLatch(1);
        Facts facts = new Facts(
                "t/",
                ME,
                time,
                Runnable::run,
                task -> threads.execute(() -> {
                    awaits(go); // as an appender that hangs
                    task.run();
                }),
                List.of(good));
        facts.open(GAUGES, () -> {});
        joined(0, 100).forEach(facts::tellInOrder);
        assertThat(heard).isEqualTo(joined(0, 100));
        go.countDown();
    }

    @Test
    void listenerThatWasNeverInstalledHearsNothingOfTheEnd() {
        List<RuntimeEvent> calls = Collections.synchronizedList(new ArrayList<>());
        Facts facts = new Facts("t/", ME, time, Runnable::run, Runnable::run, List.of(new RuntimeEvents() {
            @Override
            public void happened(Fact fact) {
                calls.add(fact.event());
            }

            @Override
            public void removed(NodeGauges node) {
                calls.add(joined(1));
            }
        }));
        facts.tell(joined(0));
        facts.close().toCompletableFuture().join();
        assertThat(calls).isEmpty();
    }

    private static void awaits(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void listenerThatInterruptsItsThreadHasNoEffectOnTheNextFact() {
        List<Boolean> interrupted = Collections.synchronizedList(new ArrayList<>());
        Facts facts = facts(fact -> {
            interrupted.add(Thread.currentThread().isInterrupted());
            Thread.currentThread().interrupt();
        });
        facts.tell(joined(0));
        facts.tell(joined(1));
        await().until(() -> interrupted.size() == 2);
        assertThat(interrupted).containsOnly(false);
    }

    @Test
    void listenerThatTellsOfFactsItselfIsToldOfThemAfterwards() {
        Facts[] facts = new Facts[1];
        facts[0] = facts(fact -> {
            if (fact.event().equals(joined(0))) {
                facts[0].tell(joined(1));
                heard.add(joined(2));
            } else {
                heard.add(fact.event());
            }
        });
        facts[0].tell(joined(0));
        await().until(() -> heard.size() == 2);
        assertThat(heard).containsExactly(joined(2), joined(1));
    }

    @Test
    void theSameListenerTwiceIsToldOnce() {
        Facts facts = facts(good, good);
        hearsAll(facts, 0);
    }

    @Test
    void noHooksAreCalledAndNothingIsMeasuredWhenNobodyListensToTheHotPath() {
        Facts facts = facts(good, new Hooked(RuntimeHooks.NONE));
        hearsAll(facts, 0);
        assertThat(facts.hot()).isNull();
    }

    @Test
    void listenerWhoseInstallationFailsHasNoHooksAndStillHears() {
        Facts facts = facts(new Hooked(null), good);
        hearsAll(facts, 0);
        await().until(() -> !heard(NodeEvent.ListenerFailed.class).isEmpty());
        assertThat(facts.hot()).isNull();
    }

    @Test
    void factsAreToldOnlyAfterTheInstallation() {
        CountDownLatch go = new CountDownLatch(1);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        RuntimeEvents slow = new RuntimeEvents() {
            @Override
            public RuntimeHooks installed(NodeGauges node) {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                order.add("installed on " + node.session());
                return RuntimeHooks.NONE;
            }

            @Override
            public void happened(Fact fact) {
                order.add("told");
            }
        };
        Facts facts = new Facts("t/", ME, time, threads, threads, List.of(slow));
        facts.tell(joined(0));
        facts.open(GAUGES, () -> {});
        facts.tell(joined(1));
        go.countDown();
        await().until(() -> order.size() == 3);
        assertThat(order).containsExactly("installed on " + ME, "told", "told");
    }

    @Test
    void factsOfANodeThatHasNoThreadsForAWhileAreHeardLater() {
        AtomicBoolean closed = new AtomicBoolean(true);
        Facts facts = new Facts(
                "t/",
                ME,
                time,
                task -> {
                    if (closed.get()) {
                        throw new RejectedExecutionException("closed");
                    }
                    task.run();
                },
                Runnable::run,
                List.of(good));
        facts.open(GAUGES, () -> {});
        facts.tell(joined(0));
        assertThat(heard).isEmpty();
        closed.set(false);
        facts.tell(joined(1));
        assertThat(heard).containsExactly(joined(0), joined(1));
        closed.set(true);
        facts.close().toCompletableFuture().join();
    }

    @SuppressWarnings("InfiniteRecursion") // that is the fault
    private static void recurse(RuntimeEvents.Fact fact) {
        recurse(new RuntimeEvents.Fact(fact.prefix(), fact.node(), 0, fact.event()));
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    /** Its own methods fail. */
    private static final class Hostile extends Error {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("hostile");
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw new StackOverflowError();
        }
    }

    /** Its stack is none, which the contract forbids. */
    private static final class Stackless extends Exception {
        private static final long serialVersionUID = 1L;

        @Override
        @SuppressWarnings("NullAway") // that is the fault
        public StackTraceElement[] getStackTrace() {
            return null;
        }
    }

    private record Hooked(@org.jspecify.annotations.Nullable RuntimeHooks hooks) implements RuntimeEvents {
        @Override
        @SuppressWarnings("NullAway") // as one that is not checked
        public RuntimeHooks installed(NodeGauges node) {
            return hooks;
        }

        @Override
        public void happened(Fact fact) {}
    }
}
