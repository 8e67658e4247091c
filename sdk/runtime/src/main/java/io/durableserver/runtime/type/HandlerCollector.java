package io.durableserver.runtime.type;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.ConfigurationException;
import io.durableserver.Handlers;
import io.durableserver.ServerContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes down the handlers of one instance in the order it registers them, those for whole sealed types last. Handlers that take
 * the context are kept as ones that do not, so that no other class needs to know the two forms.
 */
public final class HandlerCollector<S> implements Handlers<S> {
    /** Stands for the timeout "message", which has no class of its own. */
    static final class TimeoutMessage {
        static final TimeoutMessage INSTANCE = new TimeoutMessage();

        private TimeoutMessage() {}
    }

    public record Entry(Slot.Kind kind, Class<?> message, Object handler, boolean staysOpen) {}

    private final Supplier<ServerContext> context;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Wide> wide = new ArrayList<>();

    /** @param context the context of the instance, asked for when a handler runs */
    public HandlerCollector(Supplier<ServerContext> context) {
        this.context = context;
    }

    /**
     * A handler for all that a sealed type permits.
     *
     * @param ofCalls the same, as the handler of one of the calls among them
     */
    private record Wide(Class<?> type, Object handler, Object ofCalls, boolean staysOpen) {}

    /**
     * What the instance handles: what it registered by class, and then the rest of what its handlers of sealed types cover.
     *
     * @throws ConfigurationException {@code INVALID_TYPE}
     */
    public List<Entry> entries() {
        if (wide.isEmpty()) {
            return entries;
        }
        List<Entry> all = new ArrayList<>(entries);
        Set<Class<?>> exact = entries.stream().map(Entry::message).collect(Collectors.toSet());
        for (Wide handler : wide) {
            for (Class<?> message : Permitted.messages(handler.type())) {
                if (!exact.contains(message)) {
                    Slot.Kind kind = Permitted.kind(message);
                    all.add(new Entry(
                            kind, message, kind.isCall() ? handler.ofCalls() : handler.handler(), handler.staysOpen()));
                }
            }
        }
        return all;
    }

    private void add(Slot.Kind kind, Class<?> type, Object handler) {
        add(kind, type, handler, false);
    }

    private void add(Slot.Kind kind, Class<?> type, Object handler, boolean staysOpen) {
        entries.add(new Entry(
                kind, Objects.requireNonNull(type, "type"), Objects.requireNonNull(handler, "handler"), staysOpen));
    }

    public static Object[] handlers(List<Entry> entries) {
        Object[] handlers = new Object[entries.size()];
        for (int i = 0; i < handlers.length; i++) {
            handlers[i] = entries.get(i).handler();
        }
        return handlers;
    }

    @Override
    public <R extends @Nullable Object, M extends Call<R>> void call(Class<M> type, CallHandler<S, M, R> handler) {
        add(Slot.Kind.CALL, type, handler);
    }

    @Override
    public <R extends @Nullable Object, M extends Call<R>> void call(
            Class<M> type, CallContextHandler<S, M, R> handler) {
        Objects.requireNonNull(handler, "handler");
        call(type, (state, message) -> handler.handle(state, message, context.get()));
    }

    @Override
    public <R extends @Nullable Object, M extends Call<R>> void query(Class<M> type, QueryHandler<S, M, R> handler) {
        add(Slot.Kind.QUERY, type, handler);
    }

    @Override
    public <R extends @Nullable Object, M extends Call<R>> void query(
            Class<M> type, QueryContextHandler<S, M, R> handler) {
        Objects.requireNonNull(handler, "handler");
        query(type, (state, message) -> handler.answer(state, message, context.get()));
    }

    @Override
    public <R extends @Nullable Object, M extends Call<R>> void callDeferred(
            Class<M> type, DeferredHandler<S, M, R> handler) {
        add(Slot.Kind.DEFERRED, type, handler);
    }

    @Override
    public <R extends @Nullable Object, M extends Call<R>> void callDeferred(
            Class<M> type, DeferredContextHandler<S, M, R> handler) {
        Objects.requireNonNull(handler, "handler");
        callDeferred(type, (state, message, replyTo) -> handler.handle(state, message, replyTo, context.get()));
    }

    @Override
    public <M extends Cast> void cast(Class<M> type, MessageHandler<S, M> handler) {
        add(Slot.Kind.CAST, type, handler);
    }

    @Override
    public <M extends Cast> void cast(Class<M> type, MessageContextHandler<S, M> handler) {
        cast(type, withContext(handler));
    }

    @Override
    public <M> void info(Class<M> type, MessageHandler<S, M> handler) {
        add(Slot.Kind.INFO, type, handler);
    }

