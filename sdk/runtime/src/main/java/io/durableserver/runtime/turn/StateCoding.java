package io.durableserver.runtime.turn;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerType;
import io.durableserver.StoredState;
import io.durableserver.runtime.codec.CheckedState;
import io.durableserver.runtime.codec.KeptMember;
import io.durableserver.runtime.codec.OtherState;
import io.durableserver.runtime.codec.StateReader;
import io.durableserver.runtime.codec.StoredStates;
import io.durableserver.runtime.codec.StrictState;
import io.durableserver.runtime.verify.RoundTrip;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
    private final @Nullable StateReader reader;
    /** The codecs that read states, by name: that of the type, and those it also reads. */
    private final Map<String, Codec> codecs = new LinkedHashMap<>();

    StateCoding(ServerType<S> type, Codec codec, int maxBytes, Class<?> server, @Nullable RoundTrip roundTrip) {
        this.type = type;
        this.codec = codec;
        this.maxBytes = maxBytes;
        this.ownDump = Callbacks.overrides(server, "dump");
        this.ownLoad = Callbacks.overrides(server, "load");
        this.roundTrip = roundTrip;
        this.reader = StateReader.of(codec);
        codecs.put(codec.name(), codec);
        for (Codec other : type.alsoReads()) {
            if (codecs.put(other.name(), other) != null) {
                throw ConfigurationException.option(
                        "type.alsoReads", other.name(), "codecs with other names than the state codec of " + type);
            }
        }
    }

    /** Whether states that a codec of this name has written are read. */
    boolean reads(String name) {
        return codecs.containsKey(name);
    }

    byte[] encode(String key, UserCode<S> server, S state, Carried carried) {
        // What dumps, encodes and is compared may be code of the application.
        byte[] bytes = PureCode.run("dump", key, () -> {
            Object dump = server.dump(state);
            Class<?> as = encodedAs(key, dump);
            byte[] encoded = codec.encode(dump, as);
            prove(dump, as, encoded);
            return carry(as, encoded, carried);
        });
        long size = (long) bytes.length + carried.inRecord();
        if (size > maxBytes) {
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
                            size,
                            "bound",
                            maxBytes));
        }
        return bytes;
    }

    /** Puts in what is kept, and says what is optional. */
    private byte[] carry(Class<?> as, byte[] encoded, Carried carried) {
        if (reader == null) {
            carried.encoded(List.of());
            return encoded;
        }
        List<KeptMember> kept = carried.kept(type.version());
        List<String> optional = reader.optionalMembers(as);
        if (kept.isEmpty()) {
            carried.encoded(optional);
            return encoded;
        }
        Set<String> all = new TreeSet<>(optional);
        kept.forEach(member -> all.add(member.name()));
        carried.encoded(List.copyOf(all));
        return reader.merge(encoded, kept);
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
            roundTrip.check(dump, as, bytes, codec, stored -> read(stored, type.stateClass()));
        } else if (dump instanceof Map || dump instanceof Collection) {
            // Read by load as it likes: compared is what every reader gets.
            roundTrip.checkNatural(dump, as, bytes, codec);
        } else if (!isOfPlatform(dump)) {
            // A class of the application is read as itself.
            roundTrip.check(dump, as, bytes, codec, stored -> readIfReadable(stored, as, dump));
        }
    }

    private Object read(byte[] bytes, Class<?> as) {
        StoredState stored = reader == null
                ? StoredStates.of(codec, type.version(), bytes)
                : StrictState.of(codec, reader, type.version(), bytes, Set.of(), Map.of("type", type.name()));
        return stored.as(as);
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

    S decode(String key, UserCode<S> server, EncodedState stored, Carried carried) {
        if (stored.version() > type.version()) {
            throw new NotAppliedException(
                    NotAppliedException.Reason.RECORD_NEWER,
                    "The stored state has a newer schema version than this node knows",
                    Map.of("key", key, "type", type.name(), "value", stored.version(), "bound", type.version()));
        }
        Codec by = codecs.get(stored.codec());
        if (by == null) {
            throw new NotAppliedException(
                    NotAppliedException.Reason.STATE_MISMATCH,
                    "The stored state was written with a codec that the type does not read",
                    withCodec(key, stored));
        }
        boolean isCurrent = stored.version() == type.version();
        // A type with a newer version and no load of its own has no migration: nothing may get lost there either.
        StateReader strictly = ownLoad && !isCurrent ? null : StateReader.of(by);
        if (strictly == null) {
            StoredState lenient = StoredStates.of(by, stored.version(), stored.bytes());
            return by == codec
                    ? load(key, server, lenient)
                    : loadChecked(key, server, new OtherState(lenient, withCodec(key, stored)));
        }
        // What is kept can only be put into what the same codec writes.
        Set<String> optional = isCurrent && by == codec ? Set.copyOf(stored.optional()) : Set.of();
        Map<String, String> context = by == codec ? Map.of("key", key, "type", type.name()) : withCodec(key, stored);
        StrictState strict = StrictState.of(by, strictly, stored.version(), stored.bytes(), optional, context);
        S state = loadChecked(key, server, strict);
        carried.loaded(
                stored.version(), strict.kept(), ownDump ? List.of() : strictly.optionalMembers(type.stateClass()));
        return state;
    }

    private Map<String, String> withCodec(String key, EncodedState stored) {
        return Map.of(
                "key", key, "type", type.name(), "codec", stored.codec(), "known", String.join(", ", codecs.keySet()));
    }

    private S load(String key, UserCode<S> server, StoredState stored) {
        return PureCode.run("load", key, () -> server.load(type, stored));
    }

    /** A load that fails after the reading of its state was refused failed because of that, whatever it threw. */
    private S loadChecked(String key, UserCode<S> server, CheckedState stored) {
        try {
            return load(key, server, stored);
        } catch (UserFailure failure) {
            NotAppliedException refusal = stored.refusal();
            throw refusal == null ? failure : refusal;
        }
    }
}
