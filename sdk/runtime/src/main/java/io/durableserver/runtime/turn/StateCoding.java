package io.durableserver.runtime.turn;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerType;
import io.durableserver.runtime.codec.StoredStates;
import io.durableserver.runtime.verify.RoundTrip;
import java.lang.reflect.Modifier;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the states of one type become bytes and come back: dump, codec, bound and proof on the way out; the record's version and
 * codec, then load, on the way in.
 */
final class StateCoding<S> {
    private final ServerType<S> type;
    private final Codec codec;
    private final int maxBytes;
    private final boolean ownDump;
    private final boolean ownLoad;
    private final @Nullable RoundTrip roundTrip;

    StateCoding(ServerType<S> type, Codec codec, int maxBytes, Class<?> server, @Nullable RoundTrip roundTrip) {
        this.type = type;
        this.codec = codec;
        this.maxBytes = maxBytes;
        this.ownDump = Callbacks.overrides(server, "dump");
        this.ownLoad = Callbacks.overrides(server, "load");
        this.roundTrip = roundTrip;
    }

    byte[] encode(String key, UserCode<S> server, S state) {
        // What dumps, encodes and is compared may be code of the application.
        byte[] bytes = PureCode.run("dump", key, () -> {
            Object dump = server.dump(state);
            Class<?> as = encodedAs(key, dump);
            byte[] encoded = codec.encode(dump, as);
            prove(dump, as, encoded);
            return encoded;
        });
        if (bytes.length > maxBytes) {
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
                            maxBytes));
        }
        return bytes;
    }

    /** A state of another class, which a raw type lets in, would be stored as what no load expects. */
    private Class<?> encodedAs(String key, Object dump) {
        Class<S> state = type.stateClass();
        if (ownDump) {
            return dump.getClass();
        }
        if (!state.isInstance(dump)) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.NOT_ENCODABLE,
                    "The state is not of the state class of its type",
                    Map.of(
                            "key", key,
                            "type", type.name(),
                            "value", dump.getClass().getName(),
                            "bound", state.getName()));
        }
        boolean isOpen = state.isInterface() || Modifier.isAbstract(state.getModifiers());
        return isOpen ? state : dump.getClass();
    }

    private void prove(Object dump, Class<?> as, byte[] bytes) {
        if (roundTrip == null) {
            return;
        }
        if (!ownDump && !ownLoad) {
            roundTrip.check(dump, as, bytes, codec.name(), stored -> read(stored, type.stateClass()));
        } else if (!isOfPlatform(dump)) {
            // Maps and lists are read by load as it likes; a class of the application is read as itself.
            roundTrip.check(dump, as, bytes, codec.name(), stored -> readIfReadable(stored, as, dump));
        }
    }

    private Object read(byte[] bytes, Class<?> as) {
        return StoredStates.of(codec, type.version(), bytes).as(as);
    }

    /** A dump may be of a class that is only written, and taken apart by load; then there is nothing to compare. */
    private Object readIfReadable(byte[] bytes, Class<?> as, Object dump) {
        try {
            return read(bytes, as);
        } catch (DurableServerException unreadable) {
            boolean noReader =
                    "InvalidDefinitionException".equals(unreadable.context().get("problem"))
                            && !unreadable.context().containsKey("path");
            if (noReader) {
                return dump;
            }
            throw unreadable;
        }
    }

    private static boolean isOfPlatform(Object dump) {
        ClassLoader loader = dump.getClass().getClassLoader();
        return loader == null || loader == ClassLoader.getPlatformClassLoader();
    }

    S decode(String key, UserCode<S> server, int storedVersion, String codecName, byte[] bytes) {
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
