package io.durableserver.runtime.call;

import io.durableserver.DurableServerException;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.type.Slot;
import io.durableserver.spi.TimeSource;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A blocked caller of a server on the same node. Whether the call begins or the caller gives up is decided by one
 * compare-and-set, so a caller that gave up first knows that nothing was applied.
 */
final class WaitingCall extends AtomicInteger implements ReplySink, ForkJoinPool.ManagedBlocker {
    private static final long serialVersionUID = 1L;

    private static final int YIELDS = 16;
    private static final int WAITING = 0;
    private static final int BEGUN = 1;
    private static final int ANSWERING = 2;
    private static final int ANSWERED = 3;
    private static final int ABANDONED = 4;

    /** How the wait ended. */
    enum End {
        VALUE,
        ERROR,
        NOT_HERE,
        /** Given up before it began. */
        NOT_BEGUN,
        /** Given up after it began. */
        UNKNOWN,
        /** The thread was interrupted; the call may have begun. */
        INTERRUPTED
    }

    private final transient Thread caller = Thread.currentThread();
    private final transient TimeSource time;
    private final long deadlineNanos;
    private transient @Nullable Object value;
    private transient @Nullable DurableServerException error;
    private boolean notHere;
    private boolean begun;

    WaitingCall(TimeSource time, long deadlineNanos) {
        this.time = time;
        this.deadlineNanos = deadlineNanos;
    }

    @Override
    public boolean begin() {
        return compareAndSet(WAITING, BEGUN);
    }

    private boolean answer() {
        return compareAndSet(BEGUN, ANSWERING) || compareAndSet(WAITING, ANSWERING);
    }

    private void answered() {
        set(ANSWERED);
        if (Thread.currentThread() != caller) {
            LockSupport.unpark(caller);
        }
    }

    @Override
    public void success(@Nullable Object reply, Slot slot) {
        if (answer()) {
            value = reply;
            answered();
        }
    }

    @Override
    public void failure(DurableServerException failure) {
        if (answer()) {
            error = failure;
            answered();
        }
    }

    @Override
    public void notHere() {
        if (answer()) {
            notHere = true;
            answered();
        }
    }

    /**
     * Waits for the answer or the deadline. Gives up the processor a few times before it parks: an answer of a server on
     * this node mostly comes within a turn or two, and a wake-up costs more than those turns.
     */
    @SuppressWarnings("ThreadPriorityCheck") // only a hint; the wait itself is the park below
    End await() {
        for (int i = 0; i < YIELDS && get() != ANSWERED; i++) {
            Thread.yield();
        }
        if (get() != ANSWERED) {
            try {
                ForkJoinPool.managedBlock(this);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                if (giveUp()) {
                    return End.INTERRUPTED;
                }
            }
        }
        if (get() != ANSWERED && giveUp()) {
            return begun ? End.UNKNOWN : End.NOT_BEGUN;
        }
        while (get() != ANSWERED) {
            Thread.onSpinWait();
        }
        return notHere ? End.NOT_HERE : error != null ? End.ERROR : End.VALUE;
    }

    /** False when an answer came at the last moment. */
    private boolean giveUp() {
        if (compareAndSet(WAITING, ABANDONED)) {
            return true;
        }
        begun = compareAndSet(BEGUN, ABANDONED);
        return begun;
    }

    @Override
    public boolean block() throws InterruptedException {
        while (!isReleasable()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(this, deadlineNanos - time.nanoTime());
        }
        return true;
    }

    @Override
    public boolean isReleasable() {
        return get() == ANSWERED || time.nanoTime() - deadlineNanos >= 0;
    }

    @Nullable
    Object value() {
        return value;
    }

    @Nullable
    DurableServerException error() {
        return error;
    }
}
