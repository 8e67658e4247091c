package io.durableserver;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ServerRef} that accepts the messages of its server's type and no others: the compiler refuses them. Made by the
 * methods of {@link DurableServers} that take a {@link TypedServerType}. Thread-safe, cheap to keep.
 *
 * @param <P> the sealed interface of the messages
 */
public final class TypedRef<P extends Protocol<P>> implements ServerAddress {
    private final ServerRef untyped;

    private TypedRef(ServerRef untyped) {
        this.untyped = untyped;
    }

    /**
     * A reference that leads where this one does.
     *
     * @throws ConfigurationException when that is a server of another type
     */
    public static <P extends Protocol<P>> TypedRef<P> of(TypedServerType<?, P> type, ServerRef ref) {
        if (!ref.type().equals(type.name())) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.UNREGISTERED_MESSAGE,
                    "The reference leads to a server of another type",
                    Map.of("type", ref.type(), "key", ref.key(), "bound", type.name()));
        }
        return new TypedRef<>(ref);
    }

    /** As {@link ServerRef#call(Call)}. */
    public <R extends @Nullable Object, M extends Protocol<P> & Call<R>> R call(M message) {
        return untyped.call(message);
    }

    /** As {@link ServerRef#call(Call, CallOptions)}. */
    public <R extends @Nullable Object, M extends Protocol<P> & Call<R>> R call(M message, CallOptions options) {
        return untyped.call(message, options);
    }

    /** As {@link ServerRef#callAsync(Call)}. */
    public <R extends @Nullable Object, M extends Protocol<P> & Call<R>> CompletionStage<R> callAsync(M message) {
        return untyped.callAsync(message);
    }

    /** As {@link ServerRef#callAsync(Call, CallOptions)}. */
    public <R extends @Nullable Object, M extends Protocol<P> & Call<R>> CompletionStage<R> callAsync(
            M message, CallOptions options) {
        return untyped.callAsync(message, options);
    }

    /** As {@link ServerRef#cast(Cast)}. */
    public <M extends Protocol<P> & Cast> void cast(M message) {
        untyped.cast(message);
    }

    /** As {@link ServerRef#withHeaders}. */
    public TypedRef<P> withHeaders(Map<String, String> headers) {
        return new TypedRef<>(untyped.withHeaders(headers));
    }

    /** As {@link ServerRef#ensureStarted(Object)}. */
    public TypedRef<P> ensureStarted(Object initial) {
        return ensureStarted(initial, StartOptions.DEFAULT);
    }

    /** As {@link ServerRef#ensureStarted(Object, StartOptions)}. */
    public TypedRef<P> ensureStarted(Object initial, StartOptions options) {
        untyped.ensureStarted(initial, options);
        return this;
    }

    /** As {@link ServerRef#ensureStartedAsync(Object, StartOptions)}. */
    public CompletionStage<TypedRef<P>> ensureStartedAsync(Object initial, StartOptions options) {
        return untyped.ensureStartedAsync(initial, options).thenApply(started -> this);
    }

    /** The same reference for any message: what does not belong to the type is refused when it is sent. */
    public ServerRef untyped() {
        return untyped;
    }

    @Override
    public String key() {
        return untyped.key();
    }

    @Override
    public String type() {
        return untyped.type();
    }

    @Override
    public DurableServers servers() {
        return untyped.servers();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TypedRef<?> that && untyped.equals(that.untyped);
    }

    @Override
    public int hashCode() {
        return untyped.hashCode();
    }

    @Override
    public String toString() {
        return untyped.toString();
    }
}
