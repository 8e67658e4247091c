package io.durableserver.runtime.activation;

import io.durableserver.runtime.persistence.RecordKeeper;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.turn.UserFailure;
import io.durableserver.runtime.type.Slot;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The check of test mode that a query leaves the state as it found it, also what is in its collections. */
final class QueryCheck {
    private QueryCheck() {}

    /** The state as bytes; null where nothing is checked. */
    static byte @Nullable [] before(ServerState<?> server, RecordKeeper<?> keeper, Slot slot) {
        return slot.kind() == Slot.Kind.QUERY && server.node.testMode().encodesLocally() ? keeper.dump.encode() : null;
    }

    static void after(Ends ends, RecordKeeper<?> keeper, Slot slot, byte @Nullable [] before) {
        if (before != null && ends.failure() == null && !Arrays.equals(before, keeper.dump.encode())) {
            throw UserFailure.changingQuery(slot);
        }
    }
}
