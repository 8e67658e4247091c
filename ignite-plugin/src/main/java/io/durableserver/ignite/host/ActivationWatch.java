package io.durableserver.ignite.host;

import io.durableserver.ignite.base.Daemons;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.ignite.Ignite;
import org.apache.ignite.events.Event;
import org.apache.ignite.lang.IgnitePredicate;

/**
 * Starts and stops the prefixes of a node with the activation of the cluster, on a thread of its own: creating a cache on
 * a thread of Ignite's events would wait for itself.
 */
final class ActivationWatch implements AutoCloseable {
    private static final long GRACE_MILLIS = 200;
    private static final long STOP_MILLIS = 5_000;

    private final Ignite ignite;
    private final HostedPrefixes prefixes;
    private final ExecutorService thread = Daemons.pool("durable-activation", 1);
    private final AtomicBoolean changed = new AtomicBoolean();
    private final IgnitePredicate<Event> listener = event -> {
        changed.set(true);
        follow();
        return true;
    };
    private final Consumer<RuntimeEvent> facts;
    private volatile boolean closed;

    ActivationWatch(Ignite ignite, HostedPrefixes prefixes, Consumer<RuntimeEvent> facts) {
        this.ignite = ignite;
        this.prefixes = prefixes;
        this.facts = facts;
        ignite.events().localListen(listener, NodeSetup.STATE_EVENTS);
        follow();
    }

    private void follow() {
        if (!ignite.cluster().state().active()) {
            // At once, not in turn: with the caches the directory is gone already.
            prefixes.forEach(HostedPrefix::fence);
        }
        if (!closed) {
            try {
                thread.execute(this::adapt);
            } catch (RejectedExecutionException e) {
                // Closed just now.
            }
        }
    }

    /** Looks at the state as it is now: events that came in between are settled with it. */
    private void adapt() {
        if (closed) {
            return;
        }
        boolean active = ignite.cluster().state().active();
        boolean another = changed.getAndSet(false);
        for (HostedPrefix prefix : prefixes) {
            try {
                if (another) {
                    prefix.clusterChanged();
                }
                if (active) {
                    prefix.activate();
                } else {
                    prefix.deactivate();
                }
            } catch (RuntimeException e) {
                if (!closed) {
                    prefix.failed(e).ifPresent(pause -> prefix.scheduler().schedule(pause, this::follow));
                }
            }
        }
    }

    /** Stops following, and waits for a step that is under way. */
    @Override
    public void close() {
        closed = true;
        ignite.events().stopLocalListen(listener, NodeSetup.STATE_EVENTS);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
                // Creating a cache does not finish any more once the node stops.
                thread.shutdownNow();
                if (!thread.awaitTermination(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
                    facts.accept(new ClusterEvent.StopHangs(ignite.name(), "a start of its durable servers"));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
