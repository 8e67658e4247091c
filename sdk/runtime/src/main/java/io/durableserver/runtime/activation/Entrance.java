package io.durableserver.runtime.activation;

import io.durableserver.runtime.turn.Borrowed;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * The way into one server: at most one thread at a time is inside. A thread that finds the server idle may come in: one of the
 * executor, or a blocked caller that runs its own call in place. Signals of the runtime run ahead of all else. Knows neither
 * types nor turns.
 */
final class Entrance {
    private static final VarHandle BUSY;

    static {
        try {
            BUSY = MethodHandles.lookup().findVarHandle(Entrance.class, "busy", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What a thread does inside. */
    interface Work {
        /** Whether there is something to do beside signals; any thread. */
        boolean isThere();

        /** Does some of it. The thread is inside. */
        void doSome();

        /** It failed. The thread is inside. */
        void defect(Throwable defect);

        /** The class loader that code of the application expects. */
        ClassLoader loader();
    }

    private final Executor threads;
    private final Work work;
    private final Signals signals = new Signals();
    private final Inside inside = new Inside();

    @SuppressWarnings("UnusedVariable") // through BUSY
    private volatile int busy = 1;

    /** A new entrance; the thread that makes it is inside. */
    Entrance(Executor threads, Work work) {
        this.threads = threads;
        this.work = work;
    }

    /** The thread that is inside. */
    Inside inside() {
        return inside;
    }

    /** Adds a task for the thread inside, or the next one that {@link #wake} brings in; any thread. */
    void add(Runnable task) {
        signals.add(task);
    }

    /** Runs the signals there are. The thread is inside. */
    void runSignals() {
        signals.drain();
    }

    boolean hasSignals() {
        return !signals.isEmpty();
    }

    /** Brings a thread in unless one is inside; any thread. */
    void wake() {
        if ((int) BUSY.getVolatile(this) == 0 && tryEnter()) {
            schedule();
        }
    }

    /** Goes on when something became possible that was not before. */
    void wakeIfWork() {
        if (hasSignals() || work.isThere()) {
            wake();
        }
    }

    /** Comes in on this thread; false when another one is inside. A thread that came in must {@link #leave}. */
    boolean tryEnter() {
        return BUSY.compareAndSet(this, 0, 1);
    }

    /** Leaves; another thread comes in when there is something to do. The creator leaves with this as well. */
    void leave() {
        BUSY.setVolatile(this, 0);
        wakeIfWork();
    }

    private void schedule() {
        try {
            threads.execute(this::run);
        } catch (RejectedExecutionException e) {
            return; // the node is closed: no thread comes in any more
        } catch (RuntimeException | Error failure) {
            BUSY.setVolatile(this, 0); // no thread comes; the next message tries again
            throw failure;
        }
    }

    private void run() {
        Borrowed thread = Borrowed.forEntry(work.loader());
        try {
            inside.enter(false);
            work.doSome();
        } catch (RuntimeException | Error defect) {
            work.defect(defect);
        } finally {
            inside.leave();
            thread.endEntry();
            leave();
        }
    }
}
