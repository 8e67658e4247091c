package io.durableserver.runtime.turn;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.ServerType;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.runtime.codec.JsonCodec;
import io.durableserver.runtime.verify.RoundTrip;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The server types this node registered, by name. */
public final class TypeRegistry {
    private final Map<String, RegisteredType<?>> types = new ConcurrentHashMap<>();
    private final List<String> names;
    private final Codec stateCodec;
    private final Codec messages;
    private final int maxStateBytes;
    private final @Nullable RoundTrip roundTrip;

    /** Registers a type without the proof that its states come back. */
    public TypeRegistry(List<ServerType<?>> types, Codec stateCodec, Codec messages, int maxStateBytes) {
        this(types, stateCodec, messages, maxStateBytes, null);
    }

    /**
     * A registry of these types.
     *
     * @param roundTrip proves that states come back; null when that is switched off
     * @throws ConfigurationException {@code INVALID_TYPE}
     */
    public TypeRegistry(
            List<ServerType<?>> types,
            Codec stateCodec,
            Codec messages,
            int maxStateBytes,
            @Nullable RoundTrip roundTrip) {
        this.stateCodec = stateCodec;
        this.messages = messages;
        this.maxStateBytes = maxStateBytes;
        this.roundTrip = roundTrip;
        this.names = types.stream().map(ServerType::name).toList();
        types.forEach(type -> this.types.put(type.name(), registered(type)));
    }

    /** The types of a node, with the codec of states, this one for messages, and the proof unless it is switched off. */
    public static TypeRegistry of(DurableServersConfig config, Codec messages) {
        RoundTrip roundTrip = config.verifyEncoding() ? new RoundTrip() : null;
        Codec states = config.stateCodec().orElse(JsonCodec.INSTANCE);
        return new TypeRegistry(
                config.types(), states, messages, config.limits().stateBytes(), roundTrip);
    }

    private RegisteredType<?> registered(ServerType<?> type) {
        return RegisteredType.of(type, stateCodec, messages, maxStateBytes, roundTrip)
                .numbered(names.indexOf(type.name()));
    }

    /** The names of all, in their order; the same for the life of the node. */
    public List<String> names() {
        return names;
    }

    /** The type of this name, or null. */
    public @Nullable RegisteredType<?> find(String name) {
        return types.get(name);
    }

    /** Checks; fails with {@link ConfigurationException} {@code UNREGISTERED_TYPE}. */
    public RegisteredType<?> get(String name) {
        RegisteredType<?> type = types.get(name);
        if (type == null) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.UNREGISTERED_TYPE,
                    "The server type is not registered on this node",
                    Map.of("type", name, "registered", new TreeMap<>(types).keySet()));
        }
        return type;
    }

    /**
     * The registered form of this type.
     *
     * @throws ConfigurationException {@code UNREGISTERED_TYPE}, also when another type has its name
     */
    public <S> RegisteredType<S> get(ServerType<S> type) {
        RegisteredType<?> found = get(type.name());
        if (found.type().stateClass() != type.stateClass()) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.UNREGISTERED_TYPE,
                    "Another server type is registered under this name",
                    Map.of(
                            "type", type.name(),
                            "value", type.stateClass().getName(),
                            "bound", found.type().stateClass().getName()));
        }
        @SuppressWarnings("unchecked") // the state classes are the same
        RegisteredType<S> registered = (RegisteredType<S>) found;
        return registered;
    }

    /** Replaces a type by a newer version of itself. */
    public void upgrade(ServerType<?> type) {
        RegisteredType<?> current = get(type);
        if (type.version() <= current.type().version()) {
            throw ConfigurationException.option(
                    "type.version", type, "higher than " + current.type().version());
        }
        RegisteredType<?> next = registered(type);
        if (!next.reads(current.codec().name())) {
            throw ConfigurationException.option(
                    "type.stateCodec",
                    next.codec().name(),
                    "the codec of the running servers, " + current.codec().name() + ", or a type that also reads it");
        }
        types.put(type.name(), next);
    }
}
