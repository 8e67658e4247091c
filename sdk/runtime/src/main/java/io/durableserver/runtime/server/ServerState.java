package io.durableserver.runtime.server;

import io.durableserver.ServerContext;
import io.durableserver.SyncPolicy;
import io.durableserver.runtime.events.HotPath;
import io.durableserver.runtime.sync.Durability;
import io.durableserver.runtime.sync.GateWatch;
import io.durableserver.runtime.sync.Outputs;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.TypeRegistry;
import io.durableserver.runtime.turn.UserCode;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one server is now: its type and code, its state, where it stands. Changed by the thread inside only; where it stands, and
 * the type, are read by any.
 *
 * @param <S> the state type
 */
public final class ServerState<S> implements GateWatch {
    public final NodeScope node;
    public final TypeRegistry types;
    public final String key;
    public final ServerSteps steps = new ServerSteps();
    public final Outputs outputs;
    public final Durability durability;
    public final SeenRequests requests = new SeenRequests();

    public RegisteredType<S> type;
    public SyncPolicy policy;

    @Nullable
    public UserCode<S> code;

    @Nullable
    public S state;

    @Nullable
    public ServerContext context;

    /** The message of a further turn that the last one asked for. */
    @Nullable
    public Object continuation;

    public ServerState(NodeScope node, TypeRegistry types, RegisteredType<S> type, String key) {
        this.node = node;
        this.outputs = new Outputs(node.facts());
        this.durability = new Durability(outputs, this);
        this.types = types;
        this.type = type;
        this.key = key;
        this.policy = type.type().syncPolicy();
    }

    public Phase phase() {
        return steps.phase();
    }

    public boolean isRunning() {
        return steps.isRunning();
    }

    public UserCode<S> code() {
        return Objects.requireNonNull(code);
    }

    public S state() {
        return Objects.requireNonNull(state);
    }

    public ServerContext context() {
        return Objects.requireNonNull(context);
    }

    public boolean isMutable() {
        return type.type().isMutableState();
    }

    /** Where it is told what happens to the server. */
    public ServerFacts facts() {
        return new ServerFacts(node.facts(), key, type.name());
    }

    @Override
    public long nowNanos() {
        return node.time().nanoTime();
    }

    @Override
    public long waitBegins() {
        return node.facts().hot() == null ? UNTIMED : nowNanos();
    }

    @Override
    public void waitEnded(long beganNanos) {
        HotPath hot = node.facts().hot();
        if (hot != null && beganNanos != UNTIMED) {
            hot.gateWaited(type.index(), nowNanos() - beganNanos);
        }
    }

    /** Too many outputs wait for the store: no further turns until some left (P7). */
    public boolean hasRoom() {
        return durability.isQuiet()
                || durability.heldCount() < node.config().limits().gatedOutputs();
    }

    /** Lets go of everything the application made. */
    public void release() {
        continuation = null;
        state = null;
        code = null;
    }

    /** For errors. */
    public Map<String, String> named() {
        return Map.of("key", key);
    }
}
