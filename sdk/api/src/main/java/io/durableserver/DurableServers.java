package io.durableserver;

import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The entry point of one node: starts servers and hands out references to them. One per storage prefix and node; every
 * node of the cluster with the same prefix shares the same servers. Thread-safe.
 *
 * <p>Keys are 1 to 512 bytes of UTF-8 without control characters, and do not start with {@code __}. Inside a
 * turn the blocking methods may be called as {@link ServerRef#call} may, except {@link #awaitReady} and {@link #close}: what the
 * turns before did is stored first, and a wait that would close a ring is refused with {@code CALL_RING}.
 */
public interface DurableServers extends AutoCloseable {
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

    /** As {@link #start(ServerType, String, Object, StartOptions)}, without waiting. */
    <S> CompletionStage<ServerRef> startAsync(ServerType<S> type, String key, S initial, StartOptions options);

    /** As {@link #start(ServerType, String, Object)}, but a server that runs already is fine. */
    default <S> ServerRef ensureStarted(ServerType<S> type, String key, S initial) {
        return ensureStarted(type, key, initial, StartOptions.DEFAULT);
    }

    /** As {@link #ensureStarted(ServerType, String, Object)}, with options. */
    <S> ServerRef ensureStarted(ServerType<S> type, String key, S initial, StartOptions options);

    /** As {@link #ensureStarted(ServerType, String, Object, StartOptions)}, without waiting. */
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

    /** Where a server runs, as the directory knows it now; empty when it does not run. */
    Optional<ServerLocation> lookup(String key);

    /** As {@link #lookup}, without waiting. */
    CompletionStage<Optional<ServerLocation>> lookupAsync(String key);

    /** What the store holds, by a strong read; empty when it holds nothing. Does not start the server. */
    Optional<ServerInfo> info(String key);

    /** As {@link #info}, without waiting. */
    CompletionStage<Optional<ServerInfo>> infoAsync(String key);

    /**
     * Stops a server wherever it runs. Returns after its final write.
     *
     * @return false when it did not run and there was nothing to do
     * @throws NotAppliedException when the final state could not be stored; {@code CALL_RING} inside a turn of that server, or of
     *     one it waits for
     * @throws OutcomeUnknownException {@code DEADLINE} when it did not stop in time; the context says which turn holds it, and
     *     the stop goes on after that
     */
    boolean terminate(String key, Termination how);

    /** As {@link #terminate}, without waiting. */
    CompletionStage<Boolean> terminateAsync(String key, Termination how);

    /** Repairs of stored records, for operators. */
    Admin admin();

    /**
     * Replaces a registered type by a newer version of itself on this node, while its servers run: each server carries
     * its state over with {@link DurableServer#upgrade} before its next turn.
     *
     * @throws ConfigurationException when the type is not registered, or the version is not higher
     */
    void upgrade(ServerType<?> type);

    /** This node's session. */
    Session session();

    /** How many servers run on this node. */
    int localCount();

    /**
     * True when this node takes requests, and nothing tells that it may soon not: false already while its lease is at risk,
     * that is, not renewed in time, though it still serves until the lease runs out.
     */
    boolean isReady();

    /**
     * Waits until this node takes requests.
     *
     * @throws NotAppliedException {@code NOT_READY} when it does not within this time
     */
    void awaitReady(Duration timeout);

    /**
     * Stops all servers of this node after storing their final states, then leaves: as {@link #close}, but what could not
     * be stored is returned. Blocks, at most for {@link Timeouts#drain} and the time of a lease. Draining again gives the
     * same report.
     *
     * @throws OutcomeUnknownException when it did not end in time or the thread was interrupted; the node serves no more
     */
    DrainReport drain();

    /**
     * Stops all servers of this node after storing their final states, then leaves. Called by the plugin. Closing again does
     * nothing.
     *
     * @throws NotAppliedException {@code NOT_STORED} when some servers ended without storing their last state; it names
     *     their keys, and {@link #drain} says more. The node is closed all the same.
     * @throws OutcomeUnknownException as {@link #drain}
     */
    @Override
    void close();
}
