package io.durableserver;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Where a server says which message is handled how. Message classes are matched exactly; {@link #any} and {@link #anyAsync} handle
 * all that a sealed type permits. Each may be registered once; the set must be the same for every instance of a type. Each method comes twice: the
 * second form hands the handler the server's context as well. A handler refuses a message with {@link RejectedException} or
 * {@link Next#reject}; any other exception stops the server.
 *
 * <p>A handler registered with one of the {@code …Async} methods returns a stage, and its turn stays open until the stage ends:
 * no other turn of the server runs meanwhile, and no thread is held. The state stays what it was before the turn until the
 * stage brings the result. A stage that fails is as a handler that throws. A turn that is open longer than
 * {@link ServerType#turnDeadline} is abandoned: nothing of it counts, its caller gets an {@link OutcomeUnknownException}, and the
 * server goes on with the state it had (a server with {@link ServerType#mutableState} stops instead, since it is unknown what
 * the turn did to its state). A stop waits for an open turn for three quarters of its time, then the turn is abandoned; a node that
 * loses its lease ends it at once. When a turn ends before its stage does, the stage is cancelled.
 *
 * <p>What such a handler does after it returned runs as a part of its turn on {@link ServerContext#executor}, which is also where
 * stages of calls made in the turn end. A handler that blocks on such stages by other means than their own {@code join} or
 * {@code get} (as {@link java.util.concurrent.CompletableFuture#allOf} does) waits for what only its own thread can run.
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

    /** Handles a call with a turn that stays open until the stage ends. */
    @FunctionalInterface
    interface AsyncCallHandler<S, M, R extends @Nullable Object> {
        CompletionStage<? extends Reply<S, ? extends R>> handle(S state, M message) throws Exception;
    }

    /** As {@link AsyncCallHandler}, with the context. */
    @FunctionalInterface
    interface AsyncCallContextHandler<S, M, R extends @Nullable Object> {
        CompletionStage<? extends Reply<S, ? extends R>> handle(S state, M message, ServerContext context)
                throws Exception;
    }

    /** As {@link AsyncMessageHandler}, with the context. */
    @FunctionalInterface
    interface AsyncMessageContextHandler<S, M> {
        CompletionStage<? extends Next<S>> handle(S state, M message, ServerContext context) throws Exception;
    }

    /** As {@link AsyncTimeoutHandler}, with the context. */
    @FunctionalInterface
    interface AsyncTimeoutContextHandler<S> {
        CompletionStage<? extends Next<S>> handle(S state, ServerContext context) throws Exception;
    }

    /** Handles a message without a reply with a turn that stays open until the stage ends. */
    @FunctionalInterface
    interface AsyncMessageHandler<S, M> {
        CompletionStage<? extends Next<S>> handle(S state, M message) throws Exception;
    }

    /** Handles an idle timeout with a turn that stays open until the stage ends. */
    @FunctionalInterface
    interface AsyncTimeoutHandler<S> {
        CompletionStage<? extends Next<S>> handle(S state) throws Exception;
    }

    /** A call that is answered by the turn that handles it. */
    <R extends @Nullable Object, M extends Call<R>> void call(Class<M> type, CallHandler<S, M, R> handler);

    <R extends @Nullable Object, M extends Call<R>> void call(Class<M> type, CallContextHandler<S, M, R> handler);

    /**
     * A call that only reads: its handler returns the reply, the state stays the same, and nothing is written because of it. The
     * reply leaves as that of any turn (P3). Not for types with {@link ServerType#mutableState}, where it could not be seen whether
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

    /** As {@link #call}, with a result that comes later. */
    <R extends @Nullable Object, M extends Call<R>> void callAsync(Class<M> type, AsyncCallHandler<S, M, R> handler);

    <R extends @Nullable Object, M extends Call<R>> void callAsync(
            Class<M> type, AsyncCallContextHandler<S, M, R> handler);

    /** As {@link #cast}, with a result that comes later. */
    <M extends Cast> void castAsync(Class<M> type, AsyncMessageHandler<S, M> handler);

    <M extends Cast> void castAsync(Class<M> type, AsyncMessageContextHandler<S, M> handler);

    /** As {@link #info}, with a result that comes later. */
    <M> void infoAsync(Class<M> type, AsyncMessageHandler<S, M> handler);

    <M> void infoAsync(Class<M> type, AsyncMessageContextHandler<S, M> handler);

    /** As {@link #continuation}, with a result that comes later. */
    <M> void continuationAsync(Class<M> type, AsyncMessageHandler<S, M> handler);

    <M> void continuationAsync(Class<M> type, AsyncMessageContextHandler<S, M> handler);

    /** As {@link #timeout}, with a result that comes later. */
    void timeoutAsync(AsyncTimeoutHandler<S> handler);

    void timeoutAsync(AsyncTimeoutContextHandler<S> handler);

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

    /** As {@link #any}, with a result that comes later. */
    <M> void anyAsync(Class<M> type, AsyncMessageHandler<S, M> handler);

    <M> void anyAsync(Class<M> type, AsyncMessageContextHandler<S, M> handler);
}
