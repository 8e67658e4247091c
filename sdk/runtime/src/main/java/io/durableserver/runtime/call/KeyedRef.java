package io.durableserver.runtime.call;

import io.durableserver.Call;
import io.durableserver.CallOptions;
import io.durableserver.Cast;
import io.durableserver.DurableServers;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.wire.Headers;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A reference by type and key (P8).
 *
 * @param headers those of every call and cast through it
 */
@SuppressWarnings({"unchecked", "NullAway"}) // the handler table pairs each call with its reply type
public record KeyedRef(
        DurableServers servers, Calls calls, RegisteredType<?> registered, String key, Map<String, String> headers)
        implements ServerRef {
    /** A reference without headers. */
    public KeyedRef(DurableServers servers, Calls calls, RegisteredType<?> registered, String key) {
        this(servers, calls, registered, key, Map.of());
    }

    @Override
    public ServerRef withHeaders(Map<String, String> value) {
        return new KeyedRef(servers, calls, registered, key, Headers.checked(value));
    }

    @Override
    public String type() {
        return registered.name();
    }

    @Override
    public <R extends @Nullable Object> R call(Call<R> message, CallOptions options) {
        return (R) calls.call(registered, key, message, options, headers);
    }

    @Override
    public <R extends @Nullable Object> CompletionStage<R> callAsync(Call<R> message, CallOptions options) {
        return (CompletionStage<R>) calls.callAsync(registered, key, message, options, headers);
    }

    @Override
    public void cast(Cast message) {
        calls.casts().cast(registered, key, message, headers);
    }

    @Override
    public ServerRef ensureStarted(Object initial, StartOptions options) {
        servers.ensureStarted((ServerType<Object>) registered.type(), key, initial, options);
        return this;
    }

    @Override
    public CompletionStage<ServerRef> ensureStartedAsync(Object initial, StartOptions options) {
        return servers.ensureStartedAsync((ServerType<Object>) registered.type(), key, initial, options)
                .thenApply(started -> this);
    }

    @Override
    public String toString() {
        return type() + ":" + key;
    }
}
