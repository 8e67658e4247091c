package io.durableserver.runtime.testing;

import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** Another scheduler, that knows which timers are armed. */
public final class CountingScheduler implements Scheduler {
    private final Scheduler scheduler;
    private final Map<Object, Duration> armed = new ConcurrentHashMap<>();

    public CountingScheduler(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** How many timers of this length or longer have neither fired nor been closed. */
    public long armed(Duration atLeast) {
        return armed.values().stream()
                .filter(delay -> delay.compareTo(atLeast) >= 0)
                .count();
    }

    @Override
    public Executor turns() {
        return scheduler.turns();
    }

    @Override
    public Executor internal() {
        return scheduler.internal();
    }

    @Override
    public Registration schedule(Duration delay, Runnable task) {
        Object id = new Object();
        armed.put(id, delay);
        Registration timer = scheduler.schedule(delay, () -> {
            armed.remove(id);
            task.run();
        });
        return () -> {
            armed.remove(id);
            timer.close();
        };
    }

    @Override
    public boolean canBlock() {
        return scheduler.canBlock();
    }

    @Override
    public void close() {
        scheduler.close();
    }
}
