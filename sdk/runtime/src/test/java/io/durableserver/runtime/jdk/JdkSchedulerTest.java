package io.durableserver.runtime.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.durableserver.Registration;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JdkSchedulerTest {
    private final JdkScheduler scheduler = JdkScheduler.create("room");

    @AfterEach
    void close() {
        scheduler.close();
    }

    private static CompletableFuture<Thread> thread(java.util.concurrent.Executor executor) {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        executor.execute(() -> thread.complete(Thread.currentThread()));
        return thread;
    }

    @Test
    void threadsAreDaemonsNamedAfterTheirWork() throws Exception {
        boolean virtual = JdkScheduler.turnsAreVirtual();
        assertNamed(scheduler.turns(), virtual ? "room-virtual-" : "room-turn-");
        assertNamed(scheduler.starts(), virtual ? "room-virtual-" : "room-start-");
        assertNamed(scheduler.internal(), "room-internal-");
        assertNamed(scheduler.application(), "room-application-");
        assertNamed(scheduler.turnStages(), "room-stage-");
    }

    private static void assertNamed(Executor executor, String name) throws Exception {
        Thread thread = thread(executor).get(5, TimeUnit.SECONDS);
        assertThat(thread.getName()).startsWith(name);
        assertThat(thread.isDaemon()).isTrue();
    }

    @Test
    void turnsRunOnVirtualThreadsWhereTheseLeaveTheirCarriersWhenTheyWait() throws Exception {
        Thread turn = thread(scheduler.turns()).get(5, TimeUnit.SECONDS);
        boolean expected = Runtime.version().feature() >= 24;
        Object virtual = expected ? Thread.class.getMethod("isVirtual").invoke(turn) : false;
        assertThat(virtual).isEqualTo(expected);
    }

    /** Each executor of user code is held up entirely; the others, and the runtime's own, go on. */
    @Test
    void noExecutorCanTakeTheThreadsOfAnother() throws Exception {
        Map<String, Executor> all = Map.of(
                "turns", scheduler.turns(),
                "starts", scheduler.starts(),
                "application", scheduler.application(),
                "stages", scheduler.turnStages());
        for (String held : all.keySet()) {
            CountDownLatch release = new CountDownLatch(1);
            try {
                for (int i = 0; i < 300; i++) {
                    all.get(held).execute(() -> awaitQuietly(release));
                }
                for (String other : all.keySet()) {
                    if (!other.equals(held)) {
                        thread(all.get(other)).get(20, TimeUnit.SECONDS);
                    }
                }
                thread(scheduler.internal()).get(20, TimeUnit.SECONDS);
                CompletableFuture<Void> due = new CompletableFuture<>();
                scheduler.schedule(Duration.ofMillis(1), () -> due.complete(null));
                due.get(20, TimeUnit.SECONDS);
            } finally {
                release.countDown();
            }
        }
    }

    @Test
    void vitalTimersRunWhateverTheInternalExecutorDoes() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try {
            for (int i = 0; i < 100; i++) {
                scheduler.internal().execute(() -> awaitQuietly(release));
            }
            CompletableFuture<String> name = new CompletableFuture<>();
            scheduler.vital().schedule(Duration.ZERO, () -> {
                throw new IllegalStateException("a timer may fail");
            });
            scheduler
                    .vital()
                    .schedule(
                            Duration.ofMillis(1),
                            () -> name.complete(Thread.currentThread().getName()));
            assertThat(name.get(5, TimeUnit.SECONDS)).startsWith("room-vital");
        } finally {
            release.countDown();
        }
    }

    /** Initialization of a class and native frames hold the carrier of a virtual thread, on every JVM there is. */
    @Test
    void turnsWhoseThreadsCannotLeaveTheirCarriersDoNotStopOthers() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try {
            int many = 2 * Runtime.getRuntime().availableProcessors() + 2;
            CountDownLatch inside = new CountDownLatch(many);
            for (int i = 0; i < many; i++) {
                scheduler.turns().execute(() -> {
                    inside.countDown();
                    spin(release);
                });
            }
            assertThat(inside.await(40, TimeUnit.SECONDS)).isTrue();
            thread(scheduler.turns()).get(20, TimeUnit.SECONDS);
        } finally {
            release.countDown();
        }
    }

    private static void spin(CountDownLatch release) {
        while (release.getCount() > 0) {
            Thread.onSpinWait();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void timersRunOnTheInternalExecutorUnlessCancelled() throws Exception {
        AtomicBoolean cancelled = new AtomicBoolean();
        Registration never = scheduler.schedule(Duration.ofMillis(200), () -> cancelled.set(true));
        never.close();
        never.close();
        CompletableFuture<String> name = new CompletableFuture<>();
        scheduler.schedule(Duration.ofMillis(1), () -> {
            throw new IllegalStateException("a timer may fail");
        });
        scheduler.schedule(
                Duration.ofMillis(250),
                () -> name.complete(Thread.currentThread().getName()));
        assertThat(name.get(5, TimeUnit.SECONDS)).startsWith("room-internal-");
        assertThat(cancelled).isFalse();
    }

    @Test
    void closedSchedulerTakesTimersSilentlyAndRunsNothing() {
        scheduler.close();
        assertThatCode(() -> scheduler.schedule(Duration.ZERO, () -> {}).close())
                .doesNotThrowAnyException();
    }
}