    @Override
    public <M> void info(Class<M> type, MessageContextHandler<S, M> handler) {
        info(type, withContext(handler));
    }

    @Override
    public <M> void continuation(Class<M> type, MessageHandler<S, M> handler) {
        add(Slot.Kind.CONTINUATION, type, handler);
    }

    @Override
    public <M> void continuation(Class<M> type, MessageContextHandler<S, M> handler) {
        continuation(type, withContext(handler));
    }

    @Override
    public <R extends @Nullable Object, M extends Call<R>> void callAsync(
            Class<M> type, AsyncCallHandler<S, M, R> handler) {
        add(Slot.Kind.CALL, type, handler, true);
    }

    @Override
    public <R extends @Nullable Object, M extends Call<R>> void callAsync(
            Class<M> type, AsyncCallContextHandler<S, M, R> handler) {
        Objects.requireNonNull(handler, "handler");
        callAsync(type, (state, message) -> handler.handle(state, message, context.get()));
    }

    private <M> AsyncMessageHandler<S, M> openWithContext(AsyncMessageContextHandler<S, M> handler) {
        Objects.requireNonNull(handler, "handler");
        return (state, message) -> handler.handle(state, message, context.get());
    }

    @Override
    public <M extends Cast> void castAsync(Class<M> type, AsyncMessageContextHandler<S, M> handler) {
        castAsync(type, openWithContext(handler));
    }

    @Override
    public <M> void infoAsync(Class<M> type, AsyncMessageContextHandler<S, M> handler) {
        infoAsync(type, openWithContext(handler));
    }

    @Override
    public <M> void continuationAsync(Class<M> type, AsyncMessageContextHandler<S, M> handler) {
        continuationAsync(type, openWithContext(handler));
    }

    @Override
    public void timeoutAsync(AsyncTimeoutContextHandler<S> handler) {
        Objects.requireNonNull(handler, "handler");
        timeoutAsync(state -> handler.handle(state, context.get()));
    }

    @Override
    public <M extends Cast> void castAsync(Class<M> type, AsyncMessageHandler<S, M> handler) {
        add(Slot.Kind.CAST, type, handler, true);
    }

    @Override
    public <M> void infoAsync(Class<M> type, AsyncMessageHandler<S, M> handler) {
        add(Slot.Kind.INFO, type, handler, true);
    }

    @Override
    public <M> void continuationAsync(Class<M> type, AsyncMessageHandler<S, M> handler) {
        add(Slot.Kind.CONTINUATION, type, handler, true);
    }

    @Override
    public void timeoutAsync(AsyncTimeoutHandler<S> handler) {
        add(Slot.Kind.TIMEOUT, TimeoutMessage.class, handler, true);
    }

    @Override
    public void timeout(TimeoutHandler<S> handler) {
        add(Slot.Kind.TIMEOUT, TimeoutMessage.class, handler);
    }

    @Override
    public void timeout(TimeoutContextHandler<S> handler) {
        Objects.requireNonNull(handler, "handler");
        timeout(state -> handler.handle(state, context.get()));
    }

    @Override
    @SuppressWarnings("unchecked") // it gets what its type permits
    public <M> void any(Class<M> type, MessageHandler<S, M> handler) {
        Objects.requireNonNull(handler, "handler");
        Answering<S> ofCalls = new Answering<>((MessageHandler<S, Object>) handler);
        wide.add(new Wide(Objects.requireNonNull(type, "type"), handler, ofCalls, false));
    }

    @Override
    public <M> void any(Class<M> type, MessageContextHandler<S, M> handler) {
        any(type, withContext(handler));
    }

    /** A result that is no reply to a call is found where the stage ends. */
    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // it gets what its type permits
    public <M> void anyAsync(Class<M> type, AsyncMessageHandler<S, M> handler) {
        Objects.requireNonNull(handler, "handler");
        AsyncMessageHandler<S, Object> all = (AsyncMessageHandler<S, Object>) handler;
        AsyncCallHandler<S, Object, Object> ofCalls = (state, call) -> (CompletionStage) all.handle(state, call);
        wide.add(new Wide(Objects.requireNonNull(type, "type"), handler, ofCalls, true));
    }

    @Override
    public <M> void anyAsync(Class<M> type, AsyncMessageContextHandler<S, M> handler) {
        anyAsync(type, openWithContext(handler));
    }

    private <M> MessageHandler<S, M> withContext(MessageContextHandler<S, M> handler) {
        Objects.requireNonNull(handler, "handler");
        return (state, message) -> handler.handle(state, message, context.get());
    }
}
