package io.durableserver.runtime.activation;

import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.server.ServerFacts;
import io.durableserver.runtime.type.Slot;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.ServerEvent;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The one-way messages in a mailbox that get no turn, by name: no caller waits for them, so they are told as one fact. */
final class Unheard {
    private final Map<String, Integer> casts = new TreeMap<>();
    private final Map<String, Integer> own = new TreeMap<>();

    /** Counts one more; makes the count with the first. */
    static Unheard and(@Nullable Unheard others, Envelope message) {
        Unheard all = others == null ? new Unheard() : others;
        Slot slot = message.slot();
        (slot.kind() == Slot.Kind.CAST ? all.casts : all.own).merge(slot.wireName(), 1, Integer::sum);
        return all;
    }

    /** A warning when there are casts. What a server sent to itself ends with it, as its timers do. */
    void tell(ServerFacts server, ErrorCode code, String why) {
        if (!casts.isEmpty()) {
            server.dropped(casts, code, why);
        }
        if (!own.isEmpty()) {
            server.tell(new ServerEvent.OwnMailDropped(server.key(), server.type(), own, code, why));
        }
    }
}
