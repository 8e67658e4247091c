package io.durableserver.runtime.turn;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerType;
import io.durableserver.SyncInfo;
import io.durableserver.runtime.codec.StoredStates;
import java.util.Map;

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
    private final int maxStateBytes;

    private RegisteredType(ServerType<S> type, Codec codec, HandlerTable table, boolean observesSync, int maxBytes) {
        this.type = type;
        this.codec = codec;
        this.table = table;
        this.observesSync = observesSync;
        this.maxStateBytes = maxBytes;
    }

    /** Learns the handlers from a first instance. */
    static <S> RegisteredType<S> of(ServerType<S> type, Codec defaultCodec, int maxStateBytes) {
        DurableServer<S> prototype = type.newServer();
        HandlerCollector<S> collector = new HandlerCollector<>();
        new DurableServer.Entry<>(prototype).handlers(collector);
        return new RegisteredType<>(
                type,
                type.stateCodec().orElse(defaultCodec),
                HandlerTable.of(type.name(), collector),
                overridesOnSync(prototype.getClass()),
                maxStateBytes);
    }

    private static boolean overridesOnSync(Class<?> server) {
        for (Class<?> c = server; c != null && c != DurableServer.class; c = c.getSuperclass()) {
            for (var method : c.getDeclaredMethods()) {
                if (method.getName().equals("onSync")
                        && method.getParameterCount() == 3
                        && method.getParameterTypes()[0] == SyncInfo.class) {
                    return true;
                }
            }
        }
        return false;
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
        DurableServer.Entry<S> entry = new DurableServer.Entry<>(type.newServer());
        HandlerCollector<S> collector = new HandlerCollector<>();
        entry.handlers(collector);
        if (!table.matches(collector)) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.INVALID_TYPE,
                    "Two instances of a type registered different handlers",
                    Map.of("type", type.name()));
        }
        return new UserCode<>(entry, collector.handlers());
    }

    /**
     * Dumps and encodes a state.
     *
     * @throws NotAppliedException {@code STATE_TOO_LARGE}
     * @throws ConfigurationException {@code NOT_ENCODABLE}
     * @throws UserFailure when {@code dump} throws
     */
    public byte[] encode(String key, UserCode<S> server, S state) {
        byte[] bytes = PureCode.run("dump", key, () -> {
            Object dump = server.dump(state);
            return codec.encode(dump, dump.getClass());
        });
        if (bytes.length > maxStateBytes) {
            throw new NotAppliedException(
                    NotAppliedException.Reason.STATE_TOO_LARGE,
                    "The encoded state is over its limit",
                    Map.of(
                            "key",
                            key,
                            "type",
                            type.name(),
                            "option",
                            "limits.stateBytes",
                            "value",
                            bytes.length,
                            "bound",
                            maxStateBytes));
        }
        return bytes;
    }

    /**
     * Decodes and loads a stored state.
     *
     * @throws NotAppliedException {@code RECORD_NEWER} when it was dumped by a newer version of the type
     * @throws UserFailure when {@code load} throws
     */
    public S decode(String key, UserCode<S> server, int storedVersion, String codecName, byte[] bytes) {
        if (storedVersion > type.version()) {
            throw new NotAppliedException(
                    NotAppliedException.Reason.RECORD_NEWER,
                    "The stored state has a newer schema version than this node knows",
                    Map.of("key", key, "type", type.name(), "value", storedVersion, "bound", type.version()));
        }
        if (!codecName.equals(codec.name())) {
            throw new NotAppliedException(
                    NotAppliedException.Reason.RECORD_FOREIGN,
                    "The stored state was written with another codec",
                    Map.of("key", key, "type", type.name(), "value", codecName, "bound", codec.name()));
        }
        return PureCode.run("load", key, () -> server.load(type, StoredStates.of(codec, storedVersion, bytes)));
    }
}
