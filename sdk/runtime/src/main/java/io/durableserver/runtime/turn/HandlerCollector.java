package io.durableserver.runtime.turn;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.Handlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Takes down the handlers of one instance in the order it registers them. */
final class HandlerCollector<S> implements Handlers<S> {
    /** Stands for the timeout "message", which has no class of its own. */
    static final class TimeoutMessage {
        static final TimeoutMessage INSTANCE = new TimeoutMessage();

        private TimeoutMessage() {}
    }

    record Entry(Slot.Kind kind, Class<?> message, Object handler) {}

    final List<Entry> entries = new ArrayList<>();

    private void add(Slot.Kind kind, Class<?> type, Object handler) {
        entries.add(new Entry(kind, Objects.requireNonNull(type, "type"), Objects.requireNonNull(handler, "handler")));
    }

    Object[] handlers() {
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
    public <R extends @Nullable Object, M extends Call<R>> void query(Class<M> type, QueryHandler<S, M, R> handler) {
        add(Slot.Kind.QUERY, type, handler);
    }

    @Override
    public <R extends @Nullable Object, M extends Call<R>> void callDeferred(
            Class<M> type, DeferredHandler<S, M, R> handler) {
        add(Slot.Kind.DEFERRED, type, handler);
    }

    @Override
    public <M extends Cast> void cast(Class<M> type, MessageHandler<S, M> handler) {
        add(Slot.Kind.CAST, type, handler);
    }

    @Override
    public <M> void info(Class<M> type, MessageHandler<S, M> handler) {
        add(Slot.Kind.INFO, type, handler);
    }

    @Override
    public <M> void continuation(Class<M> type, MessageHandler<S, M> handler) {
        add(Slot.Kind.CONTINUATION, type, handler);
    }

    @Override
    public void timeout(TimeoutHandler<S> handler) {
        add(Slot.Kind.TIMEOUT, TimeoutMessage.class, handler);
    }
}
