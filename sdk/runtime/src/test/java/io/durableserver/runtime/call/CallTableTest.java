package io.durableserver.runtime.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.testing.ManualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // calls are futures; the tests look at the table they are in
class CallTableTest {
    private static final Map<String, String> NODE = Map.of("node", "n1/i1", "prefix", "t/");

    private final ManualScheduler time = new ManualScheduler();
    private final CallTable table = new CallTable(time, time, 3, NODE);
    private final List<String> told = new ArrayList<>();

    private final class Waiting extends PendingCall {
        private final String name;

        Waiting(String name, Duration timeout) {
            super(new PendingCalls(time, time, 3, NODE), time.nanoTime() + timeout.toNanos(), Runnable::run, true);
            this.name = name;
        }

        @Override
        void expire() {
            told.add(name + " expired");
            table.remove(this);
        }

        @Override
        void abandon() {
            told.add(name + " abandoned");
            table.remove(this);
        }

        @Override
        protected void withdrawn() {
            table.remove(this);
        }
    }

    private Waiting add(String name, Duration timeout) {
        Waiting call = new Waiting(name, timeout);
        table.add(call);
        return call;
    }

    @Test
    void callExpiresWithinASweepOfItsDeadline() {
        add("a", Duration.ofMillis(100));
        time.advance(Duration.ofMillis(99));
        assertThat(told).isEmpty();
        time.advance(Duration.ofMillis(51));
        assertThat(told).containsExactly("a expired");
        assertThat(table.size()).isZero();
        time.advance(Duration.ofSeconds(1));
        assertThat(time.timers()).isZero();
        add("b", Duration.ofMillis(1));
        time.advance(Duration.ofSeconds(1));
        assertThat(told).containsExactly("a expired", "b expired");
    }

    @Test
    void boundIsKeptAndRemovalMakesRoom() {
        Waiting first = add("a", Duration.ofHours(1));
        Waiting second = add("b", Duration.ofHours(1));
        Waiting third = add("c", Duration.ofHours(1));
        assertThat(catchThrowableOfType(NotAppliedException.class, () -> add("d", Duration.ofHours(1)))
                        .reason())
                .isEqualTo(Reason.OVERLOADED);
        table.remove(second);
        table.remove(second);
        assertThat(table.size()).isEqualTo(2);
        add("e", Duration.ofHours(1));
        table.remove(first);
        table.remove(third);
        assertThat(table.size()).isEqualTo(1);
        time.advance(Duration.ofHours(2));
        assertThat(told).containsExactly("e expired");
    }

    @Test
    void callIsFoundByItsIdUntilItIsRemovedAndNotByThatOfAnEarlierOneInItsPlace() {
        CallTable table = new CallTable(time, time, 1_000, NODE);
        List<Waiting> calls = new ArrayList<>();
        for (int i = 0; i < 100; i++) { // all in one stripe, which grows
            Waiting call = new Waiting("a" + i, Duration.ofHours(1));
            table.add(call);
            calls.add(call);
        }
        assertThat(calls).allSatisfy(call -> assertThat(table.find(call.id)).isSameAs(call));
        assertThat(calls.stream().map(call -> call.id)).doesNotHaveDuplicates();
        long earlier = calls.get(50).id;
        assertThat(table.remove(calls.get(50))).isTrue();
        assertThat(table.remove(calls.get(50))).isFalse();
        assertThat(table.find(earlier)).isNull();
        Waiting later = new Waiting("b", Duration.ofHours(1));
        table.add(later);
        assertThat(table.find(later.id)).isSameAs(later);
        assertThat(table.find(earlier)).isNull();
        // Whatever another node sends as an id.
        for (long id : new long[] {0, -1, Long.MAX_VALUE, Long.MIN_VALUE, later.id ^ 1, later.id + (1L << 60)}) {
            assertThat(table.find(id)).isNull();
        }
        assertThat(table.remove(new Waiting("never added", Duration.ofHours(1))))
                .isFalse();
        assertThat(table.size()).isEqualTo(100);
    }

