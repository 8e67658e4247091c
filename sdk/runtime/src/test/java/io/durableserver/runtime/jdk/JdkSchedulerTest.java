package io.durableserver.runtime.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.durableserver.Registration;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
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
        Thread turn = thread(scheduler.turns()).get(5, TimeUnit.SECONDS);
        Thread internal = thread(scheduler.internal()).get(5, TimeUnit.SECONDS);
        assertThat(turn.getName()).startsWith("room-turn-");
        assertThat(internal.getName()).startsWith("room-internal-");
        assertThat(turn.isDaemon()).isTrue();
        assertThat(internal.isDaemon()).isTrue();
    }

    @Test
    void turnsRunOnVirtualThreadsWhereTheJvmHasThem() throws Exception {
        Thread turn = thread(scheduler.turns()).get(5, TimeUnit.SECONDS);
        boolean expected = Runtime.version().feature() >= 21;
        assertThat(Threads.virtualIfPossible("x").isPresent()).isEqualTo(expected);
        Object virtual = expected ? Thread.class.getMethod("isVirtual").invoke(turn) : false;
        assertThat(virtual).isEqualTo(expected);
    }

    @Test
    void turnsThatBlockDoNotStopOthers() throws Exception {
        int many = 4 * Runtime.getRuntime().availableProcessors() + 8;
        CountDownLatch all = new CountDownLatch(many);
        Set<String> names = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < many; i++) {
            scheduler.turns().execute(() -> {
                names.add(Thread.currentThread().getName());
                all.countDown();
                java.util.concurrent.ForkJoinPool.ManagedBlocker blocker =
                        new java.util.concurrent.ForkJoinPool.ManagedBlocker() {
                            @Override
                            public boolean block() throws InterruptedException {
                                return all.await(10, TimeUnit.SECONDS);
                            }

                            @Override
                            public boolean isReleasable() {
                                return all.getCount() == 0;
                            }
                        };
                try {
                    java.util.concurrent.ForkJoinPool.managedBlock(blocker);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(names).as("each thread its own name").hasSize(many);
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
