package io.durableserver.runtime.events;

import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.TimeSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The facts of what hosts runtimes: before the first one, between two and beside them. Each is in the log at once, and the listeners of
 * the runtimes that are open hear it; where none is, the next one gets what was told until then. Thread-safe; never throws and never
 * waits for a listener.
 */
public final class HostFacts {
    /** The facts that wait for a runtime. The newest find no room; {@link NodeEvent.ListenerBehind} says how many those were. */
    public static final int ROOM = 256;

    private record Kept(RuntimeEvent event, long wallMillis) {}

    private final TimeSource time;
    private final Troubles logTroubles;

    // Guarded by this.
    private final List<Facts> open = new ArrayList<>();
    private final ArrayDeque<Kept> waiting = new ArrayDeque<>();
    private long missed;
    private long missedErrors;
    private long missedWarnings;

    /** Nothing was told yet. */
    public HostFacts(TimeSource time) {
        this.time = new LastKnownTime(time);
        this.logTroubles = new Troubles("the log", this.time, this::hand);
    }

    /** Something happened. */
    public void tell(RuntimeEvent event) {
        LogEvents.write(event, logTroubles);
        hand(event);
    }

    private synchronized void hand(RuntimeEvent event) {
        long now = time.wallMillis();
        if (!open.isEmpty()) {
            open.forEach(runtime -> runtime.hear(event, now));
        } else if (waiting.size() < ROOM) {
            waiting.add(new Kept(event, now));
        } else {
            missed++;
            missedErrors += event.severity() == RuntimeEvent.Severity.ERROR ? 1 : 0;
            missedWarnings += event.severity() == RuntimeEvent.Severity.WARN ? 1 : 0;
        }
    }

    /** The listeners of a runtime hear from now on, first what waits. */
    synchronized void add(Facts runtime) {
        for (Kept kept = waiting.poll(); kept != null; kept = waiting.poll()) {
            runtime.hear(kept.event(), kept.wallMillis());
        }
        if (missed > 0) {
            runtime.tell(new NodeEvent.ListenerBehind("the next runtime", missed, missedErrors, missedWarnings));
            missed = 0;
            missedErrors = 0;
            missedWarnings = 0;
        }
        open.add(runtime);
    }

    synchronized void remove(Facts runtime) {
        open.remove(runtime);
    }
}
