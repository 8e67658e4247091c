package io.durableserver.runtime.activation;

import io.durableserver.ServerContext;
import io.durableserver.SyncPolicy;
import io.durableserver.runtime.sync.Durability;
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
final class ServerState<S> {
    final NodeScope node;
    final TypeRegistry types;
    final String key;
    final ServerSteps steps = new ServerSteps();
    final Durability durability = new Durability();

    RegisteredType<S> type;
    SyncPolicy policy;

    @Nullable
    UserCode<S> code;

    @Nullable
    S state;

    @Nullable
    ServerContext context;

    /** The message of a further turn that the last one asked for. */
    @Nullable
    Object continuation;

    ServerState(NodeScope node, TypeRegistry types, RegisteredType<S> type, String key) {
        this.node = node;
        this.types = types;
        this.type = type;
        this.key = key;
        this.policy = type.type().syncPolicy();
    }

    Phase phase() {
        return steps.phase();
    }

    boolean isRunning() {
        return steps.isRunning();
    }

    UserCode<S> code() {
        return Objects.requireNonNull(code);
    }

    S state() {
        return Objects.requireNonNull(state);
    }

    ServerContext context() {
        return Objects.requireNonNull(context);
    }

    boolean isMutable() {
        return type.type().isMutableState();
    }

    /** Too many outputs wait for the store: no further turns until some left (P7). */
    boolean hasRoom() {
        return durability.isQuiet()
                || durability.heldCount() < node.config().limits().gatedOutputs();
    }

    /** Lets go of everything the application made. */
    void release() {
        continuation = null;
        state = null;
        code = null;
    }

    /** For errors. */
    Map<String, String> named() {
        return Map.of("key", key);
    }
}
