package io.durableserver.ignite.map;

import io.durableserver.Registration;
import io.durableserver.spi.Listeners;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices when the partitions of a cache move to or from this node. Ignite moves them some time after nodes came or went
 * and tells of it only where its configuration asks for that: so this looks, as long as there are listeners.
 */
final class ArbiterWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ArbiterWatch.class);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final int[] UNKNOWN = {-1};

    private final String cache;
    private final Supplier<int[]> partitions;
    private final Executor thread;
    private final Scheduler scheduler;
    private final Listeners<Runnable> listeners;
    private int[] told = UNKNOWN;
    private boolean looking;
    private boolean closed;

    /**
     * Looks as soon as there is a listener.
     *
     * @param partitions those this node is the primary of, in rising order; may block
     * @param thread for looks
     */
    ArbiterWatch(String cache, Supplier<int[]> partitions, Executor thread, Scheduler scheduler) {
        this.cache = cache;
        this.partitions = partitions;
        this.thread = thread;
        this.scheduler = scheduler;
        this.listeners = new Listeners<>(thrown -> LOG.error("A listener to the arbiters of {} failed", cache, thrown));
    }

    /** The next look tells in any case: it is unknown what a new listener saw before. */
    synchronized Registration listen(Runnable listener) {
        Registration registration = listeners.add(listener);
        told = UNKNOWN;
        if (!looking && !closed) {
            looking = true;
            lookSoon();
        }
        return registration;
    }

    private void lookSoon() {
        try {
            thread.execute(this::look);
        } catch (RejectedExecutionException e) {
            // Closed: the node stops, or the cluster was deactivated.
        }
    }

    private void look() {
        synchronized (this) {
            if (closed || listeners.isEmpty()) {
                looking = false;
                return;
            }
        }
        try {
            if (moved(partitions.get())) {
                listeners.tell(Runnable::run);
            }
        } catch (RuntimeException e) {
            LOG.debug("The partitions of {} are looked at later", cache, e);
        } finally {
            var unused = scheduler.schedule(LOOK, this::lookSoon);
        }
    }

    private synchronized boolean moved(int[] now) {
        boolean moved = !Arrays.equals(now, told);
        told = now;
        return moved;
    }

    @Override
    public synchronized void close() {
        closed = true;
        listeners.clear();
    }
}
