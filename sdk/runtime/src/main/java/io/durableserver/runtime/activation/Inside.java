package io.durableserver.runtime.activation;

import io.durableserver.runtime.turn.Slot;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The thread inside a server, for whoever looks for turns that take long: which one, since when, with what. Written by that
 * thread with stores that cost next to nothing, make no object and read no clock; whoever reads may see a moment that is over.
 */
final class Inside {
    /**
     * What is known of a thread inside.
     *
     * @param number another one for each turn and callback
     * @param sinceNanos when the turn began; for what is no turn, when it was first seen
     */
    record Stay(
            Thread thread,
            boolean borrowed,
            long number,
            long sinceNanos,
            @Nullable Slot slot) {}

    private static final VarHandle THREAD;
    private static final VarHandle NUMBER;

    static {
        try {
            THREAD = MethodHandles.lookup().findVarHandle(Inside.class, "thread", Object.class);
            NUMBER = MethodHandles.lookup().findVarHandle(Inside.class, "number", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Stands in for the thread while it is being interrupted, so that it cannot leave and be hit somewhere else. */
    private static final Object INTERRUPTING = new Object();

    @SuppressWarnings("UnusedVariable") // through THREAD
    private @Nullable Object thread;

    /** Released last, so that what it numbers is seen with it. */
    private long number;

    private boolean borrowed;
    /** Of the last turn. */
    private @Nullable Slot slot;

    private long began;
    private boolean timed;

    /** The watch's own: what it saw last, when first, and how often it told of it. */
    private volatile long seen;

    private volatile long firstSeen;
    int told;

    /** This thread comes in; {@code onBorrowed} when it is the application's. */
    void enter(boolean onBorrowed) {
        borrowed = onBorrowed;
        other();
        THREAD.setRelease(this, Thread.currentThread());
    }

    /** A turn begins on the thread inside. */
    @SuppressWarnings("ReferenceEquality") // not worth more than a look
    void turn(Slot what, long nowNanos) {
        if (slot != what) {
            slot = what; // a reference that changes in each turn is one more place for the garbage collector to look at
        }
        began = nowNanos;
        timed = true;
        NUMBER.setRelease(this, number + 1);
    }

    /** Something that is no turn begins, or ends. */
    void other() {
        timed = false;
        NUMBER.setRelease(this, number + 1);
    }

    /**
     * The thread leaves, unless another one has come in already, as when a start goes on elsewhere. Waits for an interrupt that
     * is on its way to it.
     */
    void leave() {
        Thread me = Thread.currentThread();
        while (!THREAD.compareAndSet(this, me, null)) {
            Object now = THREAD.getAcquire(this);
            if (now != me && now != INTERRUPTING) {
                return;
            }
            Thread.onSpinWait();
        }
    }

    /** Who is inside now; null when nobody is. Any thread. */
    @Nullable
    Stay stay(long nowNanos) {
        if (!(THREAD.getAcquire(this) instanceof Thread inside)) {
            return null;
        }
        long now = (long) NUMBER.getAcquire(this);
        long since = timed ? began : seen == now ? firstSeen : nowNanos;
        return new Stay(inside, borrowed, now, since, timed ? slot : null);
    }

    /** For the watch: takes note of a stay; whether it is another one than the last time. */
    boolean isNew(Stay stay) {
        if (seen == stay.number()) {
            return false;
        }
        firstSeen = stay.sinceNanos();
        seen = stay.number();
        return true;
    }

    /** Interrupts the thread of a stay, if it is still the same; false when that is over. */
    boolean interrupt(Stay stay) {
        if (!THREAD.compareAndSet(this, stay.thread(), INTERRUPTING)) {
            return false;
        }
        try {
            boolean same = (long) NUMBER.getAcquire(this) == stay.number();
            if (same) {
                stay.thread().interrupt();
            }
            return same;
        } finally {
            THREAD.setRelease(this, stay.thread());
        }
    }
}
