package io.durableserver.runtime.call;

import io.durableserver.Call;
import io.durableserver.CallOptions;
import io.durableserver.Cast;
import io.durableserver.DurableServers;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.runtime.turn.RegisteredType;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A reference by type and key (P8). */
@SuppressWarnings({"unchecked", "NullAway"}) // the handler table pairs each call with its reply type
public record KeyedRef(DurableServers servers, Calls calls, RegisteredType<?> registered, String key)
        implements ServerRef {
    @Override
    public String type() {
        return registered.name();
    }

    @Override
    public <R extends @Nullable Object> R call(Call<R> message, CallOptions options) {
        return (R) calls.call(registered, key, message, options);
    }

    @Override
    public <R extends @Nullable Object> CompletionStage<R> callAsync(Call<R> message, CallOptions options) {
        return (CompletionStage<R>) calls.callAsync(registered, key, message, options);
    }

    @Override
    public void cast(Cast message) {
        calls.casts().cast(registered, key, message);
    }

    @Override
    public ServerRef ensureStarted(Object initial, StartOptions options) {
        return servers.ensureStarted((ServerType<Object>) registered.type(), key, initial, options);
    }

    @Override
    public CompletionStage<ServerRef> ensureStartedAsync(Object initial, StartOptions options) {
        return servers.ensureStartedAsync((ServerType<Object>) registered.type(), key, initial, options);
    }

    @Override
    public String toString() {
        return type() + ":" + key;
    }
}
