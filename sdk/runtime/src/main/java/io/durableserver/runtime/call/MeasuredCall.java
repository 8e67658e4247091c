package io.durableserver.runtime.call;

import io.durableserver.DurableServerException;
import io.durableserver.HandlerFailedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.RejectedException;
import io.durableserver.runtime.events.HotPath;
import io.durableserver.runtime.wire.Causes;
import io.durableserver.spi.RuntimeHooks.CallOutcome;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Tells those who listen to the hot path how calls ended. */
final class MeasuredCall {
    private MeasuredCall() {}

    /** With a failure, or with null for a reply. */
    static void ended(HotPath hot, int type, boolean remote, @Nullable Throwable failure, long nanos) {
        if (failure == null) {
            hot.callEnded(type, remote, CallOutcome.OK, "", nanos);
            return;
        }
        Throwable cause = Causes.of(failure);
        if (cause instanceof CancellationException) {
            hot.callEnded(type, remote, CallOutcome.WITHDRAWN, "", nanos);
        } else {
            String code = cause instanceof DurableServerException known ? known.code() : "";
            hot.callEnded(type, remote, outcome(cause), code, nanos);
        }
    }

    private static CallOutcome outcome(Throwable cause) {
        if (cause instanceof RejectedException) {
            return CallOutcome.REJECTED;
        }
        if (cause instanceof HandlerFailedException) {
            return CallOutcome.HANDLER_FAILED;
        }
        return cause instanceof OutcomeUnknownException ? CallOutcome.UNKNOWN : CallOutcome.NOT_APPLIED;
    }
}
