package io.durableserver.spi;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A limit of one event per interval, such as a fact that could be told as often as messages come. Any thread; takes no lock, and never
 * waits.
 */
public final class Throttle {
    private record Allowed(long atNanos) {}

    private final long nanos;
    private final AtomicReference<@Nullable Allowed> last = new AtomicReference<>();

    /** A limit that allows its first event. */
    public Throttle(Duration interval) {
        this.nanos = interval.toNanos();
    }

    /**
     * Whether the event may happen now; true begins the next interval.
     *
     * @param nowNanos the time of a monotonic clock, the same one each time
     */
    public boolean allows(long nowNanos) {
        Allowed before = last.get();
        return (before == null || nowNanos - before.atNanos() >= nanos)
                && last.compareAndSet(before, new Allowed(nowNanos));
    }

    /** Allows the next event at once. */
    public void reset() {
        last.set(null);
    }

    /**
     * A limit of one event per key and interval. Remembers the {@value #MAX_KEYS} keys that were asked for last. Any thread; takes a lock
     * for a moment.
     */
    public static final class PerKey {
        /** The most keys that are remembered; the event of a forgotten one is allowed. */
        public static final int MAX_KEYS = 1_000;

        private final Duration interval;
        private final Map<String, Throttle> limits = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Throttle> eldest) {
                return size() > MAX_KEYS;
            }
        };

        /** A limit that allows the first event of each key. */
        public PerKey(Duration interval) {
            this.interval = interval;
        }

        /** As {@link Throttle#allows}, of the events of one key. */
        public boolean allows(String key, long nowNanos) {
            Throttle limit;
            synchronized (limits) {
                limit = limits.computeIfAbsent(key, fresh -> new Throttle(interval));
            }
            return limit.allows(nowNanos);
        }
    }
}
