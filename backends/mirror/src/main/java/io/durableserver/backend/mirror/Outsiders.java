package io.durableserver.backend.mirror;

import io.durableserver.backend.mirror.Control.Versioned;
import io.durableserver.spi.Backend.Listed;
import io.durableserver.spi.Version;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * Finds nodes that use the authoritative store alone, without the mirror: their leases move, and they have no marker. Such a
 * node would go on to write to the source after the cut-over.
 */
final class Outsiders {
    private static final int PAGE = 1_000;

    private final Parts parts;
    private final Side side;
    private final String leases;
    private Map<String, Version> before = Map.of();
    private long began;

    Outsiders(Parts parts, Side side) {
        this.parts = parts;
        this.side = side;
        this.leases = parts.keys().prefix() + "__nodes/";
    }

    /** Notes all leases. */
    CompletableFuture<Void> begin() {
        began = parts.time().nanoTime();
        return read().thenAccept(found -> before = found);
    }

    /** The sessions whose lease has moved since, and that have no marker. */
    CompletableFuture<List<String>> found(Roll roll) {
        long left = parts.config().outsiderWatch().toNanos() - (parts.time().nanoTime() - began);
        CompletableFuture<Void> waited = new CompletableFuture<>();
        if (before.isEmpty() || left <= 0) {
            waited.complete(null);
        } else {
            parts.scheduler().schedule(Duration.ofNanos(left), () -> waited.complete(null));
        }
        return waited.thenCompose(done -> read().thenCombine(roll.read(), this::unmarked));
    }

    private List<String> unmarked(Map<String, Version> now, Map<String, Versioned<MarkerRecord>> markers) {
        TreeSet<String> moving = new TreeSet<>();
        now.forEach((key, version) -> {
            if (before.containsKey(key) && !version.equals(before.get(key))) {
                moving.add(key.substring(leases.length()));
            }
        });
        markers.keySet().forEach(handle -> {
            int end = handle.lastIndexOf('/');
            int node = handle.lastIndexOf('/', end - 1);
            // A lease writes the node's name without slashes.
            moving.remove(handle.substring(0, node).replace('/', '_') + handle.substring(node, end));
        });
        return List.copyOf(moving);
    }

    private CompletableFuture<Map<String, Version>> read() {
        Map<String, Version> found = new HashMap<>();
        return page(Optional.empty(), found).thenApply(done -> found);
    }

    private CompletableFuture<Void> page(Optional<String> cursor, Map<String, Version> found) {
        return parts.sides().list(side, leases, cursor, PAGE).thenCompose(page -> {
            for (Listed entry : page.entries()) {
                found.put(entry.key(), entry.version());
            }
            return page.next().isPresent() ? page(page.next(), found) : CompletableFuture.completedFuture(null);
        });
    }
}
