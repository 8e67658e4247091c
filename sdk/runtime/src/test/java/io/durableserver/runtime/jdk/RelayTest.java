package io.durableserver.runtime.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RelayTest {
    private final List<Runnable> pool = new ArrayList<>();
    private final List<Integer> ran = new ArrayList<>();
    private final Relay relay = new Relay(pool::add);

    @Test
    void thePoolGetsOneRunForWhatIsQueuedAndTasksBeginInOrder() {
        for (int i = 0; i < 5; i++) {
            int number = i;
            relay.execute(() -> ran.add(number));
        }
        assertThat(pool).hasSize(1);
        pool.remove(0).run();
        assertThat(ran).containsExactly(0, 1, 2, 3, 4);
        // The one that stood by finds nothing, and the next task gets a run of its own.
        assertThat(pool).hasSize(1);
        pool.remove(0).run();
        assertThat(pool).isEmpty();
        relay.execute(() -> ran.add(5));
        assertThat(pool).hasSize(1);
    }

    @Test
    void aRunStandsByWhileATaskIsUnderWayAndOthersAreQueued() {
        relay.execute(() -> {
            assertThat(pool).hasSize(1);
            pool.remove(0).run();
            assertThat(ran).containsExactly(1);
            relay.execute(() -> ran.add(2)); // came after the run that stood by was over
            assertThat(pool).hasSize(1);
            ran.add(0);
        });
        relay.execute(() -> ran.add(1));
        pool.remove(0).run();
        assertThat(ran).containsExactly(1, 0, 2);
    }

    @Test
    void aTaskThatFailsDoesNotStopTheOthers() {
        relay.execute(() -> {
            throw new IllegalStateException("defect");
        });
        relay.execute(() -> {
            throw new AssertionError("defect");
        });
        relay.execute(() -> ran.add(1));
        pool.remove(0).run();
        assertThat(ran).containsExactly(1);
    }

    @Test
    void aPoolThatClosesRunsWhatItTookAndRefusesTheRest() {
        AtomicBoolean closed = new AtomicBoolean();
        Relay closing = new Relay(task -> {
            if (closed.get()) {
                throw new RejectedExecutionException("closed");
            }
            pool.add(task);
        });
        closing.execute(() -> ran.add(0));
        closing.execute(() -> ran.add(1));
        closed.set(true);
        pool.remove(0).run();
        assertThat(ran).containsExactly(0, 1);
        assertThatThrownBy(() -> closing.execute(() -> ran.add(2))).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void tasksThatBlockHoldUpNobodyWhileThePoolHasAThread() throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        CountDownLatch release = new CountDownLatch(1);
        try {
            Relay shared = new Relay(threads);
            CountDownLatch others = new CountDownLatch(1_000);
            for (int i = 0; i < 1_000; i++) {
                if (i == 10 || i == 500) {
                    shared.execute(() -> awaitQuietly(release));
                }
                shared.execute(others::countDown);
            }
            assertThat(others.await(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            release.countDown();
            threads.shutdownNow();
        }
    }

    @Test
    void nothingIsLeftBehind() throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        ExecutorService senders = Executors.newFixedThreadPool(3);
        try {
            Relay shared = new Relay(threads);
            CountDownLatch all = new CountDownLatch(3 * 50_000);
            for (int s = 0; s < 3; s++) {
                senders.execute(() -> {
                    for (int i = 0; i < 50_000; i++) {
                        shared.execute(all::countDown);
                        if (i % 50 == 0) {
                            LockSupport.parkNanos(1_000); // the pool gets idle now and then
                        }
                    }
                });
            }
            assertThat(all.await(50, TimeUnit.SECONDS)).isTrue();
        } finally {
            senders.shutdownNow();
            threads.shutdownNow();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
