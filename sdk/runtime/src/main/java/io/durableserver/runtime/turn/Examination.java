package io.durableserver.runtime.turn;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.runtime.codec.Shapes;
import io.durableserver.runtime.type.Slot;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The examination of a server type when it is registered: values of its state class, of the calls and casts it handles and
 * of their replies must come back from their codecs. Infos and continuations never leave the node. A class of which a server
 * makes dumps of its own is not known before the first dump.
 */
final class Examination {
    private Examination() {}

    /**
     * Examines a type.
     *
     * @throws ConfigurationException {@code INVALID_TYPE}, with the path to what cannot be read back
     */
    static void of(RegisteredType<?> type, Class<?> server, Codec messages) {
        try {
            if (!Callbacks.overrides(server, "dump")) {
                Shapes.examine(type.codec(), type.type().stateClass(), "state");
            }
            for (Slot slot : type.table().slots()) {
                if (slot.isCall() || slot.kind() == Slot.Kind.CAST) {
                    Shapes.examine(messages, slot.message(), "message");
                }
                if (slot.isCall()) {
                    Shapes.examine(messages, slot.replyType(), "reply");
                }
            }
        } catch (ConfigurationException e) {
            Map<String, Object> context = new LinkedHashMap<>();
            context.put("type", type.name());
            context.putAll(e.context());
            throw new ConfigurationException(e.reason(), "Values of this type cannot be read back", context);
        }
    }
}
