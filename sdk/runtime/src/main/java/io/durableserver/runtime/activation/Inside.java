package io.durableserver.runtime.activation;

import io.durableserver.runtime.turn.CodeWatch;
import io.durableserver.runtime.type.Slot;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The thread inside a server, as the watch for long turns sees it: which one, since when, with what. Written by that
 * thread with stores that cost next to nothing, make no object and read no clock; a reader may see a moment that is over.
 */
final class Inside implements CodeWatch {
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

    /** User code that waits for the runtime on its own thread: an interrupt is kept for it until it goes on. */
    private record Waiting(long number, boolean hit) {}

    private static final VarHandle THREAD;
    private static final VarHandle TARGET;
    private static final VarHandle NUMBER;

    static {
        try {
            THREAD = MethodHandles.lookup().findVarHandle(Inside.class, "thread", Object.class);
            TARGET = MethodHandles.lookup().findVarHandle(Inside.class, "target", Object.class);
            NUMBER = MethodHandles.lookup().findVarHandle(Inside.class, "number", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Stands in for the target while it is being interrupted, so that it cannot go on and be hit somewhere else. */
    private static final Object INTERRUPTING = new Object();

    @SuppressWarnings("UnusedVariable") // through THREAD
    private @Nullable Object thread;

    /** What an interrupt may hit: the thread while it runs user code, or {@link Waiting}; else null. */
    @SuppressWarnings("UnusedVariable") // through TARGET
    private @Nullable Object target;

    /** Released last, so that what it numbers is seen with it. */
    private long number;

    private boolean borrowed;
    /** The handler of the last turn. */
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

    /** The thread leaves, unless another one has come in already, as when a start goes on elsewhere. */
    void leave() {
        THREAD.compareAndSet(this, Thread.currentThread(), null);
    }

    @Override
    public void open() {
        TARGET.setRelease(this, Thread.currentThread());
    }

    /** Waits for an interrupt that is on its way. */
    @Override
    public void close() {
        change(null);
    }

    /** False when the target is not this thread. */
    private boolean change(@Nullable Object next) {
        Thread me = Thread.currentThread();
        while (!TARGET.compareAndSet(this, me, next)) {
            Object now = TARGET.getAcquire(this);
            if (now != me && now != INTERRUPTING) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }

    /** What runs on this thread from here on is the runtime's, though user code waits for it; false when none does. */
    boolean suspend() {
        return change(new Waiting(number, false));
    }

    /** User code goes on; whether it was interrupted meanwhile. */
    boolean resume() {
        return TARGET.getAndSet(this, Thread.currentThread()) instanceof Waiting waited && waited.hit();
    }

    /** The thread that is inside now; null when there is none. Any thread. */
    @Nullable
    Stay stay(long nowNanos) {
        if (!(THREAD.getAcquire(this) instanceof Thread inside)) {
            return null;
        }
        long now = (long) NUMBER.getAcquire(this);
        long since = timed ? began : seen == now ? firstSeen : nowNanos;
        return new Stay(inside, borrowed, now, since, timed ? slot : null);
    }

    /** Takes note of a stay, for the watch; whether it is another one than the last time. */
    boolean isNew(Stay stay) {
        if (seen == stay.number()) {
            return false;
        }
        firstSeen = stay.sinceNanos();
        seen = stay.number();
        return true;
    }

    /** Interrupts the user code of a stay, if it still runs; false when it does not. */
    boolean interrupt(Stay stay) {
        if (TARGET.compareAndSet(this, stay.thread(), INTERRUPTING)) {
            try {
                boolean same = (long) NUMBER.getAcquire(this) == stay.number();
                if (same) {
                    stay.thread().interrupt();
                }
                return same;
            } finally {
                TARGET.setRelease(this, stay.thread());
            }
        }
        return TARGET.getAcquire(this) instanceof Waiting waiting
                && waiting.number() == stay.number()
                && (waiting.hit() || TARGET.compareAndSet(this, waiting, new Waiting(waiting.number(), true)));
    }
}
