package io.durableserver.testkit;

import io.durableserver.Registration;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The time of one cluster: it stands still until {@link #advance} moves it from timer to timer. Knows all work the nodes
 * have begun, so that it can tell when there is none.
 */
final class VirtualTime implements TimeSource {
    private final long wallStartMillis = System.currentTimeMillis();
    private final long patienceNanos;
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final Set<Work> begun = new LinkedHashSet<>();
    private final Set<VirtualScheduler> gone = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Object driver = new Object();
    private volatile long now;
    private long numbers;

    /** Time that waits this long, in real time, for the work of one moment to end. */
    VirtualTime(Duration patience) {
        this.patienceNanos = patience.toNanos();
    }

    private record Timer(long atNanos, long number, VirtualScheduler owner, Runnable task)
            implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** A task on its way through an executor; ends once, whatever the executor does with it. */
    private final class Work implements Runnable {
        final VirtualScheduler owner;
        private final Runnable task;

        volatile @Nullable Thread thread;

        Work(VirtualScheduler owner, Runnable task) {
            this.owner = owner;
            this.task = task;
        }

        @Override
        public void run() {
            thread = Thread.currentThread();
            try {
                task.run();
            } finally {
                ended(this);
            }
        }
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long wallMillis() {
        return wallStartMillis + now / 1_000_000;
    }

    /** An executor whose tasks count as work of the owner. */
    Executor counted(VirtualScheduler owner, Executor executor) {
        return task -> {
            Work work = new Work(owner, task);
            synchronized (this) {
                begun.add(work);
            }
            try {
                executor.execute(work);
            } catch (RejectedExecutionException closed) {
                ended(work);
                throw closed;
            }
        };
    }

    private synchronized void ended(Work work) {
        begun.remove(work);
        if (begun.isEmpty()) {
            notifyAll();
        }
    }

    synchronized Registration schedule(VirtualScheduler owner, Duration delay, Runnable task) {
        if (gone.contains(owner)) {
            // By what a dead node still had under way.
            return () -> {};
        }
        long at = now + Math.min(nanos(delay), Long.MAX_VALUE - now);
        Timer timer = new Timer(at, numbers++, owner, task);
        timers.add(timer);
        return () -> cancel(timer);
    }

    private static long nanos(Duration delay) {
        try {
            return Math.max(0, delay.toNanos());
        } catch (ArithmeticException centuries) {
            return Long.MAX_VALUE;
        }
    }

    private synchronized void cancel(Timer timer) {
        timers.remove(timer);
    }

    /** A node is gone: the work it had begun is not waited for. */
    synchronized void forget(VirtualScheduler owner) {
        gone.add(owner);
        timers.removeIf(timer -> timer.owner() == owner);
        begun.removeIf(work -> work.owner == owner);
        notifyAll();
    }

    /** Moves on, from timer to timer; returns when the work of the last moment is done. */
    void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("Time goes forward only: " + time);
        }
        synchronized (driver) {
            awaitQuiet();
            long target = now + Math.min(nanos(time), Long.MAX_VALUE - now);
            for (Timer due = next(target); due != null; due = next(target)) {
                due.owner().internal().execute(due.task());
                awaitQuiet();
            }
        }
    }

    /** Moves on to the next timer and runs it, but not past this; returns how far. */
    Duration advanceToNext(Duration most) {
        synchronized (driver) {
            awaitQuiet();
            long before = now;
            Timer due = next(now + Math.min(nanos(most), Long.MAX_VALUE - now));
            if (due != null) {
                due.owner().internal().execute(due.task());
                awaitQuiet();
            }
            return Duration.ofNanos(now - before);
        }
    }

    private synchronized @Nullable Timer next(long target) {
        Timer due = timers.peek();
        if (due == null || due.atNanos() > target) {
            now = target;
            return null;
        }
        now = Math.max(now, due.atNanos());
        return timers.poll();
    }

    /** Waits until no node has work that it began. */
    synchronized void awaitQuiet() {
        long end = System.nanoTime() + patienceNanos;
        while (!begun.isEmpty()) {
            if (begun.stream().anyMatch(work -> work.thread == Thread.currentThread())) {
                throw new IllegalStateException("A turn cannot wait until all turns are done");
            }
            long leftMillis = (end - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                throw new IllegalStateException(stuck());
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while the nodes were at work", interrupted);
            }
        }
    }

    private String stuck() {
        StringBuilder text = new StringBuilder("The nodes are still at work after " + patienceNanos / 1_000_000_000
                + " s; code that waits for time to pass holds up the one who lets it pass:");
        for (Work work : begun) {
            Thread thread = work.thread;
            text.append("\n  ").append(thread == null ? "a task that has not begun" : thread.getName());
            if (thread != null) {
                for (StackTraceElement frame : thread.getStackTrace()) {
                    text.append("\n    at ").append(frame);
                }
            }
        }
        return text.toString();
    }
}
