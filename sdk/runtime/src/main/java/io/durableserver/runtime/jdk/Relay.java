package io.durableserver.runtime.jdk;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jctools.queues.MpmcUnboundedXaddArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many small tasks over a pool: the pool is given one task that runs what is queued, not a task and a wake-up for each.
 * Before a thread runs a task while more are queued, a further run is with the pool, so that a task that blocks holds up
 * no others as long as the pool has a thread. Tasks begin in their order.
 */
final class Relay implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final int CHUNK = 1_024;

    private final MpmcUnboundedXaddArrayQueue<Runnable> queue = new MpmcUnboundedXaddArrayQueue<>(CHUNK);
    /** The pool has a run that has not begun. */
    private final AtomicBoolean standby = new AtomicBoolean();

    private final Executor pool;

    Relay(Executor pool) {
        this.pool = pool;
    }

    /**
     * Queues a task.
     *
     * @throws RejectedExecutionException when the pool takes no more; a run that is still going on may run the task yet
     */
    @Override
    public void execute(Runnable task) {
        queue.offer(task);
        standBy();
    }

    private void standBy() {
        if (!standby.get() && standby.compareAndSet(false, true)) {
            try {
                pool.execute(this::run);
            } catch (RuntimeException | Error notTaken) {
                standby.set(false);
                throw notTaken;
            }
        }
    }

    private void run() {
        standby.set(false);
        drain();
    }

    /** Runs what is queued, on a thread the pool knows nothing of. */
    void drain() {
        for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
            if (!queue.isEmpty()) {
                makeWay();
            }
            try {
                task.run();
            } catch (RuntimeException | Error defect) {
                LOG.error("Uncaught on {}", Thread.currentThread().getName(), defect);
            }
        }
    }

    /** Tasks that have not begun, roughly. */
    int size() {
        return queue.size();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** The tasks that ever left the queue. */
    long begun() {
        return queue.currentConsumerIndex();
    }

    private void makeWay() {
        try {
            standBy();
        } catch (RejectedExecutionException closed) {
            LOG.trace("The pool closes; this run goes on alone", closed);
        }
    }
}
