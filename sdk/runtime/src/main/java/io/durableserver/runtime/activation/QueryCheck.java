package io.durableserver.runtime.activation;

import io.durableserver.runtime.turn.Slot;
import io.durableserver.runtime.turn.UserFailure;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** In test mode, a query must leave the state as it found it, also what is in its collections. */
final class QueryCheck {
    private QueryCheck() {}

    /** The state as bytes; null where nothing is checked. */
    static byte @Nullable [] before(Activation<?> activation, Slot slot) {
        return slot.kind() == Slot.Kind.QUERY && activation.node.testMode().encodesLocally()
                ? activation.writes.encode()
                : null;
    }

    static void after(Activation<?> activation, Slot slot, byte @Nullable [] before) {
        if (before != null
                && activation.stopping().finalFailure() == null
                && !Arrays.equals(before, activation.writes.encode())) {
            throw UserFailure.changingQuery(slot);
        }
    }
}
