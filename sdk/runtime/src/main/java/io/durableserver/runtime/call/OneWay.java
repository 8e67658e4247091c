package io.durableserver.runtime.call;

import io.durableserver.Cast;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Slot;

/** A cast on its way. */
final class OneWay extends Sent {
    OneWay(RegisteredType<?> type, String key, Slot slot, Cast message) {
        super(type, key, slot, message);
    }
}
