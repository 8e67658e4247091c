package io.durableserver.backend.mirror.control;

import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.base.Timers;
import io.durableserver.backend.mirror.control.Control.Versioned;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.Backend.Listed;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * The markers of all handles in one store. It remembers the handles it has seen: one that a later listing leaves out is read
 * by its name, and is gone only when two readings apart in time say so, of a store that shows its rollout record.
 */
public final class HandleRegistry {
    private static final int PAGE = 1_000;

    private final Control control;
    private final StorePair stores;
    private final Timers timers;
    private final long secondLookNanos;
    private final Side side;
    /** Handles that were seen, with when their marker was first found absent. */
    private final Map<String, Optional<Long>> known = new TreeMap<>();

    public HandleRegistry(Control control, StorePair stores, Timers timers, Duration secondLook, Side side) {
        this.control = control;
        this.stores = stores;
        this.timers = timers;
        this.secondLookNanos = secondLook.toNanos();
        this.side = side;
    }

    /**
     * One reading.
     *
     * @param markers the markers, by handle
     * @param unsure handles that were seen, and whose marker may be gone
     */
    public record Reading(Map<String, Versioned<MarkerRecord>> markers, Set<String> unsure) {
        /** All handles there may be. */
        public Set<String> handles() {
            Set<String> all = new HashSet<>(markers.keySet());
            all.addAll(unsure);
            return all;
        }
    }

    /** Reads all markers. */
    public CompletableFuture<Reading> read() {
        return list(PageRequest.keys(control.keys().handles(), PAGE))
                .thenCompose(listed -> readAll())
                .thenCompose(
                        markers -> control.rollout(side).thenApply(witness -> reading(markers, witness.isPresent())));
    }

    private CompletableFuture<Void> list(PageRequest request) {
        return stores.list(side, request).thenCompose(page -> {
            synchronized (known) {
                for (Listed entry : page.entries()) {
                    known.putIfAbsent(
                            entry.key().substring(control.keys().handles().length()), Optional.empty());
                }
            }
            return request.after(page).map(this::list).orElseGet(() -> CompletableFuture.completedFuture(null));
        });
    }

    private CompletableFuture<Map<String, Versioned<MarkerRecord>>> readAll() {
        List<String> names;
        synchronized (known) {
            names = List.copyOf(known.keySet());
        }
        Map<String, Versioned<MarkerRecord>> markers = new TreeMap<>();
        List<CompletableFuture<Void>> reads = new ArrayList<>();
        for (String name : names) {
            reads.add(control.read(side, control.keys().handle(name), ControlFormat::marker)
                    .thenAccept(found -> found.ifPresent(marker -> {
                        synchronized (markers) {
                            markers.put(name, marker);
                        }
                    })));
        }
        return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new)).thenApply(read -> markers);
    }

    private Reading reading(Map<String, Versioned<MarkerRecord>> markers, boolean witnessed) {
        long now = timers.nanoTime();
        Set<String> unsure = new HashSet<>();
        synchronized (known) {
            for (String name : List.copyOf(known.keySet())) {
                Optional<Long> absentSince = known.getOrDefault(name, Optional.empty());
                if (markers.containsKey(name)) {
                    known.put(name, Optional.empty());
                } else if (!witnessed || absentSince.isEmpty()) {
                    known.put(name, witnessed ? Optional.of(now) : Optional.empty());
                    unsure.add(name);
                } else if (now - absentSince.get() < secondLookNanos) {
                    unsure.add(name);
                } else {
                    known.remove(name);
                }
            }
        }
        return new Reading(markers, unsure);
    }

    /**
     * Removes the markers of handles that did not answer. One that answers after all finds its marker gone, and makes a new
     * one before it writes again.
     *
     * @return the handles that are left
     */
    public CompletableFuture<Map<String, MarkerRecord>> removeSilent(long revision) {
        return read().thenCompose(reading -> {
            Map<String, MarkerRecord> left = new TreeMap<>();
            List<CompletableFuture<?>> removals = new ArrayList<>();
            reading.markers().forEach((handle, marker) -> {
                if (marker.record().revision() >= revision) {
                    left.put(handle, marker.record());
                } else {
                    removals.add(stores.delete(side, control.keys().handle(handle), marker.version())
                            .thenAccept(result -> forget(handle, result)));
                }
            });
            return CompletableFuture.allOf(removals.toArray(CompletableFuture[]::new))
                    .thenApply(removed -> left);
        });
    }

    private void forget(String handle, WriteResult result) {
        if (result instanceof WriteResult.Stored) {
            synchronized (known) {
                known.remove(handle);
            }
        }
    }
}
