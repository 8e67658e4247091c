package io.durableserver.testkit.store;

import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Time that stands still until a test moves it; due tasks run on the thread that does. */
final class StepScheduler implements Scheduler {
    private record Task(long atNanos, long order, Runnable action) {}

    private final Queue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::atNanos).thenComparingLong(Task::order));
    private long nowNanos;
    private long lastOrder;

    @Override
    public Executor turns() {
        return Runnable::run;
    }

    @Override
    public Executor internal() {
        return Runnable::run;
    }

    @Override
    public synchronized Registration schedule(Duration delay, Runnable action) {
        Task task = new Task(nowNanos + delay.toNanos(), ++lastOrder, action);
        tasks.add(task);
        return () -> cancel(task);
    }

    @Override
    public boolean canBlock() {
        return false;
    }

    /** Moves time on and runs what becomes due, in order. */
    void advance(Duration duration) {
        long target;
        synchronized (this) {
            target = nowNanos + duration.toNanos();
        }
        for (Task task = due(target); task != null; task = due(target)) {
            task.action().run();
        }
    }

    /** Moves time on, in steps, until a stage is complete; a stage that fails or never completes fails the test. */
    <T> T await(CompletionStage<T> stage) {
        for (int step = 0; step < 6_000 && !stage.toCompletableFuture().isDone(); step++) {
            advance(Duration.ofSeconds(1));
            settle(stage);
        }
        return BackendFixture.await(stage);
    }

    /** What the store does on its own threads takes real time. */
    private static void settle(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().get(10, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException notYet) {
            // The caller looks again, and fails with the failure.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", interrupted);
        }
    }

    @Override
    public synchronized void close() {
        tasks.clear();
    }

    private synchronized void cancel(Task task) {
        tasks.remove(task);
    }

    private synchronized @Nullable Task due(long targetNanos) {
        Task next = tasks.peek();
        if (next == null || next.atNanos() > targetNanos) {
            nowNanos = targetNanos;
            return null;
        }
        nowNanos = next.atNanos();
        return tasks.remove();
    }
}
