package io.durableserver.runtime.turn;

import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.RejectedException;
import io.durableserver.Reply;
import io.durableserver.ReplyTo;
import io.durableserver.ServerContext;
import io.durableserver.ServerType;
import io.durableserver.StopInfo;
import io.durableserver.StopReason;
import io.durableserver.StoredState;
import io.durableserver.SyncInfo;
import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.runtime.type.Slot;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One user instance and its handlers. Every entry into user code is here, and everything it throws leaves as
 * {@link UserFailure}, so that no throwable of a handler can harm the runtime.
 *
 * @param <S> the state type
 */
public final class UserCode<S> {
    private final DurableServer.Entry<S> server;
    private final Object[] handlers;
    private final ClassLoader loader;
    private CodeWatch watch = CodeWatch.UNWATCHED;

    UserCode(DurableServer.Entry<S> server, Object[] handlers, ClassLoader loader) {
        this.server = server;
        this.handlers = handlers;
        this.loader = loader;
    }

    /** Sets the watch that is told of handlers, and of callbacks but {@code dump}. */
    public UserCode<S> watchedBy(CodeWatch value) {
        watch = value;
        return this;
    }

    /**
     * Runs the handler of a slot. The reply way is needed by deferred calls only.
     *
     * @throws RejectedException when it refuses the message
     */
    @SuppressWarnings("unchecked") // the table pairs each class with its handler
    public Next<S> handle(Slot slot, S state, Object message, @Nullable ReplyTo<?> replyTo) {
        Object handler = handlers[slot.index()];
        Next<S> next;
        Borrowed thread = Borrowed.forEntry(loader);
        watch.open();
        try {
            next = switch (slot.kind()) {
                case CALL -> ((Handlers.CallHandler<S, Object, Object>) handler).handle(state, message);
                case QUERY ->
                    Next.reply(
                            ((Handlers.QueryHandler<S, Object, @Nullable Object>) handler).answer(state, message),
                            state);
                case DEFERRED ->
                    ((Handlers.DeferredHandler<S, Object, Object>) handler)
                            .handle(state, message, Objects.requireNonNull((ReplyTo<Object>) replyTo));
                case CAST, INFO, CONTINUATION -> ((Handlers.MessageHandler<S, Object>) handler).handle(state, message);
                case TIMEOUT -> ((Handlers.TimeoutHandler<S>) handler).handle(state);
            };
        } catch (Throwable e) {
            throw rejectionOr(handlerOf(slot), e);
        } finally {
            watch.close();
            thread.endEntry();
        }
        RejectedException rejection =
                notNull("The handler of ", slot.wireName(), next).rejection();
        if (rejection != null) {
            throw rejection;
        }
        return next;
    }

    /**
     * Runs a handler whose turn stays open; its stage brings the result.
     *
     * @throws RejectedException when it refuses the message at once
     */
    @SuppressWarnings("unchecked") // the table pairs each class with its handler
    public CompletionStage<? extends Next<S>> open(Slot slot, S state, Object message) {
        Object handler = handlers[slot.index()];
        String name = handlerOf(slot);
        return notNull(name, "", run(name, watch, UserCode::rejectionOr, () -> switch (slot.kind()) {
            case CALL -> ((Handlers.AsyncCallHandler<S, Object, Object>) handler).handle(state, message);
            case TIMEOUT -> ((Handlers.AsyncTimeoutHandler<S>) handler).handle(state);
            default -> ((Handlers.AsyncMessageHandler<S, Object>) handler).handle(state, message);
        }));
    }

    /** Runs a further part of a turn that is open. */
    public void part(Slot slot, Runnable part) {
        run(handlerOf(slot), () -> {
            part.run();
            return null;
        });
    }

    /** Runs a part in the middle of another one, which waits for it: the thread is that one's already. */
    public void partWithin(Slot slot, Runnable part) {
        try {
            part.run();
        } catch (Throwable e) {
            throw new UserFailure(handlerOf(slot), e);
        }
    }

    /** Runs what a turn left behind when it ended: on its own, it may not ask, tell or wait. */
    public void afterTurn(Slot slot, String key, Runnable part) {
        Turn over = Turn.over(key).enter();
        try {
            run(handlerOf(slot), CodeWatch.UNWATCHED, () -> {
                part.run();
                return null;
            });
        } finally {
            over.exit();
        }
    }

