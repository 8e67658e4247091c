package io.durableserver.runtime.routing;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.wire.Causes;
import io.durableserver.runtime.wire.WireError;
import io.durableserver.spi.MapUnavailableException;
import java.util.Map;

/** Turns what a stage failed with into one of our errors. */
public final class Failures {
    private Failures() {}

    /**
     * The error itself when it is ours; not applied when the directory could not be asked; else an unknown outcome that
     * names its class.
     */
    public static DurableServerException typed(Throwable failure) {
        Throwable cause = Causes.of(failure);
        if (cause instanceof MapUnavailableException) {
            return new NotAppliedException(
                    NotAppliedException.Reason.NOT_READY, "The directory cannot be reached", Map.of(), cause);
        }
        return cause instanceof DurableServerException known
                ? known
                : new OutcomeUnknownException(
                        OutcomeUnknownException.Reason.OWNER_LOST,
                        "An internal error on the way",
                        Map.of("error", cause.getClass().getName()),
                        cause);
    }

    /** The exception to throw from a blocking method: the same error with the caller's stack. */
    public static DurableServerException forCaller(DurableServerException error) {
        DurableServerException copy = WireError.of(error).toException();
        copy.initCause(error);
        return copy;
    }

    /** Whether the node takes no requests now, and another one may. */
    static boolean isNotReady(DurableServerException error) {
        return error instanceof NotAppliedException refused
                && (refused.reason() == NotAppliedException.Reason.NOT_READY
                        || refused.reason() == NotAppliedException.Reason.DRAINING);
    }

    /** Whether another node may take what this one refused. */
    static boolean nextNodeMayHelp(DurableServerException error) {
        if (error instanceof NotAppliedException refused) {
            return switch (refused.reason()) {
                case DRAINING, NOT_READY, NO_ELIGIBLE_NODE, OVERLOADED, STOPPED, RECORD_NEWER, STATE_MISMATCH -> true;
                default -> false;
            };
        }
        return error instanceof ConfigurationException wrong
                && wrong.reason() == ConfigurationException.Reason.UNREGISTERED_TYPE;
    }
}
