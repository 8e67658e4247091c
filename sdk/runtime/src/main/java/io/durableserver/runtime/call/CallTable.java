package io.durableserver.runtime.call;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous calls that wait, bounded; their ids; and the sweep that ends those whose deadline passed, to within its
 * interval of 50 ms. A call's id says its place, so that a reply finds it without a search, and places are used again, so
 * that calls cost neither growth nor a timer each. Stripes with a lock each, chosen by deadline, so that threads that add and
 * threads that remove seldom meet.
 */
final class CallTable {
    private static final int STRIPE_BITS = 6;
    private static final int STRIPES = 1 << STRIPE_BITS;
    private static final int PLACE_BITS = 24;
    private static final int PLACES = 1 << PLACE_BITS;
    private static final int FIRST_PLACES = 16;
    private static final Duration SWEEP = Duration.ofMillis(50);

    private static final class Stripe {
        private volatile AtomicReferenceArray<@Nullable PendingCall> calls = new AtomicReferenceArray<>(FIRST_PLACES);
        private int[] free = new int[FIRST_PLACES];
        private int freeCount;
        private int used;
        private long numbered;

        /** Gives the call a place, and an id that says how many had one before, and its place. */
        synchronized void add(PendingCall call, int stripe) {
            int place = freeCount > 0 ? free[--freeCount] : used++;
            if (place == calls.length()) {
                grow();
            }
            call.id = (++numbered << PLACE_BITS | place) << STRIPE_BITS | stripe;
            calls.set(place, call);
        }

        private void grow() {
            AtomicReferenceArray<@Nullable PendingCall> more = new AtomicReferenceArray<>(2 * calls.length());
            for (int i = 0; i < calls.length(); i++) {
                more.set(i, calls.get(i));
            }
            free = Arrays.copyOf(free, more.length());
            calls = more;
        }

        @Nullable
        PendingCall at(int place) {
            AtomicReferenceArray<@Nullable PendingCall> now = calls;
            return place < now.length() ? now.get(place) : null;
        }

        synchronized boolean remove(PendingCall call, int place) {
            if (at(place) != call) {
                return false;
            }
            calls.set(place, null);
            free[freeCount++] = place;
            return true;
        }
    }

    private final Stripe[] stripes = new Stripe[STRIPES];
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicBoolean armed = new AtomicBoolean();
    private final Scheduler scheduler;
    private final TimeSource time;
    private final int bound;
    /** Names and values of this node, for errors. */
    private final Map<String, ?> node;

    private volatile boolean closed;

    CallTable(Scheduler scheduler, TimeSource time, int bound, Map<String, ?> node) {
        this.scheduler = scheduler;
        this.time = time;
        this.bound = bound;
        this.node = node;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    /** Adds a call and gives it its id; throws {@code OVERLOADED} at the bound. */
    void add(PendingCall call) {
        if (count.incrementAndGet() > bound) {
            count.decrementAndGet();
            throw new NotAppliedException(
                    Reason.OVERLOADED,
                    "Too many calls of this node wait for replies",
                    Map.of("option", "limits.pendingCalls", "bound", bound));
        }
        int stripe = (int) (call.deadlineNanos >>> 5) & (STRIPES - 1);
        stripes[stripe].add(call, stripe);
        // The table may have been closed before the call was in it.
        if (closed && remove(call)) {
            checkOpen();
        }
        if (!armed.get() && armed.compareAndSet(false, true)) {
            scheduler.schedule(SWEEP, this::sweep);
        }
    }

    /** Throws {@code NOT_READY} when the node is closed. */
    void checkOpen() {
        if (closed) {
            throw new NotAppliedException(Reason.NOT_READY, "The node is closed", node);
        }
    }

    /** The call with this id, if it still waits. */
    @Nullable
    PendingCall find(long id) {
        PendingCall call = stripes[stripe(id)].at(place(id));
        return call != null && call.id == id ? call : null;
    }

    /** The call does not wait any longer; false when it did not before. */
    boolean remove(PendingCall call) {
        boolean removed = stripes[stripe(call.id)].remove(call, place(call.id));
        if (removed) {
            count.decrementAndGet();
        }
        return removed;
    }

    private static int stripe(long id) {
        return (int) id & (STRIPES - 1);
    }

    private static int place(long id) {
        return (int) (id >>> STRIPE_BITS) & (PLACES - 1);
    }

    private void sweep() {
        long now = time.nanoTime();
        List<PendingCall> over = new ArrayList<>();
        forEach(call -> {
            if (now - call.deadlineNanos >= 0) {
                over.add(call);
            }
        });
        try {
            over.forEach(PendingCall::expire);
        } finally {
            armed.set(false);
            if (count.get() > 0 && armed.compareAndSet(false, true)) {
                scheduler.schedule(SWEEP, this::sweep);
            }
        }
    }

    /** Visits the calls that wait; those that come or go meanwhile may be seen or not. */
    void forEach(Consumer<PendingCall> visitor) {
        for (Stripe stripe : stripes) {
            AtomicReferenceArray<@Nullable PendingCall> calls = stripe.calls;
            for (int i = 0; i < calls.length(); i++) {
                PendingCall call = calls.get(i);
                if (call != null) {
                    visitor.accept(call);
                }
            }
        }
    }

    /** The node is closed: ends all calls and takes no more. */
    void close() {
        closed = true;
        forEach(PendingCall::abandon);
    }

    /** How many calls wait. */
    int size() {
        return count.get();
    }
}
