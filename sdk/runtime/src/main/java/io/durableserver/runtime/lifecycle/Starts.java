package io.durableserver.runtime.lifecycle;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.runtime.ownership.StoreKeys;
import io.durableserver.runtime.routing.Routing;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.runtime.turn.Borrowed;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Rings;
import io.durableserver.runtime.turn.TypeRegistry;
import io.durableserver.runtime.turn.UserFailure;
import io.durableserver.runtime.wire.Control;
import io.durableserver.runtime.wire.Origin;
import io.durableserver.runtime.wire.Start;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Starts servers by key: checks and encodes on the caller's node, so that bad input is refused before anything moves. */
public final class Starts {
    private final NodeScope node;
    private final TypeRegistry types;
    private final Routing routing;

    public Starts(NodeScope node, TypeRegistry types, Routing routing) {
        this.node = node;
        this.types = types;
        this.routing = routing;
    }

    Duration timeout(StartOptions options) {
        return options.timeout().orElse(node.config().timeouts().start());
    }

    /**
     * A start that is checked and encoded.
     *
     * @param start without its deadline
     * @param ensure whether a server that runs will do
     */
    record Prepared(Start start, Duration timeout, boolean ensure) {}

    /**
     * Checks and encodes, which is code of the application: on the thread of the caller.
     *
     * @param origin the callers that wait for it
     */
    <S> Prepared prepare(
            ServerType<S> type, String key, S initial, StartOptions options, boolean ensure, Origin origin) {
        StoreKeys.check(key);
        Rings.checkLength(key, origin.chain());
        RegisteredType<S> registered = types.get(type);
        byte[] encoded;
        Borrowed thread = Borrowed.fromCaller(registered.classLoader());
        try {
            encoded = registered.encodeFirst(key, initial);
        } catch (UserFailure failure) {
            throw failure.toCaller(key);
        } finally {
            thread.toCaller();
        }
        Start.Cause cause = options.isExistingOnly()
                ? new Start.Cause.Explicit()
                : new Start.Cause.First(
                        registered.codec().name(), registered.type().version(), encoded);
        return new Prepared(new Start(key, type.name(), cause, origin), timeout(options), ensure);
    }

    /** Starts it; any thread. */
    CompletionStage<ServerRef> start(Prepared prepared) {
        Start start = prepared.start()
                .until(node.time().nanoTime() + prepared.timeout().toNanos());
        String key = start.key();
        CompletionStage<Control.Started> end = prepared.ensure() ? ensured(start) : routing.start(start);
        return end.thenApply(started -> {
            if (started.already() && !prepared.ensure()) {
                throw new NotAppliedException(
                        Reason.ALREADY_STARTED,
                        "The server runs already",
                        Map.of("key", key, "session", started.session(), "epoch", started.epoch()));
            }
            return node.servers().ref(types.get(start.type()).type(), key);
        });
    }

    /** A server the directory shows as running needs no arbiter. */
    private CompletionStage<Control.Started> ensured(Start request) {
        return routing.entry(request.key())
                .exceptionally(failure -> Optional.empty())
                .thenCompose(entry -> {
                    if (entry.isPresent() && entry.get().epoch() > 0) {
                        if (!entry.get().type().equals(request.type())) {
                            throw NotAppliedException.typeMismatch(
                                    request.key(), request.type(), entry.get().type());
                        }
                        routing.learned(request.key(), entry.get().session());
                        return CompletableFuture.completedFuture(new Control.Started(
                                entry.get().session(), entry.get().epoch(), true));
                    }
                    return routing.start(request);
                });
    }
}
