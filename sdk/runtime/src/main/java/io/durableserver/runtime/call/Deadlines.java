package io.durableserver.runtime.call;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous calls that wait, bounded, and the sweep that ends those whose deadline passed. Linked lists with a
 * lock each, chosen by deadline so that sender and server seldom meet: adding and removing costs no allocation and no timer per call; deadlines are kept to within the
 * sweep interval of 50 ms.
 */
final class Deadlines {
    private static final int STRIPES = 64;
    private static final Duration SWEEP = Duration.ofMillis(50);

    private static final class Stripe {
        @Nullable
        PendingCall head;
    }

    private final Stripe[] stripes = new Stripe[STRIPES];
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicBoolean armed = new AtomicBoolean();
    private final Scheduler scheduler;
    private final TimeSource time;
    private final int bound;
    private volatile boolean closed;

    Deadlines(Scheduler scheduler, TimeSource time, int bound) {
        this.scheduler = scheduler;
        this.time = time;
        this.bound = bound;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    /** Adds a call; throws {@code OVERLOADED} at the bound. */
    void add(PendingCall call) {
        if (count.incrementAndGet() > bound) {
            count.decrementAndGet();
            throw new NotAppliedException(
                    Reason.OVERLOADED,
                    "Too many calls of this node wait for replies",
                    Map.of("option", "limits.pendingCalls", "value", bound, "bound", bound));
        }
        int index = (int) (call.deadlineNanos >>> 5) & (STRIPES - 1);
        Stripe stripe = stripes[index];
        synchronized (stripe) {
            if (closed) {
                count.decrementAndGet();
                throw new NotAppliedException(Reason.NOT_READY, "The node is closed", Map.of());
            }
            call.stripe = index;
            call.next = stripe.head;
            if (stripe.head != null) {
                stripe.head.previous = call;
            }
            stripe.head = call;
        }
        if (!armed.get() && armed.compareAndSet(false, true)) {
            scheduler.schedule(SWEEP, this::sweep);
        }
    }

    void remove(PendingCall call) {
        if (call.stripe < 0) {
            return;
        }
        Stripe stripe = stripes[call.stripe];
        synchronized (stripe) {
            if (call.stripe < 0) {
                return;
            }
            call.stripe = -1;
            if (call.previous == null) {
                stripe.head = call.next;
            } else {
                call.previous.next = call.next;
            }
            if (call.next != null) {
                call.next.previous = call.previous;
            }
            call.previous = null;
            call.next = null;
        }
        count.decrementAndGet();
    }

    private void sweep() {
        long now = time.nanoTime();
        List<PendingCall> over = new ArrayList<>();
        for (Stripe stripe : stripes) {
            synchronized (stripe) {
                for (PendingCall call = stripe.head; call != null; call = call.next) {
                    if (now - call.deadlineNanos >= 0) {
                        over.add(call);
                    }
                }
            }
        }
        over.forEach(PendingCall::expire);
        armed.set(false);
        if (count.get() > 0 && armed.compareAndSet(false, true)) {
            scheduler.schedule(SWEEP, this::sweep);
        }
    }

    /** The node is closed: ends all calls and takes no more. */
    void close() {
        closed = true;
        List<PendingCall> left = new ArrayList<>();
        for (Stripe stripe : stripes) {
            synchronized (stripe) {
                for (PendingCall call = stripe.head; call != null; call = call.next) {
                    left.add(call);
                }
            }
        }
        left.forEach(PendingCall::abandon);
    }

    /** How many calls wait. */
    int size() {
        return count.get();
    }
}
