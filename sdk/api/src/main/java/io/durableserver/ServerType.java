package io.durableserver;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A type of server: a name that is stored with every record, a state class, a factory, a schema version. Immutable;
 * every method that sets something returns a new one.
 *
 * @param <S> the state type
 */
public final class ServerType<S> {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}");

    private final String name;
    private final Class<S> stateClass;
    private final Supplier<? extends DurableServer<S>> factory;
    private final int version;
    private final SyncPolicy syncPolicy;
    private final boolean mutableState;
    private final @Nullable Codec stateCodec;

    private ServerType(
            String name,
            Class<S> stateClass,
            Supplier<? extends DurableServer<S>> factory,
            int version,
            SyncPolicy syncPolicy,
            boolean mutableState,
            @Nullable Codec stateCodec) {
        this.name = name;
        this.stateClass = stateClass;
        this.factory = factory;
        this.version = version;
        this.syncPolicy = syncPolicy;
        this.mutableState = mutableState;
        this.stateCodec = stateCodec;
    }

    /**
     * A type with schema version 1 and manual sync.
     *
     * @param name 1 to 64 letters, digits, {@code _ . -}, the first a letter; never change it, records carry it
     * @param factory makes one instance per activation, and one at registration to learn the handlers
     */
    public static <S> ServerType<S> of(String name, Class<S> stateClass, Supplier<? extends DurableServer<S>> factory) {
        if (!NAME.matcher(name).matches()) {
            throw ConfigurationException.option("type.name", name, NAME.pattern());
        }
        return new ServerType<>(
                name,
                Objects.requireNonNull(stateClass, "stateClass"),
                Objects.requireNonNull(factory, "factory"),
                1,
                SyncPolicy.manual(),
                false,
                null);
    }

    /** The schema version dumped states carry, 1 or more. Raise it when the dumped shape changes. */
    public ServerType<S> version(int value) {
        if (value < 1) {
            throw ConfigurationException.option("type.version", value, ">= 1");
        }
        return new ServerType<>(name, stateClass, factory, value, syncPolicy, mutableState, stateCodec);
    }

    /** The sync policy of servers of this type, unless their {@code init} sets another. */
    public ServerType<S> syncPolicy(SyncPolicy value) {
        return new ServerType<>(
                name, stateClass, factory, version, Objects.requireNonNull(value), mutableState, stateCodec);
    }

    /**
     * Says that handlers change the state object in place. Every turn then counts as a change, and a crash does not store
     * the state: nobody can tell how far the failed turn got.
     */
    public ServerType<S> mutableState() {
        return new ServerType<>(name, stateClass, factory, version, syncPolicy, true, stateCodec);
    }

    /** The codec of dumped states; JSON when not set. */
    public ServerType<S> stateCodec(Codec value) {
        return new ServerType<>(
                name, stateClass, factory, version, syncPolicy, mutableState, Objects.requireNonNull(value));
    }

    public String name() {
        return name;
    }

    public Class<S> stateClass() {
        return stateClass;
    }

    public int version() {
        return version;
    }

    public SyncPolicy syncPolicy() {
        return syncPolicy;
    }

    public boolean isMutableState() {
        return mutableState;
    }

    public Optional<Codec> stateCodec() {
        return Optional.ofNullable(stateCodec);
    }

    /** A new instance from the factory. */
    public DurableServer<S> newServer() {
        return Objects.requireNonNull(factory.get(), "factory of type " + name);
    }

    @Override
    public String toString() {
        return name + "@" + version;
    }
}
