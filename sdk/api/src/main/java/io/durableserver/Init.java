package io.durableserver;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@link DurableServer#init} decided. An immutable value.
 *
 * @param <S> the state type
 */
public final class Init<S> {
    private final @Nullable S state;
    private final Map<String, String> metadata;
    private final boolean permanent;
    private final @Nullable SyncPolicy syncPolicy;
    private final @Nullable Object continuation;
    private final @Nullable Duration idleTimeout;

    private Init(
            @Nullable S state,
            Map<String, String> metadata,
            boolean permanent,
            @Nullable SyncPolicy syncPolicy,
            @Nullable Object continuation,
            @Nullable Duration idleTimeout) {
        this.state = state;
        this.metadata = metadata;
        this.permanent = permanent;
        this.syncPolicy = syncPolicy;
        this.continuation = continuation;
        this.idleTimeout = idleTimeout;
    }

    /** Starts with this state. */
    public static <S> Init<S> ok(S state) {
        return new Init<>(
                Objects.requireNonNull(state, "Init.ok was given a null state"), Map.of(), false, null, null, null);
    }

    /** Declines to start: the record is left {@code stopped_graceful}, the starter is told so. */
    public static <S> Init<S> ignore() {
        return new Init<>(null, Map.of(), false, null, null, null);
    }

    /** User metadata shown in the directory, at most 4 KiB of text in total. */
    public Init<S> metadata(Map<String, String> value) {
        return new Init<>(state, Map.copyOf(value), permanent, syncPolicy, continuation, idleTimeout);
    }

    /** A permanent server is restarted by the cluster after a failure or a deployment. */
    public Init<S> permanent(boolean value) {
        return new Init<>(state, metadata, value, syncPolicy, continuation, idleTimeout);
    }

    /** Overrides the sync policy of the type for this server. */
    public Init<S> syncPolicy(SyncPolicy value) {
        return new Init<>(state, metadata, permanent, value, continuation, idleTimeout);
    }

    /** Runs a first turn with this message before anything else. */
    public Init<S> thenContinue(Object message) {
        return new Init<>(
                state,
                metadata,
                permanent,
                syncPolicy,
                Objects.requireNonNull(message, "Init.thenContinue was given a null message"),
                idleTimeout);
    }

    /**
     * Runs the timeout handler unless a message arrives within this time of the start: 1 ms or more, and what is longer than 73
     * years counts as that. A type without a timeout handler must not ask for it: its start fails.
     */
    public Init<S> idleTimeout(Duration timeout) {
        return new Init<>(state, metadata, permanent, syncPolicy, continuation, Effects.idleTimeout(timeout));
    }

    // Read by the runtime.

    /** The state, or null for {@link #ignore()}. */
    public @Nullable S state() {
        return state;
    }

    public Map<String, String> metadata() {
        return metadata;
    }

    public boolean isPermanent() {
        return permanent;
    }

    /** The policy, or null for the type's. */
    public @Nullable SyncPolicy syncPolicy() {
        return syncPolicy;
    }

    /** The first message, or null. */
    public @Nullable Object continuation() {
        return continuation;
    }

    /** How long it waits for a first message, or null. */
    public @Nullable Duration idleTimeout() {
        return idleTimeout;
    }
}
