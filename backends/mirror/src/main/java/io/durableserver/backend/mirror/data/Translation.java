package io.durableserver.backend.mirror.data;

import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.base.Timers;
import io.durableserver.backend.mirror.copy.VersionPairs;
import io.durableserver.backend.mirror.data.Tokens.Marked;
import io.durableserver.backend.mirror.rollout.RecordOrder;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What a token of one store means in the other, so that servers go on across a change of the authority. A token of the other
 * store is never sent to this one: it is exchanged for the version that holds the very same record here, if there is one. The
 * same record means equal bytes with a position, which this library's records have: no two writes of a key have the same.
 */
public final class Translation {
    private final StorePair stores;
    private final VersionPairs pairs;
    private final RecordOrder order;
    private final Timers timers;
    private final Duration secondLook;

    public Translation(StorePair stores, VersionPairs pairs, RecordOrder order, Timers timers, Duration secondLook) {
        this.stores = stores;
        this.pairs = pairs;
        this.order = order;
        this.timers = timers;
        this.secondLook = secondLook;
    }

    /** How an exchange ended. */
    sealed interface Exchange {
        /** The version in the authoritative store. */
        record Known(Version version) implements Exchange {}

        /** No record the caller may write over has it. */
        record Stale() implements Exchange {}

        /** A store did not answer. */
        record Failed(Throwable cause) implements Exchange {}
    }

    CompletableFuture<Exchange> translate(String key, Version expected, Side authority) {
        Optional<Marked> marked = Tokens.parse(expected);
        if (marked.isEmpty()) {
            return CompletableFuture.completedFuture(new Exchange.Stale());
        }
        Version raw = marked.get().raw();
        Side side = marked.get().side();
        if (side == authority) {
            return CompletableFuture.completedFuture(new Exchange.Known(raw));
        }
        Optional<Version> remembered = pairs.counterpart(key, side, raw);
        // A server that is told of a conflict gives up its key, so one reading is not enough for that.
        return remembered.isPresent()
                ? CompletableFuture.completedFuture(new Exchange.Known(remembered.get()))
                : compare(key, side, raw)
                        .thenCompose(first -> first instanceof Exchange.Stale
                                ? timers.after(secondLook).thenCompose(waited -> compare(key, side, raw))
                                : CompletableFuture.completedFuture(first));
    }

    private CompletableFuture<Exchange> compare(String key, Side side, Version raw) {
        return stores.get(side, key).thenCompose(result -> {
            if (result instanceof ReadResult.Failed failed) {
                return CompletableFuture.completedFuture(new Exchange.Failed(failed.cause()));
            }
            boolean unmoved = result instanceof ReadResult.Found found
                    && found.version().equals(raw)
                    && order.position(found.record()).isPresent();
            return unmoved
                    ? stores.get(side.other(), key).thenApply(here -> same(((ReadResult.Found) result).record(), here))
                    : CompletableFuture.completedFuture(new Exchange.Stale());
        });
    }

    private static Exchange same(byte[] record, ReadResult here) {
        if (here instanceof ReadResult.Failed failed) {
            return new Exchange.Failed(failed.cause());
        }
        return here instanceof ReadResult.Found found && Arrays.equals(found.record(), record)
                ? new Exchange.Known(found.version())
                : new Exchange.Stale();
    }
}
