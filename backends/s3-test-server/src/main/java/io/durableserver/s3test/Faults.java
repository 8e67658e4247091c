package io.durableserver.s3test;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** What goes wrong with the requests of a server. Thread-safe; takes effect with the next request. */
public final class Faults {
    private final List<Planned> planned = new CopyOnWriteArrayList<>();
    private volatile Duration latency = Duration.ZERO;
    private volatile boolean quotedETagsRefused;
    private volatile boolean putConditionsIgnored;
    private volatile boolean deleteConditionsIgnored;

    Faults() {}

    /** Lets the next requests of this operation fail in this way. */
    public Faults next(Operation operation, int times, Fault fault) {
        return next(request -> request.operation() == operation, times, fault);
    }

    /** Lets the next requests that match fail in this way. Faults are used up in the order they were given. */
    public Faults next(Predicate<SeenRequest> which, int times, Fault fault) {
        planned.add(new Planned(which, new AtomicInteger(times), fault));
        return this;
    }

    /** Delays every request by this time before anything else happens to it. No thread waits meanwhile. */
    public Faults latency(Duration value) {
        latency = value;
        return this;
    }

    /** Whether {@code If-Match} compares with the quotes, so that a quoted ETag never matches, as Ceph RGW 16 does. */
    public Faults refuseQuotedETags(boolean value) {
        quotedETagsRefused = value;
        return this;
    }

    /** Whether a PUT has its effect whatever its condition says. */
    public Faults ignorePutConditions(boolean value) {
        putConditionsIgnored = value;
        return this;
    }

    /** Whether a DELETE has its effect whatever its condition says, as with Ceph RGW 16. */
    public Faults ignoreDeleteConditions(boolean value) {
        deleteConditionsIgnored = value;
        return this;
    }

    /** Ends all faults. */
    public void clear() {
        planned.clear();
        latency = Duration.ZERO;
        quotedETagsRefused = false;
        putConditionsIgnored = false;
        deleteConditionsIgnored = false;
    }

    Duration latency() {
        return latency;
    }

    boolean ignoresConditions(Operation operation) {
        return (operation == Operation.PUT && putConditionsIgnored)
                || (operation == Operation.DELETE && deleteConditionsIgnored);
    }

    Fault faultOf(SeenRequest request) {
        for (Iterator<Planned> all = planned.iterator(); all.hasNext(); ) {
            Planned candidate = all.next();
            if (candidate.which().test(request) && candidate.left().getAndDecrement() > 0) {
                return candidate.fault();
            }
        }
        boolean quoted =
                request.ifMatch().filter(value -> value.startsWith("\"")).isPresent();
        return quotedETagsRefused && quoted && !ignoresConditions(request.operation())
                ? new Fault.Refuse(412, "PreconditionFailed")
                : new Fault.None();
    }

    private record Planned(Predicate<SeenRequest> which, AtomicInteger left, Fault fault) {}
}
