package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The one thread of a server, as the parts of the runtime see it: they send it signals, now or between turns. A turn may wait on
 * it for the store, or be open and hold no thread; what must not come into the middle of it is put off.
 */
final class ServerThread {
    private final Entrance entrance;
    private volatile @Nullable Thread waiter;
    private volatile @Nullable UnfinishedTurn open;
    private List<Runnable> postponed = List.of();

    /** A new one; the thread that makes it is inside. */
    ServerThread(String key, Executor threads, Entrance.Work work) {
        this.entrance = new Entrance(threads, work);
    }

    Entrance entrance() {
        return entrance;
    }

    Inside inside() {
        return entrance.inside();
    }

    /** Runs a task of the runtime on the server's thread, ahead of its mail; any thread. */
    void signal(Runnable task) {
        entrance.add(task);
        if (!wakeWaiter()) {
            entrance.wake();
        }
    }

    /**
     * As {@link #signal}, for what must not come into the middle of a turn: user code, and a stop in good order. While a turn
     * waits for its store or stays open, it is put off until the turn is done.
     */
    void signalBetweenTurns(Runnable task) {
        signal(() -> between(task));
    }

    /** As {@link #signal}, for what must not come into the middle of a part of a turn. */
    void signalBetweenParts(Runnable task) {
        signal(() -> betweenParts(task));
    }

    private void between(Runnable task) {
        if (waiter == null && open == null) {
            task.run();
        } else {
            postpone(() -> between(task));
        }
    }

    private void betweenParts(Runnable task) {
        if (waiter == null) {
            task.run();
        } else {
            postpone(() -> betweenParts(task));
        }
    }

    private void postpone(Runnable again) {
        postponed = postponed.isEmpty() ? new ArrayList<>() : postponed;
        postponed.add(again);
    }

    /** What was put off may be possible now. */
    private void release() {
        List<Runnable> due = postponed;
        postponed = List.of();
        due.forEach(this::signal);
    }

    // A turn that waits on this thread. The server's own thread, but for waking.

    /** Wakes the thread that waits in a turn; false when none does. Any thread. */
    boolean wakeWaiter() {
        Thread waiting = waiter;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
        return waiting != null;
    }

    void waits() {
        waiter = Thread.currentThread();
    }

    /** Signals run meanwhile. */
    void park(long nanos) {
        if (!entrance.hasSignals()) {
            LockSupport.parkNanos(this, nanos);
        }
    }

    void goesOn() {
        waiter = null;
        release();
    }

    // A turn that is open. The server's own thread, but for looking.

    /** The turn whose result comes later; null when none is open. Any thread. */
    @Nullable
    UnfinishedTurn open() {
        return open;
    }

    void opened(UnfinishedTurn turn) {
        open = turn;
    }

    /** The open turn is over. */
    void closed() {
        open = null;
        release();
    }

    /** The server ends in the middle of it, if a turn is open. */
    void cancelOpenTurn(DurableServerException error) {
        UnfinishedTurn turn = open;
        if (turn != null) {
            turn.cancel(error);
        }
    }

    /** Does not wait for the result of a turn that is open any longer: nothing of it counts, and the server goes on. Any thread. */
    void abandonOpenTurn(String why) {
        signalBetweenParts(() -> {
            UnfinishedTurn turn = open;
            if (turn != null) {
                turn.abandon(why);
            }
        });
    }
}
