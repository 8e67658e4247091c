package io.durableserver.runtime.call;

import io.durableserver.Cast;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.type.Slot;
import java.util.Map;

/** A cast on its way. */
final class OneWay extends Sent {
    private final Map<String, String> headers;

    OneWay(RegisteredType<?> type, String key, Slot slot, Cast message, Map<String, String> headers) {
        super(type, key, slot, message);
        this.headers = headers;
    }

    Map<String, String> headers() {
        return headers;
    }
}
