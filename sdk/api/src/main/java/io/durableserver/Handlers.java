package io.durableserver;

import org.jspecify.annotations.Nullable;

/**
 * Where a server says which message is handled how. Message classes are matched exactly; {@link #any} handles all that a sealed
 * type permits. Each may be registered once; the set must be the same for every instance of a type. Each method comes twice: the
 * second form hands the handler the server's context as well. A handler refuses a message with {@link RejectedException} or
 * {@link Next#reject}; any other exception stops the server.
 *
 * @param <S> the state type
 */
public interface Handlers<S> {
    /** Handles a call. */
    @FunctionalInterface
    interface CallHandler<S, M, R extends @Nullable Object> {
        Reply<S, ? extends R> handle(S state, M message) throws Exception;
    }

    /** Handles a call that is answered later. */
    @FunctionalInterface
    interface DeferredHandler<S, M, R extends @Nullable Object> {
        Next<S> handle(S state, M message, ReplyTo<R> replyTo) throws Exception;
    }

    /** Handles a message without a reply. */
    @FunctionalInterface
    interface MessageHandler<S, M> {
        Next<S> handle(S state, M message) throws Exception;
    }

    /** Answers a call from the state, which it leaves as it is. */
    @FunctionalInterface
    interface QueryHandler<S, M, R extends @Nullable Object> {
        R answer(S state, M message) throws Exception;
    }

    /** Handles an idle timeout. */
    @FunctionalInterface
    interface TimeoutHandler<S> {
        Next<S> handle(S state) throws Exception;
    }

    /** As {@link CallHandler}, with the context. */
    @FunctionalInterface
    interface CallContextHandler<S, M, R extends @Nullable Object> {
        Reply<S, ? extends R> handle(S state, M message, ServerContext context) throws Exception;
    }

    /** As {@link DeferredHandler}, with the context. */
    @FunctionalInterface
    interface DeferredContextHandler<S, M, R extends @Nullable Object> {
        Next<S> handle(S state, M message, ReplyTo<R> replyTo, ServerContext context) throws Exception;
    }

    /** As {@link MessageHandler}, with the context. */
    @FunctionalInterface
    interface MessageContextHandler<S, M> {
        Next<S> handle(S state, M message, ServerContext context) throws Exception;
    }

    /** As {@link QueryHandler}, with the context. */
    @FunctionalInterface
    interface QueryContextHandler<S, M, R extends @Nullable Object> {
        R answer(S state, M message, ServerContext context) throws Exception;
    }

    /** As {@link TimeoutHandler}, with the context. */
    @FunctionalInterface
    interface TimeoutContextHandler<S> {
        Next<S> handle(S state, ServerContext context) throws Exception;
    }

    /** A call that is answered by the turn that handles it. */
    <R extends @Nullable Object, M extends Call<R>> void call(Class<M> type, CallHandler<S, M, R> handler);

    <R extends @Nullable Object, M extends Call<R>> void call(Class<M> type, CallContextHandler<S, M, R> handler);

    /**
     * A call that only reads: its handler returns the reply, the state stays the same, and nothing is written because of it. The
     * reply leaves as that of any turn (P3). Not for types with {@link ServerType#mutableState}, where nobody could tell whether
     * the handler changed the state: their registration is refused with {@code INVALID_TYPE}.
     */
    <R extends @Nullable Object, M extends Call<R>> void query(Class<M> type, QueryHandler<S, M, R> handler);

    <R extends @Nullable Object, M extends Call<R>> void query(Class<M> type, QueryContextHandler<S, M, R> handler);

    /** A call that is answered through {@link ReplyTo}, in this turn or after it. */
    <R extends @Nullable Object, M extends Call<R>> void callDeferred(Class<M> type, DeferredHandler<S, M, R> handler);

    <R extends @Nullable Object, M extends Call<R>> void callDeferred(
            Class<M> type, DeferredContextHandler<S, M, R> handler);

    /** A one-way message. */
    <M extends Cast> void cast(Class<M> type, MessageHandler<S, M> handler);

    <M extends Cast> void cast(Class<M> type, MessageContextHandler<S, M> handler);

    /** A message from inside this node: timers, {@link ServerContext#send}, group events. */
    <M> void info(Class<M> type, MessageHandler<S, M> handler);

    <M> void info(Class<M> type, MessageContextHandler<S, M> handler);

    /** A continuation asked for with {@link Next#thenContinue} or {@link Init#thenContinue}. */
    <M> void continuation(Class<M> type, MessageHandler<S, M> handler);

    <M> void continuation(Class<M> type, MessageContextHandler<S, M> handler);

    /** The idle timeout asked for with {@link Next#idleTimeout(Duration)} or {@link Init#idleTimeout(Duration)}. */
    void timeout(TimeoutHandler<S> handler);

    void timeout(TimeoutContextHandler<S> handler);

    /**
     * All messages of a sealed type that have no handler of their own: calls, casts, and, for those that are neither, infos. To a
     * call the handler answers with {@link Next#reply} or {@link Next#reject}; any other {@link Next} fails as an exception would. A
     * reply that is not of the type the call declares is refused: its caller gets {@code WRONG_REPLY_TYPE}.
     *
     * @param type a sealed type; what it permits is final or sealed in turn, else the registration is refused with
     *     {@code INVALID_TYPE}
     */
    <M> void any(Class<M> type, MessageHandler<S, M> handler);

    <M> void any(Class<M> type, MessageContextHandler<S, M> handler);
}