    @Test
    void placeIsFreeHoweverTheApplicationEndsItsFuture() {
        List<Consumer<Waiting>> ways = List.of(
                call -> call.cancel(true),
                call -> call.cancel(false),
                call -> call.complete("x"),
                call -> call.completeExceptionally(new IllegalStateException()),
                call -> call.completeAsync(() -> "x"),
                call -> call.completeAsync(
                        () -> {
                            throw new IllegalStateException();
                        },
                        Runnable::run),
                call -> call.obtrudeValue("x"),
                call -> call.obtrudeException(new IllegalStateException()));
        for (Consumer<Waiting> way : ways) {
            Waiting call = new Waiting("a", Duration.ofHours(1));
            table.add(call);
            way.accept(call);
            assertThat(call).isDone();
            assertThat(table.size()).isZero();
            assertThat(table.find(call.id)).isNull();
        }
        Waiting late = new Waiting("a", Duration.ofHours(1));
        table.add(late);
        late.orTimeout(1, TimeUnit.MILLISECONDS);
        await().until(() -> table.size() == 0);
        assertThat(late).isCompletedExceptionally();
        Waiting valued = new Waiting("a", Duration.ofHours(1));
        table.add(valued);
        valued.completeOnTimeout("x", 1, TimeUnit.MILLISECONDS);
        await().until(() -> table.size() == 0);
        assertThat(valued).isCompletedWithValue("x");
    }

    @Test
    void derivedStageLeavesTheCallWhereItIs() {
        Waiting call = add("a", Duration.ofHours(1));
        call.thenApply(value -> value).cancel(true);
        assertThat(table.size()).isEqualTo(1);
        assertThat(call).isNotDone();
    }

    @Test
    void manyThreadsAddFindAndRemove() throws InterruptedException {
        CallTable table = new CallTable(time, time, 10_000, NODE);
        AtomicInteger wrong = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread thread = new Thread(() -> {
                List<Waiting> mine = new ArrayList<>();
                for (int i = 0; i < 20_000; i++) {
                    Waiting call = new Waiting("", Duration.ofHours(1));
                    table.add(call);
                    mine.add(call);
                    if (mine.size() == 100) {
                        for (Waiting one : mine) {
                            if (table.find(one.id) != one || !table.remove(one) || table.find(one.id) != null) {
                                wrong.incrementAndGet();
                            }
                        }
                        mine.clear();
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).hasValue(0);
        assertThat(table.size()).isZero();
    }

    @Test
    void closeEndsAllAndTakesNoMore() {
        add("a", Duration.ofHours(1));
        add("b", Duration.ofHours(1));
        table.close();
        assertThat(told).containsExactlyInAnyOrder("a abandoned", "b abandoned");
        assertThat(table.size()).isZero();
        assertThat(catchThrowableOfType(NotAppliedException.class, () -> add("c", Duration.ofHours(1)))
                        .reason())
                .isEqualTo(Reason.NOT_READY);
        assertThat(catchThrowableOfType(NotAppliedException.class, table::checkOpen))
                .hasMessage("[NOT_READY, retryable] The node is closed {node=n1/i1, prefix=t/}");
        assertThat(table.size()).isZero();
    }

    @Test
    void stagesChainedOnACallUseItsExecutorAndNeverTheCommonPool() {
        AtomicInteger used = new AtomicInteger();
        Executor executor = task -> {
            used.incrementAndGet();
            task.run();
        };
        PendingCall call = new PendingCall(new PendingCalls(time, time, 3, NODE), 0, executor, true) {
            @Override
            void expire() {}

            @Override
            void abandon() {}

            @Override
            protected void withdrawn() {}
        };
        List<String> threads = new ArrayList<>();
        call.thenApplyAsync(v -> v)
                .thenApply(v -> v)
                .thenRunAsync(() -> threads.add(Thread.currentThread().getName()));
        call.end("x");
        call.end("late");
        assertThat(used).as("one for the end of the call").hasValue(3);
        assertThat(threads).containsExactly(Thread.currentThread().getName());
        assertThat(call.thenApply(v -> v).defaultExecutor()).isSameAs(executor);
    }
}
