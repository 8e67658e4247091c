package io.durableserver.runtime.call;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.type.Slot;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to a server. Its bytes are made once, by code of the application, and so on the thread of the
 * sender; attempts on other threads send the same bytes.
 */
abstract class Sent {
    private final RegisteredType<?> type;
    private final String key;
    private final Slot slot;
    private final Object message;
    /** The bytes, or why there are none; that counts only when the message has to leave this node. */
    private volatile @Nullable Object payload;

    /**
     * A message that was not sent.
     *
     * @param type the server's type
     * @param key the server's key
     * @param slot the handler it is for
     * @param message the message, not encoded
     */
    Sent(RegisteredType<?> type, String key, Slot slot, Object message) {
        this.type = type;
        this.key = key;
        this.slot = slot;
        this.message = message;
    }

    /**
     * The handler that a message of an application is for.
     *
     * @throws ConfigurationException {@code UNREGISTERED_MESSAGE}
     */
    static Slot slot(RegisteredType<?> type, Object message, boolean isCall) {
        Slot slot = type.table().sent(message.getClass());
        if (slot == null || slot.isCall() != isCall) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.UNREGISTERED_MESSAGE,
                    "The server type does not handle this message class",
                    Map.of(
                            "type", type.name(),
                            "message", message.getClass().getName()));
        }
        return slot;
    }

    final RegisteredType<?> type() {
        return type;
    }

    final String key() {
        return key;
    }

    final Slot slot() {
        return slot;
    }

    final Object message() {
        return message;
    }

    /** Makes the bytes, where code of the application may run. What that throws is thrown by {@link #encoded}. */
    final void encode(Payloads payloads) {
        if (payload == null) {
            try {
                payload = payloads.encode(message, key);
            } catch (DurableServerException refused) {
                payload = refused;
            }
        }
    }

    /** Whether the bytes were made, or cannot be. */
    final boolean isEncoded() {
        return payload != null;
    }

    /**
     * The bytes; made here when they were not before.
     *
     * @throws DurableServerException when they cannot be made, or are too many
     */
    final byte[] encoded(Payloads payloads) {
        encode(payloads);
        Object made = payload;
        if (made instanceof DurableServerException refused) {
            throw refused;
        }
        return (byte[]) Objects.requireNonNull(made);
    }
}
