package io.durableserver.runtime.activation;

import io.durableserver.NotAppliedException;
import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The timers one server set. They end with it: a timer that waits holds its message, and with it the server. Thread-safe. */
final class Timers {
    private final Set<Timer> armed = new HashSet<>();
    private final String key;
    private final int bound;
    private boolean closed;

    Timers(String key, int bound) {
        this.key = key;
        this.bound = bound;
    }

    /** Runs a task after a delay, unless the server ends first; throws {@code OVERLOADED} at the bound (P7). */
    synchronized Registration arm(Scheduler scheduler, Duration delay, Runnable task) {
        if (armed.size() >= bound) {
            throw new NotAppliedException(
                    NotAppliedException.Reason.OVERLOADED,
                    "The server has as many timers as it may",
                    Map.of("key", key, "option", "limits.timers", "value", armed.size() + 1, "bound", bound));
        }
        Timer timer = new Timer(task);
        if (!closed) {
            armed.add(timer);
            timer.scheduled = scheduler.schedule(delay, timer::fire);
        }
        return timer;
    }

    /** Ends them all, and takes no more. */
    void close() {
        List<Timer> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(armed);
        }
        left.forEach(Timer::close);
    }

    /** What user code holds; once it is over it holds nothing of the server. */
    private final class Timer implements Registration {
        private @Nullable Runnable task;
        private @Nullable Registration scheduled;

        Timer(Runnable task) {
            this.task = task;
        }

        void fire() {
            Runnable due = end();
            if (due != null) {
                due.run();
            }
        }

        @Override
        public void close() {
            Registration left;
            synchronized (Timers.this) {
                left = scheduled;
                end();
            }
            if (left != null) {
                left.close();
            }
        }

        private @Nullable Runnable end() {
            synchronized (Timers.this) {
                Runnable due = task;
                task = null;
                scheduled = null;
                return armed.remove(this) ? due : null;
            }
        }
    }
}
