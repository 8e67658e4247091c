package io.durableserver.backend.mirror.handover;

import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.base.Timers;
import io.durableserver.backend.mirror.control.HandleRegistry;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.Backend.Listed;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.Version;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * Finds nodes that use the authoritative store alone, without the mirror: their leases move, and they have no marker. Such a
 * node would go on to write to the source after the cut-over.
 */
public final class UnmirroredWriters {
    private static final int PAGE = 1_000;

    private final StorePair stores;
    private final Timers timers;
    private final Duration watched;
    private final Side side;
    private final String leases;
    private final Map<String, Version> seen = new HashMap<>();
    private final Set<String> moving = new TreeSet<>();
    private long began;

    /**
     * No lease has been seen yet.
     *
     * @param prefix of all keys
     * @param watched how long the leases are watched at least; zero not at all
     */
    public UnmirroredWriters(StorePair stores, Timers timers, String prefix, Duration watched, Side side) {
        this.stores = stores;
        this.timers = timers;
        this.watched = watched;
        this.side = side;
        this.leases = prefix + "__nodes/";
    }

    /** Notes all leases for the first time. */
    CompletableFuture<Void> begin() {
        began = timers.nanoTime();
        return note(PageRequest.keys(leases, PAGE));
    }

    /** Looks at all leases once more. The more looks, the less it matters that one listing leaves something out. */
    CompletableFuture<Void> note() {
        return note(PageRequest.keys(leases, PAGE));
    }

    private CompletableFuture<Void> note(PageRequest request) {
        return stores.list(side, request).thenCompose(page -> {
            synchronized (seen) {
                for (Listed entry : page.entries()) {
                    Version before = seen.put(entry.key(), entry.version());
                    if (before != null && !before.equals(entry.version())) {
                        moving.add(entry.key().substring(leases.length()));
                    }
                }
            }
            return request.after(page).map(this::note).orElseGet(() -> CompletableFuture.completedFuture(null));
        });
    }

    /** The sessions whose lease has moved since the beginning, and that have no marker. */
    CompletableFuture<List<String>> found(HandleRegistry registry) {
        long left = watched.toNanos() - (timers.nanoTime() - began);
        CompletableFuture<Void> waited = noLeases() || left <= 0
                ? CompletableFuture.completedFuture(null)
                : timers.after(Duration.ofNanos(left));
        return waited.thenCompose(done -> note())
                .thenCompose(noted -> registry.read())
                .thenApply(reading -> unmarked(reading.handles()));
    }

    private boolean noLeases() {
        synchronized (seen) {
            return seen.isEmpty();
        }
    }

    private List<String> unmarked(Set<String> handles) {
        synchronized (seen) {
            Set<String> strangers = new TreeSet<>(moving);
            handles.forEach(handle -> {
                int end = handle.lastIndexOf('/');
                int node = handle.lastIndexOf('/', end - 1);
                // A lease writes the node's name without slashes.
                strangers.remove(handle.substring(0, node).replace('/', '_') + handle.substring(node, end));
            });
            return List.copyOf(strangers);
        }
    }
}
