package io.durableserver.ignite.map;

import io.durableserver.spi.ChangeFeed;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.SharedMap.Change;
import io.durableserver.spi.SharedMap.Listener;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listener of a watch, and what its node tells of it: that it throws, is behind, or does not return. One call at a time. */
final class Watcher implements Listener, ChangeFeed.Reports {
    private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);

    private final Listener listener;
    private final Watched watched;
    private final Consumer<RuntimeEvent> facts;
    /** The begins and ends of calls: odd while one runs. */
    private final AtomicLong calls = new AtomicLong();

    private long seen;
    private boolean stuck;

    /** The names of a watch in facts. */
    record Watched(String node, String map, String keys) {}

    Watcher(Listener listener, Watched watched, Consumer<RuntimeEvent> facts) {
        this.listener = listener;
        this.watched = watched;
        this.facts = facts;
    }

    private void call(Runnable call) {
        calls.incrementAndGet();
        try {
            call.run();
        } finally {
            calls.incrementAndGet();
        }
    }

    /** Tells whether the listener is in the same call as at the last look; called by one thread at a time. */
    void look() {
        long now = calls.get();
        boolean same = now % 2 == 1 && now == seen;
        seen = now;
        if (same && !stuck) {
            facts.accept(new ClusterEvent.WatchStuck(watched.node(), watched.map(), watched.keys()));
        } else if (stuck && !same) {
            facts.accept(new ClusterEvent.WatchReturned(watched.node(), watched.map(), watched.keys()));
        }
        stuck = same;
    }

    @Override
    public void failed(Throwable thrown) {
        LOG.error("The watcher of {} in {} failed", watched.keys(), watched.map(), thrown);
    }

    @Override
    public void behind() {
        facts.accept(new ClusterEvent.WatchBehind(watched.node(), watched.map(), watched.keys()));
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
        call(listener::gap);
    }

    @Override
    public void closed() {
        call(listener::closed);
    }
}
