package io.durableserver.runtime.lifecycle;

import io.durableserver.DurableServerException;
import io.durableserver.HandlerFailedException;
import io.durableserver.ServerInfo;
import io.durableserver.ServerLocation;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.Termination;
import io.durableserver.config.Timeouts;
import io.durableserver.runtime.ownership.StoreKeys;
import io.durableserver.runtime.routing.Routing;
import io.durableserver.runtime.turn.Gated;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.wire.Origin;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What the entry point's methods do, whether they wait or not: what others can see leaves through the gate of the turn it is
 * asked in and carries the callers that wait for it; reads do neither.
 */
public record Operations(
        Routing routing, NodeLife life, Starts starts, Terminations terminations, Infos infos, Timeouts timeouts) {
    /** How long a start may take. */
    public Duration startTimeout(StartOptions options) {
        return starts.timeout(options);
    }

    public <S> CompletionStage<ServerRef> started(
            ServerType<S> type, String key, S initial, StartOptions options, boolean ensure) {
        Origin origin = Turn.originHere();
        if (Turn.current() == null) {
            return life.whenReady(() -> {
                try {
                    return starts.start(starts.prepare(type, key, initial, options, ensure, origin));
                } catch (HandlerFailedException thrown) {
                    return CompletableFuture.failedFuture(thrown);
                }
            });
        }
        // Now: when the request leaves, that may be on a thread of the runtime.
        Starts.Prepared start;
        try {
            start = starts.prepare(type, key, initial, options, ensure, origin);
        } catch (DurableServerException refused) {
            return CompletableFuture.failedFuture(refused);
        }
        return whenServing(() -> starts.start(start));
    }

    /** Reads something as long as the node is not closed. */
    public <T> CompletionStage<T> unlessClosed(Supplier<CompletionStage<T>> read) {
        return life.unlessClosed(read);
    }

    /** Does what an operator asks for, when the node takes requests. */
    public <T> CompletionStage<T> whenServing(Supplier<CompletionStage<T>> request) {
        return Gated.send(() -> life.whenReady(request));
    }

    public CompletionStage<Boolean> terminated(String key, Termination how) {
        StoreKeys.check(key);
        Origin origin = Turn.originHere();
        return whenServing(() -> terminations.terminate(key, how, timeouts.write(), origin));
    }

    public CompletionStage<Optional<ServerLocation>> located(String key) {
        StoreKeys.check(key);
        return life.unlessClosed(() -> routing.entry(key)
                .thenApply(entry -> entry.filter(e -> e.epoch() > 0)
                        .map(e -> new ServerLocation(
                                key, e.type(), e.session(), e.epoch(), e.permanent(), e.metadata()))));
    }

    public CompletionStage<Optional<ServerInfo>> informed(String key) {
        StoreKeys.check(key);
        return life.unlessClosed(() -> infos.read(key));
    }
}
