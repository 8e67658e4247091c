package io.durableserver.runtime.events;

import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What went wrong with one listener: counted, and told at most once a minute. Thread-safe. */
final class Troubles {
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private final String name;
    private final TimeSource time;
    private final Consumer<RuntimeEvent> tell;

    private long failures;
    private long missed;
    private long failedAtNanos;
    private long missedAtNanos;
    private boolean toldFailed;
    private boolean toldMissed;

    /** Of a listener with this name; {@code tell} must not come back to it. */
    Troubles(String name, TimeSource time, Consumer<RuntimeEvent> tell) {
        this.name = name;
        this.time = time;
        this.tell = tell;
    }

    /** It threw. */
    void failed(Throwable thrown) {
        RuntimeEvent fact = countFailure(thrown);
        if (fact != null) {
            tell.accept(fact);
        }
    }

    private synchronized @Nullable RuntimeEvent countFailure(Throwable thrown) {
        failures++;
        long now = time.nanoTime();
        if (toldFailed && now - failedAtNanos < PAUSE_NANOS) {
            return null;
        }
        toldFailed = true;
        failedAtNanos = now;
        return new NodeEvent.ListenerFailed(name, failures, new ListenerError(thrown));
    }

    /** A fact found no room. */
    synchronized void missed() {
        missed++;
    }

    /** Tells what it missed, once it listens again. */
    void tellMissed() {
        RuntimeEvent fact = takeMissed();
        if (fact != null) {
            tell.accept(fact);
        }
    }

    private synchronized @Nullable RuntimeEvent takeMissed() {
        long now = time.nanoTime();
        if (missed == 0 || (toldMissed && now - missedAtNanos < PAUSE_NANOS)) {
            return null;
        }
        toldMissed = true;
        missedAtNanos = now;
        long count = missed;
        missed = 0;
        return new NodeEvent.ListenerBehind(name, count);
    }
}
