package io.durableserver.runtime.events;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks one at a time and in their order, on the threads of a pool; on the calling thread when that takes no more. Thread-safe;
 * waits for nothing while the pool takes tasks.
 */
final class InOrder implements Executor {
    private final Executor pool;

    // Guarded by this.
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    InOrder(Executor pool) {
        this.pool = pool;
    }

    /** What a task throws ends that task alone, at the top of the thread. */
    @Override
    public void execute(Runnable task) {
        synchronized (this) {
            waiting.add(task);
            if (running) {
                return;
            }
            running = true;
        }
        begin();
    }

    private void begin() {
        try {
            pool.execute(this::runAll);
        } catch (RejectedExecutionException closed) {
            runAll();
        }
    }

    private void runAll() {
        for (Runnable next = next(); next != null; next = next()) {
            boolean done = false;
            try {
                next.run();
                done = true;
            } finally {
                if (!done) {
                    begin();
                }
            }
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable next = waiting.poll();
        running = next != null;
        return next;
    }
}
