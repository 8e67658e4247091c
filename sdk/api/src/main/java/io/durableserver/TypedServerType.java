package io.durableserver;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A server type that names its messages, see {@link ServerType#messages}. Immutable.
 *
 * @param <S> the state type
 * @param <P> the sealed interface of its messages
 */
public final class TypedServerType<S, P extends Protocol<P>> extends ServerType<S> {
    private final Class<P> messages;

    TypedServerType(
            String name,
            Class<S> stateClass,
            Supplier<? extends DurableServer<S>> factory,
            Options options,
            Class<P> messages) {
        super(name, stateClass, factory, options);
        if (!messages.isSealed()) {
            throw ConfigurationException.option("type.messages", messages.getName(), "a sealed interface");
        }
        this.messages = messages;
    }

    /** The sealed interface of its messages. */
    public Class<P> protocol() {
        return messages;
    }

    @Override
    TypedServerType<S, P> with(Options changed) {
        return new TypedServerType<>(name(), stateClass(), factory(), changed, messages);
    }

    @Override
    public TypedServerType<S, P> version(int value) {
        return typed(super.version(value));
    }

    @Override
    public TypedServerType<S, P> syncPolicy(SyncPolicy value) {
        return typed(super.syncPolicy(value));
    }

    @Override
    public TypedServerType<S, P> mutableState() {
        return typed(super.mutableState());
    }

    @Override
    public TypedServerType<S, P> inPlace() {
        return typed(super.inPlace());
    }

    @Override
    public TypedServerType<S, P> slowTurn(Duration value) {
        return typed(super.slowTurn(value));
    }

    @Override
    public TypedServerType<S, P> turnDeadline(Duration value) {
        return typed(super.turnDeadline(value));
    }

    @Override
    public TypedServerType<S, P> stateCodec(Codec value) {
        return typed(super.stateCodec(value));
    }

    @Override
    public TypedServerType<S, P> alsoReads(Codec... values) {
        return typed(super.alsoReads(values));
    }

    @Override
    public TypedServerType<S, P> initial(Function<String, ? extends S> value) {
        return typed(super.initial(value));
    }

    @Override
    public TypedServerType<S, P> requestWindow(RequestWindow value) {
        return typed(super.requestWindow(value));
    }

    @SuppressWarnings("unchecked") // with() makes all of them
    private TypedServerType<S, P> typed(ServerType<S> changed) {
        return (TypedServerType<S, P>) changed;
    }
}
