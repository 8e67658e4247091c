package io.durableserver.runtime.events;

import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.Throttle;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * What went wrong with one listener: counted, and each told at most once a minute. Thread-safe, without a lock: what is told asks
 * objects of the listener, which may block.
 */
final class Troubles {
    /** Between two facts of the same trouble. */
    static final Duration PAUSE = Duration.ofMinutes(1);

    private final String name;
    private final TimeSource time;
    private final Consumer<RuntimeEvent> tell;

    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong missed = new AtomicLong();
    private final AtomicLong missedErrors = new AtomicLong();
    private final AtomicLong missedWarnings = new AtomicLong();
    private final Throttle failed = new Throttle(PAUSE);
    private final Throttle behind = new Throttle(PAUSE);
    private final Throttle stuck = new Throttle(PAUSE);

    /** Of a listener with this name; {@code tell} must not come back to it. */
    Troubles(String name, TimeSource time, Consumer<RuntimeEvent> tell) {
        this.name = name;
        this.time = time;
        this.tell = tell;
    }

    /** It threw. Throws nothing, whatever that is. */
    void failed(Throwable thrown) {
        long count = failures.incrementAndGet();
        if (!failed.allows(time.nanoTime())) {
            return;
        }
        try {
            tell.accept(new NodeEvent.ListenerFailed(name, count, Thrown.of(thrown)));
        } catch (Throwable noRoom) {
            // At the end of a stack, say: it is counted, and the next failure tells of both.
            failed.reset();
        }
    }

    /** A fact of this severity found no room; told as soon as that may be told. */
    void missed(RuntimeEvent.Severity severity) {
        missed.incrementAndGet();
        if (severity == RuntimeEvent.Severity.ERROR) {
            missedErrors.incrementAndGet();
        } else if (severity == RuntimeEvent.Severity.WARN) {
            missedWarnings.incrementAndGet();
        }
        tellMissed();
    }

    /** Tells what it missed and was not told yet. */
    void tellMissed() {
        if (missed.get() > 0 && behind.allows(time.nanoTime())) {
            tell.accept(new NodeEvent.ListenerBehind(
                    name, missed.getAndSet(0), missedErrors.getAndSet(0), missedWarnings.getAndSet(0)));
        }
    }

    /** It has been with one fact for so long, and others wait. */
    void stuck(long nanos, int waiting) {
        if (stuck.allows(time.nanoTime())) {
            tell.accept(new NodeEvent.ListenerStuck(name, Duration.ofNanos(nanos), waiting));
        }
    }
}
