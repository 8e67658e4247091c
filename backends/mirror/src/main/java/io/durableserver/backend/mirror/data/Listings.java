package io.durableserver.backend.mirror.data;

import io.durableserver.NotAppliedException;
import io.durableserver.backend.mirror.authority.PhaseState;
import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.control.ControlKeys;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.Backend.Listed;
import io.durableserver.spi.Backend.Page;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Pages of the authoritative store, without the control records. A cursor belongs to the store that gave it. */
public final class Listings {
    private final StorePair stores;
    private final PhaseState state;
    private final ControlKeys keys;

    public Listings(StorePair stores, PhaseState state, ControlKeys keys) {
        this.stores = stores;
        this.state = state;
        this.keys = keys;
    }

    public CompletionStage<Page> page(String prefix, Optional<String> cursor, int limit, Duration timeout) {
        Side side = state.phase().holder();
        if (cursor.isPresent()
                && !Tokens.parseSide(cursor.get()).filter(side::equals).isPresent()) {
            return CompletableFuture.failedFuture(new NotAppliedException(
                    NotAppliedException.Reason.STORAGE_UNAVAILABLE,
                    "The authority changed during the listing: begin it again",
                    Map.of("prefix", prefix, "side", side.wireName())));
        }
        return stores.of(side)
                .list(prefix, cursor.map(marked -> marked.substring(2)), limit, timeout)
                .thenApply(page -> marked(side, page));
    }

    private Page marked(Side side, Page page) {
        List<Listed> entries = page.entries().stream()
                .filter(entry -> !keys.isControl(entry.key()))
                .map(entry -> new Listed(entry.key(), Tokens.mark(side, entry.version())))
                .toList();
        return new Page(entries, page.next().map(next -> Tokens.mark(side, next)));
    }
}
