package io.durableserver.backend.mirror.control;

import io.durableserver.NotAppliedException;
import io.durableserver.backend.mirror.base.Futures;
import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.control.Control.Versioned;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.Version;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * This handle's markers: one in each store that it has used as the authority. They are how an operator knows which handles may be
 * writing. Only the phase watch calls it, one request after the other.
 */
public final class HandleMarker {
    private final Control control;
    private final String handle;
    private final Map<Side, Versioned<MarkerRecord>> written = new EnumMap<>(Side.class);

    public HandleMarker(Control control, String handle) {
        this.control = control;
        this.handle = handle;
    }

    /** Completes when the store has a marker of this handle. */
    public synchronized CompletableFuture<Void> ensure(Side side) {
        if (written.containsKey(side)) {
            return CompletableFuture.completedFuture(null);
        }
        String key = control.keys().handle(handle);
        MarkerRecord first = new MarkerRecord(handle, 0, false, 0, 0);
        return control.read(side, key, ControlFormat::marker)
                .thenCompose(found -> found.isPresent()
                        ? CompletableFuture.completedFuture(found.get())
                        : write(side, Optional.empty(), first))
                .thenAccept(marker -> remember(side, marker));
    }

    /** Whether the store's marker says this already; how many keys are left to mirror does not matter. */
    public synchronized boolean reported(Side side, long revision, boolean drained) {
        Versioned<MarkerRecord> now = written.get(side);
        return now != null
                && now.record().revision() == revision
                && now.record().drained() == drained;
    }

    /**
     * Replaces the marker. Fails with {@code FENCED} when it was removed: an operator took this handle for dead, so it must
     * make a new one, and read the phase again, before it writes anything else.
     */
    public synchronized CompletableFuture<Void> report(Side side, MarkerRecord marker) {
        Versioned<MarkerRecord> now = written.get(side);
        if (now == null) {
            return CompletableFuture.completedFuture(null);
        }
        return write(side, Optional.of(now.version()), marker.over(now.record()))
                .handle((next, failure) -> {
                    if (failure == null) {
                        remember(side, next);
                        return null;
                    }
                    forget(side);
                    throw failure(failure);
                });
    }

    /** Takes the markers away. */
    public synchronized void remove(StorePair stores) {
        written.forEach((side, marker) -> {
            var unused = stores.delete(side, control.keys().handle(handle), marker.version());
        });
        written.clear();
    }

    public String handle() {
        return handle;
    }

    private CompletableFuture<Versioned<MarkerRecord>> write(
            Side side, Optional<Version> expected, MarkerRecord marker) {
        return control.write(side, control.keys().handle(handle), expected, ControlFormat.encode(marker))
                .thenApply(version -> new Versioned<>(marker, version));
    }

    private synchronized void remember(Side side, Versioned<MarkerRecord> marker) {
        written.put(side, marker);
    }

    private synchronized void forget(Side side) {
        written.remove(side);
    }

    private static RuntimeException failure(Throwable failure) {
        Throwable cause = Futures.unwrap(failure);
        return cause instanceof RuntimeException known
                ? known
                : new NotAppliedException(
                        NotAppliedException.Reason.STORAGE_UNAVAILABLE,
                        "The marker of this node cannot be written",
                        Map.of(),
                        cause);
    }
}
