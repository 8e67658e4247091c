package io.durableserver.ignite.map;

import io.durableserver.spi.ChangeFeed;
import io.durableserver.spi.SharedMap.Change;
import io.durableserver.spi.SharedMap.Listener;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listener with what the log tells of it: that it is too slow, and that it does not come back. One call at a time. */
final class Watcher implements Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);

    private final Listener listener;
    private final String watch;
    /** Begins and ends of calls: odd while one runs. */
    private final AtomicLong calls = new AtomicLong();

    private long seen;
    private volatile boolean stuck;

    /** @param watch what the log calls it */
    Watcher(Listener listener, String watch) {
        this.listener = listener;
        this.watch = watch;
    }

    private void call(Runnable call) {
        calls.incrementAndGet();
        try {
            call.run();
        } finally {
            calls.incrementAndGet();
        }
    }

    /** Looks whether it is in the same call as at the last look; called by one thread at a time. */
    void look() {
        long now = calls.get();
        boolean same = now % 2 == 1 && now == seen;
        seen = now;
        if (same && !stuck) {
            LOG.warn("The watcher of {} holds a thread: it has not returned from one call since the last look", watch);
        } else if (stuck && !same) {
            LOG.info("The watcher of {} has returned", watch);
        }
        stuck = same;
    }

    /** Whether the last look found it stuck. */
    boolean isStuck() {
        return stuck;
    }

    @Override
    public void changed(List<Change> changes) {
        call(() -> listener.changed(changes));
    }

    @Override
    public void caughtUp() {
        call(listener::caughtUp);
    }

    @Override
    public void gap() {
        LOG.warn(
                "The watcher of {} is too slow: {} bytes waited, and it begins anew",
                watch,
                ChangeFeed.MAX_WAITING_BYTES);
        call(listener::gap);
    }

    @Override
    public void closed() {
        call(listener::closed);
    }
}
