package io.durableserver.runtime.server;

import io.durableserver.ServerStatus;
import io.durableserver.StopReason;
import org.jspecify.annotations.Nullable;

/** What the reason of a stop means for what is stored. */
public final class Finality {
    private Finality() {}

    /** How final it is: a stop does what another asked for when it is as final. */
    public static int of(@Nullable StopReason why) {
        return why instanceof StopReason.Delete ? 2 : why instanceof StopReason.Permanent ? 1 : 0;
    }

    /** The status of the last record. */
    public static ServerStatus status(StopReason why) {
        if (why instanceof StopReason.Permanent) {
            return ServerStatus.STOPPED_PERMANENT;
        }
        if (why instanceof StopReason.Delete) {
            return ServerStatus.DELETING;
        }
        return why instanceof StopReason.Failure ? ServerStatus.CRASHED : ServerStatus.STOPPED_GRACEFUL;
    }
}
