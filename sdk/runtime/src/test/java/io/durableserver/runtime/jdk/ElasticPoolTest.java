package io.durableserver.runtime.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.spi.Scheduler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ElasticPoolTest {
    private final PoolWatch watch = new PoolWatch("watch");
    private final List<ElasticPool> pools = new ArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);

    ElasticPoolTest() {
        watch.start();
    }

    private ElasticPool pool(int lively, int maximum, boolean refuses) {
        ElasticPool pool = new ElasticPool("pool", lively, maximum, refuses, watch);
        pools.add(pool);
        return pool;
    }

    @AfterEach
    void close() {
        release.countDown();
        pools.forEach(ElasticPool::close);
        watch.close();
    }

    private void hold() {
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(ElasticPool pool) throws Exception {
        CompletableFuture<Void> ran = new CompletableFuture<>();
        pool.execute(() -> ran.complete(null));
        ran.get(30, TimeUnit.SECONDS);
    }

    @Test
    void whateverHoldsItsThreadsThePoolGrowsToItsMaximumAndNoFurther() throws Exception {
        ElasticPool pool = pool(2, 200, true);
        CountDownLatch held = new CountDownLatch(199);
        Object lock = new Object();
        synchronized (lock) {
            for (int i = 0; i < 199; i++) {
                boolean monitor = i % 2 == 0;
                pool.execute(() -> {
                    held.countDown();
                    if (monitor) {
                        synchronized (lock) {
                            held.countDown();
                        }
                    } else {
                        hold();
                    }
                });
            }
            assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
            run(pool);
            assertThat(pool.threads()).isEqualTo(200);
            CountDownLatch last = new CountDownLatch(1);
            pool.execute(() -> {
                last.countDown();
                hold();
            });
            assertThat(last.await(30, TimeUnit.SECONDS)).isTrue();
            AtomicInteger late = new AtomicInteger();
            pool.execute(late::incrementAndGet);
            assertThat(pool.threads()).isEqualTo(200);
            assertThat(late).hasValue(0);
        }
        // The first that comes free goes on with what waits.
        run(pool);
    }

    @Test
    void aTaskThatOnlyComputesIsReplacedTooIfMuchLater() throws Exception {
        ElasticPool pool = pool(2, 3, true);
        for (int i = 0; i < 2; i++) {
            pool.execute(() -> {
                while (release.getCount() > 0) {
                    Thread.onSpinWait();
                }
            });
        }
        run(pool);
        assertThat(pool.threads()).isEqualTo(3);
    }

    @Test
    void manyShortTasksAreRunByFewThreads() throws Exception {
        ElasticPool pool = pool(2, 200, true);
        Set<String> names = ConcurrentHashMap.newKeySet();
        CountDownLatch all = new CountDownLatch(200_000);
        for (int i = 0; i < 200_000; i++) {
            pool.execute(() -> {
                names.add(Thread.currentThread().getName());
                all.countDown();
            });
        }
        assertThat(all.await(50, TimeUnit.SECONDS)).isTrue();
        assertThat(names.size()).as("%s", names).isLessThan(100);
    }

    @Test
    void nothingIsLeftBehindWhenThePoolGetsIdleNowAndThen() throws Exception {
        ElasticPool pool = pool(2, 8, true);
        CountDownLatch all = new CountDownLatch(3 * 30_000);
        List<Thread> senders = new ArrayList<>();
        for (int s = 0; s < 3; s++) {
            Thread sender = new Thread(() -> {
                for (int i = 0; i < 30_000; i++) {
                    pool.execute(all::countDown);
                    if (i % 20 == 0) {
                        LockSupport.parkNanos(1_000);
                    }
                }
            });
            sender.start();
            senders.add(sender);
        }
        for (Thread sender : senders) {
            sender.join();
        }
        assertThat(all.await(50, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void tasksThatWaitForEachOtherAllRun() throws Exception {
        ElasticPool pool = pool(2, 64, true);
        CyclicBarrier together = new CyclicBarrier(64);
        CountDownLatch all = new CountDownLatch(64);
        for (int i = 0; i < 64; i++) {
            pool.execute(() -> {
                try {
                    together.await(30, TimeUnit.SECONDS);
                    all.countDown();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
        }
        assertThat(all.await(40, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void tasksBeginInOrderAndOneThatFailsOrIsInterruptedDoesNoHarm() throws Exception {
        ElasticPool pool = pool(1, 1, true);
        List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
        pool.execute(() -> {
            throw new AssertionError("defect");
        });
        pool.execute(() -> Thread.currentThread().interrupt());
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        pool.execute(() -> interrupted.complete(Thread.interrupted()));
        for (int i = 0; i < 100; i++) {
            int number = i;
            pool.execute(() -> ran.add(number));
        }
        run(pool);
        assertThat(interrupted).isCompletedWithValue(false);
        assertThat(ran).hasSize(100).isSorted();
    }

    @Test
    void aClosedPoolRunsWhatItTookAndRefusesOrServesOn() throws Exception {
        ElasticPool turns = pool(1, 1, true);
        ElasticPool stages = pool(1, 1, false);
        CountDownLatch ran = new CountDownLatch(2);
        turns.execute(this::hold);
        stages.execute(this::hold);
        turns.execute(ran::countDown);
        stages.execute(ran::countDown);
        turns.close();
        stages.close();
        watch.close();
        assertThatThrownBy(() -> turns.execute(ran::countDown)).isInstanceOf(RejectedExecutionException.class);
        release.countDown();
        assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
        run(stages);
    }

    @Test
    void threadsTakeNothingFromWhoeverMadeThem() throws Exception {
        InheritableThreadLocal<String> inherited = new InheritableThreadLocal<>();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        inherited.set("secret");
        Thread.currentThread().setContextClassLoader(new ClassLoader(before) {});
        try {
            CompletableFuture<String> seen = new CompletableFuture<>();
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            pool(1, 1, true).execute(() -> {
                seen.complete(String.valueOf(inherited.get()));
                thread.complete(Thread.currentThread());
            });
            assertThat(seen.get(30, TimeUnit.SECONDS)).isEqualTo("null");
            Thread made = thread.get();
            assertThat(made.getContextClassLoader()).isSameAs(ElasticPool.class.getClassLoader());
            assertThat(made.isDaemon()).isTrue();
            assertThat(made.getThreadGroup().getParent()).isNull();
        } finally {
            inherited.remove();
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void saysHowItIsUsed() throws Exception {
        ElasticPool pool = pool(1, 3, true);
        assertThat(pool.use("p")).isEqualTo(new Scheduler.PoolUse("p", 0, 3, 0, 0));
        CountDownLatch begun = new CountDownLatch(3);
        for (int i = 0; i < 5; i++) {
            pool.execute(() -> {
                begun.countDown();
                hold();
            });
        }
        begun.await();
        assertThat(pool.use("p")).isEqualTo(new Scheduler.PoolUse("p", 3, 3, 3, 2));
    }
}
