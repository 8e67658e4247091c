package io.durableserver.runtime.server;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.ownership.ConditionalWrite.Outcome;
import io.durableserver.runtime.type.Slot;
import io.durableserver.runtime.wire.WireError;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The typed errors of an server. */
public final class Refusals {
    private Refusals() {}

    public static NotAppliedException refused(ServerState<?> server, Offer offer, int size) {
        return offer == Offer.FULL
                ? new NotAppliedException(
                        Reason.MAILBOX_FULL,
                        "The mailbox is at its bound",
                        Map.of(
                                "key",
                                server.key,
                                "option",
                                "limits.mailboxCapacity",
                                "value",
                                size,
                                "bound",
                                server.node.config().limits().mailboxCapacity()))
                : new NotAppliedException(Reason.STOPPED, "The server stopped", Map.of("key", server.key));
    }

    public static NotAppliedException noHandler(ServerState<?> server, Object message) {
        return new NotAppliedException(
                Reason.NO_HANDLER,
                "The server has no handler for this message",
                Map.of(
                        "key", server.key,
                        "type", server.type.name(),
                        "message", message.getClass().getName()));
    }

    /** The error of a codec, which knows the path to what it cannot encode, with the key of the server. */
    public static ConfigurationException unstorable(String key, ConfigurationException error) {
        Map<String, String> context = new LinkedHashMap<>(error.context());
        context.putIfAbsent("key", key);
        return new ConfigurationException(error.reason(), WireError.of(error).message(), context);
    }

    public static NotAppliedException noTimeoutHandler(ServerState<?> server) {
        return new NotAppliedException(
                Reason.NO_HANDLER,
                "The server has no timeout handler, so idleTimeout(...) would have no effect",
                Map.of("key", server.key, "type", server.type.name()));
    }

    /** Whether the store takes no record of this size; it will refuse it tomorrow as well. */
    public static boolean isTooLarge(Outcome.NotApplied refused) {
        return refused.cause() instanceof NotAppliedException typed && typed.reason() == Reason.STATE_TOO_LARGE;
    }

    /** Whether a reply is of the type its call declares, as far as a class can tell. */
    public static boolean fits(@Nullable Object value, Slot slot) {
        return value == null || !(slot.replyType() instanceof Class<?> type) || type.isInstance(value);
    }

    public static ConfigurationException wrongReply(String key, @Nullable Object value, Slot slot) {
        return new ConfigurationException(
                ConfigurationException.Reason.WRONG_REPLY_TYPE,
                "The reply is not of the type its call declares",
                Map.of(
                        "key",
                        key,
                        "message",
                        slot.wireName(),
                        "value",
                        value == null ? "null" : value.getClass().getName(),
                        "bound",
                        slot.replyType().getTypeName()));
    }
}
