package io.durableserver.runtime.turn;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerType;
import io.durableserver.TypedServerType;
import io.durableserver.runtime.type.HandlerCollector;
import io.durableserver.runtime.type.HandlerTable;
import io.durableserver.runtime.type.Slot;
import io.durableserver.runtime.verify.RoundTrip;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A server type as a node uses it: its codec, its handler table, and its pure functions.
 *
 * @param <S> the state type
 */
public final class RegisteredType<S> {
    private final ServerType<S> type;
    private final Codec codec;
    private final HandlerTable table;
    private final boolean observesSync;
    private final StateCoding<S> states;
    private final ClassLoader loader;
    private int index;

    private RegisteredType(
            ServerType<S> type,
            Codec codec,
            HandlerTable table,
            boolean observesSync,
            StateCoding<S> states,
            ClassLoader loader) {
        this.loader = loader;
        this.type = type;
        this.codec = codec;
        this.table = table;
        this.observesSync = observesSync;
        this.states = states;
    }

    /** Sets its place among the types of the node; before any other thread sees it. */
    RegisteredType<S> numbered(int place) {
        index = place;
        return this;
    }

    /** Its place among the types of the node, which its newer versions have too. */
    public int index() {
        return index;
    }

    /**
     * Learns the handlers from a first instance, and examines what will be encoded.
     *
     * @param roundTrip proves that states come back; null when that is switched off
     * @throws ConfigurationException {@code INVALID_TYPE}
     */
    static <S> RegisteredType<S> of(
            ServerType<S> type, Codec defaultCodec, Codec messages, int maxStateBytes, @Nullable RoundTrip roundTrip) {
        DurableServer<S> prototype = type.newServer();
        DurableServer.Entry<S> entry = new DurableServer.Entry<>(prototype);
        HandlerCollector<S> collector = new HandlerCollector<>(entry::context);
        entry.handlers(collector);
        HandlerTable table = HandlerTable.of(type.name(), collector);
        checkQueries(type, table);
        if (type instanceof TypedServerType<S, ?> typed) {
            table.covers(typed.protocol());
        }
        RegisteredType<S> registered = new RegisteredType<>(
                type,
                type.stateCodec().orElse(defaultCodec),
                table,
                Callbacks.overrides(prototype.getClass(), "onSync"),
                new StateCoding<>(
                        type, type.stateCodec().orElse(defaultCodec), maxStateBytes, prototype.getClass(), roundTrip),
                Borrowed.loaderOf(prototype.getClass()));
        Examination.of(registered, prototype.getClass(), messages);
        return registered;
    }

    /** Refuses queries of a mutable state: it cannot be seen whether a handler changed it. */
    private static void checkQueries(ServerType<?> type, HandlerTable table) {
        for (Slot slot : table.slots()) {
            if (slot.kind() == Slot.Kind.QUERY && type.isMutableState()) {
                throw new ConfigurationException(
                        ConfigurationException.Reason.INVALID_TYPE,
                        "A type with mutableState() can have no query: register a call",
                        Map.of("type", type.name(), "message", slot.wireName()));
            }
        }
    }

    public ServerType<S> type() {
        return type;
    }

    public String name() {
        return type.name();
    }

    public HandlerTable table() {
        return table;
    }

    public Codec codec() {
        return codec;
    }

    /** Whether it reads states that a codec of this name has written. */
    boolean reads(String codecName) {
        return states.reads(codecName);
    }

    /** The class loader of the servers' class: the context class loader of all code of the type. */
    public ClassLoader classLoader() {
        return loader;
    }

    /** Whether instances override {@link DurableServer#onSync}; others are spared the work. */
    public boolean observesSync() {
        return observesSync;
    }

    /**
     * A new instance with its handlers.
     *
     * @throws UserFailure when its constructor throws
     */
    public UserCode<S> newInstance(String key) {
        return PureCode.run("The constructor of " + type.name(), key, this::newInstance);
    }

    /** As {@link #newInstance(String)}; what the constructor throws is not caught. */
    UserCode<S> newInstance() {
        Borrowed thread = Borrowed.forEntry(loader);
        try {
            return create();
        } finally {
            thread.endEntry();
        }
    }

    private UserCode<S> create() {
        DurableServer.Entry<S> entry = new DurableServer.Entry<>(type.newServer());
        HandlerCollector<S> collector = new HandlerCollector<>(entry::context);
        entry.handlers(collector);
        List<HandlerCollector.Entry> entries = collector.entries();
        if (!table.matches(entries)) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.INVALID_TYPE,
                    "Two instances of a type registered different handlers",
                    Map.of("type", type.name()));
        }
        return new UserCode<>(entry, HandlerCollector.handlers(entries), loader);
    }

    /** Whether a key that the store does not know gets its first state from the type. */
    public boolean makesFirst() {
        return type.initial().isPresent();
    }

    /**
     * The first state of a key, made by the type and encoded.
     *
     * @throws io.durableserver.RejectedException when the type does not take the key
     */
    public byte[] makeFirst(String key) {
        Function<String, ? extends S> initial = type.initial().orElseThrow();
        return encodeFirst(key, PureCode.<@Nullable Object>run("initial", key, () -> initial.apply(key)));
    }

    /** The first state of a key, encoded. */
    public byte[] encodeFirst(String key, @Nullable Object first) {
        S state = state("initial", first);
        return encode(key, newInstance(key), state);
    }

    /**
     * A state as a caller brings it. A raw type can bring anything: what is not of the state class would be stored, and never be read
     * again.
     *
     * @param option what it is called in the error
     */
    public S state(String option, @Nullable Object value) {
        if (!type.stateClass().isInstance(value)) {
            throw ConfigurationException.option(
                    option,
                    value == null ? "null" : value.getClass().getName(),
                    "a value of " + type.stateClass().getName());
        }
        return type.stateClass().cast(value);
    }

    /**
     * Dumps and encodes a state.
     *
     * @throws NotAppliedException {@code STATE_TOO_LARGE}
     * @throws ConfigurationException {@code NOT_ENCODABLE}, also when the state does not come back from its bytes
     * @throws UserFailure when {@code dump} throws
     */
    public byte[] encode(String key, UserCode<S> server, S state) {
        return encode(key, server, state, new Carried());
    }

    /** As {@link #encode(String, UserCode, Object)}, with what the server carries from record to record. */
    public byte[] encode(String key, UserCode<S> server, S state, Carried carried) {
        return states.encode(key, server, state, carried);
    }

    /**
     * Decodes and loads a stored state.
     *
     * @param carried takes what the server carries to the records it writes
     * @throws NotAppliedException {@code RECORD_NEWER} when it was dumped by a newer version of the type,
     *     {@code STATE_MISMATCH} when it does not fit its class, or its codec is not one the type reads
     * @throws UserFailure when {@code load} throws
     */
    public S decode(String key, UserCode<S> server, EncodedState stored, Carried carried) {
        return states.decode(key, server, stored, carried);
    }
}
