package io.durableserver.runtime.call;

import io.durableserver.HandlerFailedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.RejectedException;
import io.durableserver.runtime.events.HotPath;
import io.durableserver.runtime.wire.Causes;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.RuntimeHooks.CallOutcome;
import io.durableserver.spi.TimeSource;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Tells those who listen to the hot path how calls ended. */
final class MeasuredCall {
    private static final long UNTIMED = Long.MIN_VALUE;

    private MeasuredCall() {}

    /** The time at which a call begins, as {@link #ended} wants it; most are not timed. */
    static long begin(TimeSource time) {
        return HotPath.measures() ? time.nanoTime() : UNTIMED;
    }

    /** With a failure, or with null for a reply. */
    static void ended(
            HotPath hot, TimeSource time, int type, boolean remote, @Nullable Throwable failure, long beganNanos) {
        long nanos = beganNanos == UNTIMED ? -1 : time.nanoTime() - beganNanos;
        if (failure == null) {
            hot.callEnded(type, remote, CallOutcome.OK, "", nanos);
            return;
        }
        Throwable cause = Causes.of(failure);
        if (cause instanceof CancellationException) {
            hot.callEnded(type, remote, CallOutcome.WITHDRAWN, "", nanos);
        } else {
            hot.callEnded(type, remote, outcome(cause), ErrorCode.of(cause).name(), nanos);
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
