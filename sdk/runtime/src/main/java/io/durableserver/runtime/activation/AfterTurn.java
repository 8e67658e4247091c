package io.durableserver.runtime.activation;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What a turn left behind when it ended: it runs outside of the turn, in order and one after another, as it would have run in it. It
 * may run beside the turns after it, and knows nothing of them. Thread-safe.
 */
final class AfterTurn {
    private final Executor threads;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>(0);
    /** Whether what waits has its thread; true until the turn has ended, so that nothing comes before what it left. */
    private boolean isServed = true;

    AfterTurn(Executor threads) {
        this.threads = threads;
    }

    /** The turn has ended, and left this: it comes before all that was added already. Once. */
    void begin(List<Runnable> left) {
        synchronized (this) {
            for (int i = left.size() - 1; i >= 0; i--) {
                waiting.addFirst(left.get(i));
            }
            isServed = !waiting.isEmpty();
            if (!isServed) {
                return;
            }
        }
        schedule();
    }

    void add(Runnable part) {
        synchronized (this) {
            waiting.add(part);
            if (isServed) {
                return;
            }
            isServed = true;
        }
        schedule();
    }

    private void schedule() {
        try {
            threads.execute(this::run);
        } catch (RejectedExecutionException closed) {
            drop(); // the node is closed, and with it all that its turns left
        }
    }

    private void run() {
        Runnable part = next();
        while (part != null) {
            part.run();
            part = next();
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable part = waiting.poll();
        isServed = part != null;
        return part;
    }

    private synchronized void drop() {
        waiting.clear();
        isServed = false;
    }
}