    /** Asks to be told how a stage of the application ends, and does as if it had failed when it cannot be asked. */
    @SuppressWarnings("unchecked") // it may bring what it does not promise
    public void follow(Slot slot, CompletionStage<?> stage, BiConsumer<@Nullable Object, @Nullable Throwable> end) {
        try {
            run(handlerOf(slot), () -> ((CompletionStage<Object>) stage).whenComplete(end));
        } catch (UserFailure failure) {
            end.accept(null, failure);
        }
    }

    private static String handlerOf(Slot slot) {
        return "The handler of " + slot.wireName();
    }

    /**
     * The result of an open turn, from how its stage ended.
     *
     * @throws RejectedException when it refuses the message
     * @throws UserFailure when it failed
     */
    public Next<S> result(Slot slot, @Nullable Object value, @Nullable Throwable failure) {
        if (failure instanceof UserFailure already) {
            throw already;
        }
        String name = handlerOf(slot);
        if (failure != null) {
            throw rejectionOr(name, Thrown.unwrapped(failure));
        }
        if (value != null && !(value instanceof Next)) {
            throw new UserFailure(
                    name,
                    new ClassCastException(
                            "Its stage brought a " + value.getClass().getName()));
        }
        @SuppressWarnings("unchecked") // of the handler's own type
        Next<S> next = notNull(name, "", (Next<S>) value);
        if (slot.kind() == Slot.Kind.CALL && !(next instanceof Reply)) {
            throw new UserFailure(
                    name,
                    new IllegalStateException("Its stage brought no reply to a call: use Next.reply or Next.reject"));
        }
        RejectedException rejection = next.rejection();
        if (rejection != null) {
            throw rejection;
        }
        return next;
    }

    private static RuntimeException rejectionOr(String where, Throwable thrown) {
        RejectedException rejection = Rejections.of(thrown);
        return rejection != null ? rejection : new UserFailure(where, thrown);
    }

    /** User code is not checked for nullness: what it must not return is its failure. */
    private static <T> T notNull(String what, String name, @Nullable T result) {
        if (result == null) {
            throw new UserFailure(what + name, new NullPointerException(what + name + " returned null"));
        }
        return result;
    }

    /**
     * Begins the life of the server.
     *
     * @throws RejectedException when it refuses to start
     */
    public Init<S> init(S state, ServerContext context) {
        return notNull("init", "", run("init", watch, UserCode::rejectionOr, () -> server.init(state, context)));
    }

    /** Gives an instance its context without running {@code init}: for an upgrade in place. */
    public void bind(ServerContext context) {
        server.bind(context);
    }

    public Object dump(S state) {
        return notNull("dump", "", run("dump", CodeWatch.UNWATCHED, () -> server.dump(state)));
    }

    public S load(ServerType<S> type, StoredState stored) {
        return guard("load", () -> server.load(type, stored));
    }

    public S onSync(SyncInfo info, S stored, S current) {
        return guard("onSync", () -> server.onSync(info, stored, current));
    }

    public S upgrade(int oldVersion, S state) {
        return guard("upgrade", () -> server.upgrade(oldVersion, state));
    }

    public @Nullable Object terminate(StopReason reason, S state) {
        return run("terminate", () -> server.terminate(reason, state));
    }

    public void afterTerminate(@Nullable Object result, StopInfo info) {
        run("afterTerminate", () -> {
            server.afterTerminate(result, info);
            return null;
        });
    }

    @FunctionalInterface
    private interface Body<T> {
        @Nullable
        T run() throws Exception;
    }

    private <T> T guard(String where, Body<T> body) {
        return notNull(where, "", run(where, body));
    }

    private <T> @Nullable T run(String where, Body<T> body) {
        return run(where, watch, body);
    }

    private <T> @Nullable T run(String where, CodeWatch by, Body<T> body) {
        return run(where, by, UserFailure::new, body);
    }

    private <T> @Nullable T run(
            String where, CodeWatch by, BiFunction<String, Throwable, RuntimeException> failed, Body<T> body) {
        Borrowed thread = Borrowed.forEntry(loader);
        by.open();
        try {
            return body.run();
        } catch (Throwable e) {
            throw failed.apply(where, e);
        } finally {
            by.close();
            thread.endEntry();
        }
    }
}
