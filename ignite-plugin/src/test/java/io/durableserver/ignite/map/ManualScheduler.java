package io.durableserver.ignite.map;

import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;

/** Its time goes on when a test says so; internal tasks run at once. */
final class ManualScheduler implements Scheduler {
    private record Timer(Duration at, Runnable task) {}

    private final List<Timer> timers = new ArrayList<>();
    private Duration now = Duration.ZERO;

    @Override
    public Executor turns() {
        return Runnable::run;
    }

    @Override
    public Executor internal() {
        return Runnable::run;
    }

    @Override
    public Registration schedule(Duration delay, Runnable task) {
        Timer timer = new Timer(now.plus(delay), task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    int waiting() {
        return timers.size();
    }

    /** All that is due until then, in order. */
    void advance(Duration time) {
        Duration end = now.plus(time);
        while (true) {
            Timer next = timers.stream()
                    .filter(timer -> timer.at().compareTo(end) <= 0)
                    .min(Comparator.comparing(Timer::at))
                    .orElse(null);
            if (next == null) {
                now = end;
                return;
            }
            timers.remove(next);
            now = next.at();
            next.task().run();
        }
    }

    @Override
    public boolean canBlock() {
        return true;
    }

    @Override
    public void close() {
        timers.clear();
    }
}
