package io.durableserver.testkit;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerType;
import io.durableserver.config.Limits;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.codec.JsonCodec;
import io.durableserver.runtime.turn.Carried;
import io.durableserver.runtime.turn.EncodedState;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.TypeRegistry;
import io.durableserver.runtime.turn.UserCode;
import io.durableserver.runtime.turn.UserFailure;
import io.durableserver.runtime.type.Slot;
import io.durableserver.runtime.verify.RoundTrip;
import io.durableserver.runtime.verify.VerifiedCodec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A type under test: its handlers, and how its messages, replies and states pass through their bytes. */
record TestedType<S>(RegisteredType<S> registered, Codec messages) {
    static <S> TestedType<S> of(ServerType<S> type) {
        RegisteredType<S> registered = new TypeRegistry(
                        List.of(type),
                        JsonCodec.INSTANCE,
                        CborCodec.INSTANCE,
                        Limits.DEFAULT.stateBytes(),
                        new RoundTrip())
                .get(type);
        return new TestedType<>(registered, new VerifiedCodec(CborCodec.INSTANCE));
    }

    String name() {
        return registered.name();
    }

    int version() {
        return registered.type().version();
    }

    /** The handler of a message that is sent. */
    Slot sent(Object message, boolean call) {
        Slot slot = registered.table().sent(message.getClass());
        if (slot == null || slot.isCall() != call) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.UNREGISTERED_MESSAGE,
                    "The server type does not handle this message class",
                    Map.of("type", name(), "message", message.getClass().getName()));
        }
        return slot;
    }

    Slot info(String key, Object message) {
        return handled(
                key,
                registered.table().info(message.getClass()),
                message.getClass().getName());
    }

    Slot continuation(String key, Object message) {
        return handled(
                key,
                registered.table().continuation(message.getClass()),
                message.getClass().getName());
    }

    Slot timeout(String key) {
        return handled(key, registered.table().timeout(), "timeout");
    }

    private Slot handled(String key, @Nullable Slot slot, String message) {
        if (slot == null) {
            throw new NotAppliedException(
                    NotAppliedException.Reason.NO_HANDLER,
                    "The server has no handler for this message",
                    Map.of("key", key, "type", name(), "message", message));
        }
        return slot;
    }

    /** Fails as a node does for what a turn asked for and cannot get. */
    void check(String key, Next<S> next) {
        try {
            if (next.continuation() != null) {
                continuation(key, next.continuation());
            }
            if (next.idleTimeout() != null) {
                timeout(key);
            }
        } catch (NotAppliedException noHandler) {
            throw new UserFailure("A turn's result", noHandler);
        }
    }

    /** A message as its handler gets it. */
    Object message(Slot slot, Object message) {
        return Objects.requireNonNull(messages.decode(messages.encode(message, message.getClass()), slot.message()));
    }

    /** Throws when a reply is not of the type its call declares, as far as a class can tell. */
    void checkReply(String key, Slot slot, @Nullable Object value) {
        if (value != null && slot.replyType() instanceof Class<?> declared && !declared.isInstance(value)) {
            String given = value.getClass().getName();
            throw new ConfigurationException(
                    ConfigurationException.Reason.WRONG_REPLY_TYPE,
                    "The reply is not of the type its call declares",
                    Map.of("key", key, "message", slot.wireName(), "value", given));
        }
    }

    /** A reply as its caller gets it. */
    @Nullable
    Object reply(String key, Slot slot, @Nullable Object value) {
        try {
            return messages.decode(messages.encode(value, slot.replyType()), slot.replyType());
        } catch (RuntimeException unreadable) {
            throw new OutcomeUnknownException(
                    OutcomeUnknownException.Reason.REPLY_UNREADABLE,
                    "The reply does not come back from its bytes; the call was applied",
                    Map.of("key", key, "message", slot.wireName()),
                    unreadable);
        }
    }

    /** The state a server goes on with: what comes back from the bytes, unless it has a dump of its own. */
    @SuppressWarnings("ReferenceEquality") // the default dump is the state itself
    S copied(String key, UserCode<S> code, S state, byte[] bytes, Carried carried) {
        S copy = load(key, code, version(), bytes, carried);
        return code.dump(state) == state ? copy : state;
    }

    S load(String key, UserCode<S> code, int version, byte[] bytes, Carried carried) {
        EncodedState stored = new EncodedState(version, registered.codec().name(), bytes, carried.optional());
        return registered.decode(key, code, stored, carried);
    }

    byte[] encode(String key, UserCode<S> code, S state, Carried carried) {
        return registered.encode(key, code, state, carried);
    }
}
