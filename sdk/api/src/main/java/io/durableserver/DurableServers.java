package io.durableserver;

import io.durableserver.admin.Admin;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The entry point of one node: starts servers and hands out references to them. One per storage prefix and node; every
 * node of the cluster with the same prefix shares the same servers. What hosts it ends it: the embedded node, the plugin, the test
 * cluster. Thread-safe.
 *
 * <p>Keys are 1 to 512 bytes of UTF-8 without control characters, and do not start with {@code __}. Inside a
 * turn the blocking methods may be called as {@link ServerRef#call} may, except {@link #awaitReady}, which is refused there in both forms: what the
 * turns before did is stored first, and a wait that would close a ring is refused with {@code CALL_RING}.
 */
public interface DurableServers {
    /**
     * Starts a server that does not run yet, on a node that placement chooses.
     *
     * @param initial the state for the very first boot; ignored when the store has one
     * @throws NotAppliedException {@code ALREADY_STARTED} when it runs, {@code IGNORED} when it declined, and others
     * @throws OutcomeUnknownException when the deadline passed first; the start may still go on
     * @throws RejectedException when {@code init} refused
     * @throws HandlerFailedException when {@code load} or {@code init} threw
     */
    default <S> ServerRef start(ServerType<S> type, String key, S initial) {
        return start(type, key, initial, StartOptions.DEFAULT);
    }

    /** As {@link #start(ServerType, String, Object)}, with options. */
    <S> ServerRef start(ServerType<S> type, String key, S initial, StartOptions options);

    /** As {@link #start(ServerType, String, Object, StartOptions)}, without waiting: every error is that of the stage. */
    <S> CompletionStage<ServerRef> startAsync(ServerType<S> type, String key, S initial, StartOptions options);

    /** As {@link #start(ServerType, String, Object)}, but a server that runs already is fine. */
    default <S> ServerRef ensureStarted(ServerType<S> type, String key, S initial) {
        return ensureStarted(type, key, initial, StartOptions.DEFAULT);
    }

    /** As {@link #ensureStarted(ServerType, String, Object)}, with options. */
    <S> ServerRef ensureStarted(ServerType<S> type, String key, S initial, StartOptions options);

    /** As {@link #ensureStarted(ServerType, String, Object, StartOptions)}, without waiting: every error is that of the stage. */
    <S> CompletionStage<ServerRef> ensureStartedAsync(ServerType<S> type, String key, S initial, StartOptions options);

    /** As {@link #start(ServerType, String, Object)}, for a type that names its messages. */
    default <S, P extends Protocol<P>> TypedRef<P> start(TypedServerType<S, P> type, String key, S initial) {
        return start(type, key, initial, StartOptions.DEFAULT);
    }

    /** As {@link #start(ServerType, String, Object, StartOptions)}, for a type that names its messages. */
    default <S, P extends Protocol<P>> TypedRef<P> start(
            TypedServerType<S, P> type, String key, S initial, StartOptions options) {
        return TypedRef.of(type, start((ServerType<S>) type, key, initial, options));
    }

    /** As {@link #startAsync(ServerType, String, Object, StartOptions)}, for a type that names its messages. */
    default <S, P extends Protocol<P>> CompletionStage<TypedRef<P>> startAsync(
            TypedServerType<S, P> type, String key, S initial, StartOptions options) {
        return startAsync((ServerType<S>) type, key, initial, options).thenApply(ref -> TypedRef.of(type, ref));
    }

    /** As {@link #ensureStarted(ServerType, String, Object)}, for a type that names its messages. */
    default <S, P extends Protocol<P>> TypedRef<P> ensureStarted(TypedServerType<S, P> type, String key, S initial) {
        return ensureStarted(type, key, initial, StartOptions.DEFAULT);
    }

    /** As {@link #ensureStarted(ServerType, String, Object, StartOptions)}, for a type that names its messages. */
    default <S, P extends Protocol<P>> TypedRef<P> ensureStarted(
            TypedServerType<S, P> type, String key, S initial, StartOptions options) {
        return TypedRef.of(type, ensureStarted((ServerType<S>) type, key, initial, options));
    }

    /** As {@link #ensureStartedAsync(ServerType, String, Object, StartOptions)}, for a type that names its messages. */
    default <S, P extends Protocol<P>> CompletionStage<TypedRef<P>> ensureStartedAsync(
            TypedServerType<S, P> type, String key, S initial, StartOptions options) {
        return ensureStartedAsync((ServerType<S>) type, key, initial, options).thenApply(ref -> TypedRef.of(type, ref));
    }

    /** As {@link #ref(ServerType, String)}, for a type that names its messages. */
    default <P extends Protocol<P>> TypedRef<P> ref(TypedServerType<?, P> type, String key) {
        return TypedRef.of(type, ref((ServerType<?>) type, key));
    }

    /** A reference, without looking whether the server runs or exists. A call through it revives a stored server. */
    ServerRef ref(ServerType<?> type, String key);

    /** What operators look at and do by hand. */
    Admin admin();

    /** This node's session. */
    Session session();

    /**
     * True when this node takes requests, and nothing tells that it may soon not: false already while its lease is at risk,
     * that is, not renewed in time, though it still serves until the lease runs out.
     */
    boolean isReady();

    /**
     * Waits until this node takes requests. Fails at once when the node is closed or draining, or when only a change of the
     * configuration helps; a store that is down is waited for.
     *
     * @param timeout how long to wait at most; zero or less looks once
     * @throws NotAppliedException {@code NOT_READY} or {@code DRAINING}, with the cause, when it does not within this time
     * @throws ConfigurationException {@code NOT_ALLOWED_HERE} inside a turn; others when the configuration keeps the node from serving
     */
    void awaitReady(Duration timeout);

    /**
     * As {@link #awaitReady}, without a thread that waits: every error is that of the stage. A stage that is cancelled waits no more.
     */
    CompletionStage<Void> awaitReadyAsync(Duration timeout);
}
