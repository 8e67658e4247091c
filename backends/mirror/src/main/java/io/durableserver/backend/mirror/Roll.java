package io.durableserver.backend.mirror;

import io.durableserver.backend.mirror.Control.Versioned;
import io.durableserver.spi.Backend.Listed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The markers of all handles in one store. */
final class Roll {
    private static final int PAGE = 1_000;

    private final Parts parts;
    private final Side side;

    Roll(Parts parts, Side side) {
        this.parts = parts;
        this.side = side;
    }

    /** All markers, by handle. */
    CompletableFuture<Map<String, Versioned<MarkerRecord>>> read() {
        Map<String, Versioned<MarkerRecord>> markers = new HashMap<>();
        return page(Optional.empty(), markers).thenApply(done -> markers);
    }

    private CompletableFuture<Void> page(Optional<String> cursor, Map<String, Versioned<MarkerRecord>> markers) {
        return parts.sides().list(side, parts.keys().handles(), cursor, PAGE).thenCompose(page -> {
            List<CompletableFuture<Void>> reads = new ArrayList<>();
            for (Listed entry : page.entries()) {
                reads.add(parts.control()
                        .read(side, entry.key(), ControlFormat::marker)
                        .thenAccept(found -> found.ifPresent(marker -> {
                            synchronized (markers) {
                                markers.put(marker.record().handle(), marker);
                            }
                        })));
            }
            return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new))
                    .thenCompose(read -> page.next().isPresent()
                            ? page(page.next(), markers)
                            : CompletableFuture.completedFuture(null));
        });
    }

    /**
     * Removes the markers of handles that did not answer. One that answers after all finds its marker gone, and makes a new
     * one before it writes again.
     *
     * @return the handles that are left
     */
    CompletableFuture<Map<String, MarkerRecord>> removeSilent(long revision) {
        return read().thenCompose(markers -> {
            Map<String, MarkerRecord> left = new HashMap<>();
            List<CompletableFuture<?>> removals = new ArrayList<>();
            markers.forEach((handle, marker) -> {
                if (marker.record().revision() >= revision) {
                    left.put(handle, marker.record());
                } else {
                    removals.add(parts.sides().delete(side, parts.keys().handle(handle), marker.version()));
                }
            });
            return CompletableFuture.allOf(removals.toArray(CompletableFuture[]::new))
                    .thenApply(removed -> left);
        });
    }
}
