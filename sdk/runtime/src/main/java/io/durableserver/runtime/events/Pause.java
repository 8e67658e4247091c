package io.durableserver.runtime.events;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Lets something be done once in a while: for facts that could be as many as messages. Thread-safe, never waits. */
public final class Pause {
    private record Begun(long atNanos) {}

    private final long nanos;
    private final AtomicReference<@Nullable Begun> last = new AtomicReference<>();

    /** Of this length, in nanoseconds. */
    public Pause(long nanos) {
        this.nanos = nanos;
    }

    /** Whether it may be done now; whoever is told so begins the next pause. */
    public boolean isOver(long nowNanos) {
        Begun before = last.get();
        return (before == null || nowNanos - before.atNanos() >= nanos)
                && last.compareAndSet(before, new Begun(nowNanos));
    }

    /** It may be done at once. */
    public void reset() {
        last.set(null);
    }
}
