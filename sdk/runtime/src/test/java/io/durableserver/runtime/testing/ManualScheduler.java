package io.durableserver.runtime.testing;

import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Executor;

/** Virtual time and executors that run when the test says so. One thread only. */
public final class ManualScheduler implements Scheduler, TimeSource {
    private record Timer(long at, long order, Runnable task) {}

    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::at).thenComparingLong(Timer::order));
    private final Queue<Runnable> ready = new ArrayDeque<>();
    private long now = 1_000_000_000L;
    private long order;

    @Override
    public Executor turns() {
        return ready::add;
    }

    @Override
    public Executor internal() {
        return ready::add;
    }

    @Override
    public Registration schedule(Duration delay, Runnable task) {
        Timer timer = new Timer(now + TimeSource.nanos(delay), order++, task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    /** Runs what is ready, and what becomes ready by it. */
    public void run() {
        for (Runnable task = ready.poll(); task != null; task = ready.poll()) {
            task.run();
        }
    }

    /** Lets time pass, timer by timer. */
    public void advance(Duration time) {
        long end = now + time.toNanos();
        run();
        for (Timer next = timers.peek(); next != null && next.at() <= end; next = timers.peek()) {
            timers.remove();
            now = Math.max(now, next.at());
            next.task().run();
            run();
        }
        now = end;
    }

    /** Time passes and nothing runs, as when the process is stopped; timers that were due meanwhile run later. */
    public void standStill(Duration time) {
        now += time.toNanos();
    }

    /** How many timers are armed. */
    public int timers() {
        return timers.size();
    }

    @Override
    public boolean canBlock() {
        return false;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long wallMillis() {
        return now / 1_000_000;
    }

    @Override
    public void close() {
        timers.clear();
        ready.clear();
    }
}
