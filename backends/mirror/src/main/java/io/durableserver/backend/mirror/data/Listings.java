package io.durableserver.backend.mirror.data;

import io.durableserver.NotAppliedException;
import io.durableserver.backend.mirror.authority.PhaseState;
import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.control.ControlKeys;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.Backend.Listed;
import io.durableserver.spi.Backend.Page;
import io.durableserver.spi.PageRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

    public CompletionStage<Page> page(PageRequest request, Duration timeout) {
        Side side = state.phase().holder();
        if (!request.isFirst()
                && !Tokens.parseSide(request.cursor()).filter(side::equals).isPresent()) {
            return CompletableFuture.failedFuture(new NotAppliedException(
                    NotAppliedException.Reason.STORAGE_UNAVAILABLE,
                    "The authority changed during the listing: begin it again",
                    Map.of("prefix", request.prefix(), "side", side.wireName())));
        }
        return stores.of(side)
                .list(
                        request.isFirst()
                                ? request
                                : request.from(request.cursor().substring(2)),
                        timeout)
                .thenApply(page -> marked(side, page));
    }

    private Page marked(Side side, Page page) {
        List<Listed> entries = page.entries().stream()
                .filter(entry -> !keys.isControl(entry.key()))
                .map(entry -> new Listed(entry.key(), Tokens.mark(side, entry.version()), entry.record()))
                .toList();
        return new Page(entries, page.next().map(next -> Tokens.mark(side, next)));
    }
}
