package io.durableserver.runtime.activation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** At most one thread inside, signals first, and no work left lying. */
@Timeout(60)
final class EntranceTest {
    private final List<String> seen = new ArrayList<>();
    private final ArrayDeque<Runnable> threads = new ArrayDeque<>();
    private final ArrayDeque<String> mail = new ArrayDeque<>();

    private final class Work implements Entrance.Work {
        private Entrance entrance = new Entrance(threads::add, this);

        @Override
        public boolean isThere() {
            return !mail.isEmpty();
        }

        @Override
        public void doSome() {
            entrance.runSignals();
            String next = mail.poll();
            if (next != null) {
                seen.add(next);
            }
        }

        @Override
        public void defect(Throwable defect) {
            seen.add("defect " + defect.getMessage());
        }

        @Override
        public ClassLoader loader() {
            return EntranceTest.class.getClassLoader();
        }
    }

    private void runAll() {
        for (Runnable next = threads.poll(); next != null; next = threads.poll()) {
            next.run();
        }
    }

    @Test
    void nobodyComesInBeforeTheCreatorLeft() {
        Work work = new Work();
        mail.add("a");
        work.entrance.add(() -> seen.add("signal"));
        work.entrance.wake();
        assertThat(threads).isEmpty();
        assertThat(work.entrance.tryEnter()).isFalse();
        work.entrance.leave();
        assertThat(threads).hasSize(1);
        runAll();
        assertThat(seen).containsExactly("signal", "a");
    }

    @Test
    void threadThatLeavesBringsInAnotherWhileThereIsWork() {
        Work work = new Work();
        work.entrance.leave();
        mail.addAll(List.of("a", "b", "c"));
        work.entrance.wake();
        work.entrance.wake();
        assertThat(threads).hasSize(1);
        runAll();
        assertThat(seen).containsExactly("a", "b", "c");
        work.entrance.wakeIfWork();
        assertThat(threads).isEmpty();
    }

    @Test
    void defectOfASignalIsToldAfterTheOthersRan() {
        Work work = new Work();
        work.entrance.leave();
        work.entrance.add(() -> {
            throw new IllegalStateException("one");
        });
        work.entrance.add(() -> seen.add("two"));
        work.entrance.wakeIfWork();
        runAll();
        assertThat(seen).containsExactly("two", "defect one");
        assertThat(work.entrance.tryEnter()).isTrue();
    }

    @Test
    void poolThatFailsLeavesTheServerFree() {
        Work work = new Work();
        Entrance broken = new Entrance(
                task -> {
                    throw new IllegalStateException("no thread");
                },
                work);
        mail.add("a");
        assertThatThrownBy(broken::leave).hasMessage("no thread");
        assertThat(broken.tryEnter()).isTrue();
        Entrance closed = new Entrance(
                task -> {
                    throw new RejectedExecutionException("closed");
                },
                work);
        closed.leave(); // nobody comes any more, and nobody is told
        assertThat(seen).isEmpty();
    }

    @Test
    void noSignalIsLostAndNoTwoThreadsAreInside() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger ran = new AtomicInteger();
        ConcurrentLinkedQueue<Integer> queue = new ConcurrentLinkedQueue<>();
        Entrance[] entrance = new Entrance[1];
        entrance[0] = new Entrance(pool, new Entrance.Work() {
            @Override
            public boolean isThere() {
                return !queue.isEmpty();
            }

            @Override
            public void doSome() {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                entrance[0].runSignals();
                if (queue.poll() != null) {
                    ran.incrementAndGet();
                }
                inside.decrementAndGet();
            }

            @Override
            public void defect(Throwable defect) {
                most.set(99);
            }

            @Override
            public ClassLoader loader() {
                return EntranceTest.class.getClassLoader();
            }
        });
        entrance[0].leave();
        int each = 20_000;
        List<Thread> callers = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            Thread caller = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    if (i % 2 == 0) {
                        entrance[0].add(ran::incrementAndGet);
                    } else {
                        queue.add(i);
                    }
                    entrance[0].wake();
                }
            });
            callers.add(caller);
            caller.start();
        }
        for (Thread caller : callers) {
            caller.join();
        }
        while (ran.get() < 3 * each) {
            Thread.onSpinWait();
        }
        pool.shutdown();
        assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(most.get()).isEqualTo(1);
    }
}
