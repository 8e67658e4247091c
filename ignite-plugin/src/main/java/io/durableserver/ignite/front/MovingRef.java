package io.durableserver.ignite.front;

import io.durableserver.Call;
import io.durableserver.CallOptions;
import io.durableserver.Cast;
import io.durableserver.DurableServerException;
import io.durableserver.DurableServers;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.ignite.base.OwnStage;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A reference that leads to the runtime of the moment (P8): it outlives the Ignite node it was made on, and may be made before there
 * is one.
 */
final class MovingRef implements ServerRef {
    private record Bound(Phase.Running running, ServerRef ref) {}

    private final PluginServers servers;
    private final ServerType<?> serverType;
    private final String type;
    private final String key;
    private final Map<String, String> headers;
    private volatile @Nullable Bound bound;

    /** A reference without a look at any node. */
    MovingRef(PluginServers servers, ServerType<?> type, String key) {
        this(servers, type, key, Map.of());
    }

    private MovingRef(PluginServers servers, ServerType<?> type, String key, Map<String, String> headers) {
        this.headers = headers;
        this.servers = servers;
        this.serverType = type;
        this.type = type.name();
        this.key = key;
    }

    MovingRef(PluginServers servers, ServerType<?> type, Phase.Running running, ServerRef now) {
        this(servers, type, now.key());
        this.bound = new Bound(running, now);
    }

    private ServerRef now() {
        Bound last = bound;
        Phase phase = servers.phase();
        return last != null && last.running == phase ? last.ref : bind(phase);
    }

    private ServerRef bind(Phase phase) {
        Phase.Running running = servers.running(phase);
        ServerRef plain = running.runtime().ref(serverType, key);
        ServerRef ref = headers.isEmpty() ? plain : plain.withHeaders(headers);
        bound = new Bound(running, ref);
        return ref;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public <R extends @Nullable Object> R call(Call<R> message, CallOptions options) {
        return now().call(message, options);
    }

    @Override
    public <R extends @Nullable Object> CompletionStage<R> callAsync(Call<R> message, CallOptions options) {
        ServerRef now;
        try {
            now = now();
        } catch (DurableServerException refused) {
            return new OwnStage<>(refused);
        }
        return now.callAsync(message, options);
    }

    @Override
    public void cast(Cast message) {
        now().cast(message);
    }

    @Override
    public DurableServers servers() {
        return servers;
    }

    @Override
    @SuppressWarnings("unchecked") // the runtime looks at the class of the state
    public ServerRef ensureStarted(Object initial, StartOptions options) {
        servers.ensureStarted((ServerType<Object>) serverType, key, initial, options);
        return this;
    }

    @Override
    @SuppressWarnings("unchecked") // as above
    public CompletionStage<ServerRef> ensureStartedAsync(Object initial, StartOptions options) {
        return servers.ensureStartedAsync((ServerType<Object>) serverType, key, initial, options)
                .thenApply(started -> this);
    }

    @Override
    public ServerRef withHeaders(Map<String, String> value) {
        return new MovingRef(servers, serverType, key, servers.checkedHeaders(value));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MovingRef that
                && servers == that.servers
                && type.equals(that.type)
                && key.equals(that.key)
                && headers.equals(that.headers);
    }

    @Override
    public int hashCode() {
        return 31 * type.hashCode() + key.hashCode();
    }

    @Override
    public String toString() {
        return type + ":" + key;
    }
}
