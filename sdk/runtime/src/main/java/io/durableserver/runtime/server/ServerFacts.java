package io.durableserver.runtime.server;

import io.durableserver.RejectedException;
import io.durableserver.StopReason;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.runtime.ownership.ConditionalWrite.Outcome;
import io.durableserver.runtime.wire.Start;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.ServerEvent;
import io.durableserver.spi.ServerEvent.StartCause;
import java.time.Duration;
import java.util.Map;

/** What is told of one server; made when there is something to tell. */
public record ServerFacts(Facts facts, String key, String type) {
    public void tell(RuntimeEvent event) {
        facts.tell(event);
    }

    // From start to end.

    public void begun(StartCause cause) {
        if (facts.wants(ServerEvent.StartBegun.class)) {
            tell(new ServerEvent.StartBegun(key, type, cause));
        }
    }

    public void refused(Start.Cause cause, Throwable error) {
        if (facts.wants(ServerEvent.StartRefused.class)) {
            tell(new ServerEvent.StartRefused(key, type, cause(cause), ErrorCode.of(error), text(error)));
        }
    }

    public void claimLeft(Throwable problem) {
        tell(new ServerEvent.ClaimLeft(key, type, ErrorCode.of(problem), text(problem)));
    }

    public void stopped(StopReason reason, Duration took) {
        tell(new ServerEvent.Stopped(key, type, reason, took));
    }

    public void aborted(Throwable why) {
        tell(new ServerEvent.Aborted(key, type, ErrorCode.of(why), text(why)));
    }

    public void fenced(boolean isStored) {
        tell(isStored ? new ServerEvent.Fenced(key, type) : new ServerEvent.FencedUnsaved(key, type));
    }

    public void stateLost(Throwable why) {
        tell(new ServerEvent.StateLost(key, type, ErrorCode.of(why), text(why)));
    }

    // Failures.

    public void crashed(Throwable failure) {
        tell(new ServerEvent.Crashed(key, type, failure));
    }

    public void failed(Throwable defect) {
        tell(new ServerEvent.Failed(key, type, Thrown.of(defect)));
    }

    public void callbackFailed(String callback, Throwable failure) {
        tell(new ServerEvent.CallbackFailed(key, type, callback, failure));
    }

    public void partFailed(Throwable failure) {
        tell(new ServerEvent.TurnPartFailed(key, type, failure));
    }

    /** A write ended, and not with what was wanted. */
    public void notStored(long epoch, Outcome outcome, Throwable error) {
        if (outcome instanceof Outcome.Conflict) {
            tell(new ServerEvent.RecordConflict(key, type, epoch));
        } else if (outcome instanceof Outcome.NotApplied refused) {
            tell(new ServerEvent.SyncFailed(key, type, epoch, ErrorCode.of(error), text(refused.cause())));
        } else {
            tell(new ServerEvent.SyncUnknown(key, type, epoch, ErrorCode.of(error), text(error)));
        }
    }

    // Messages.

    public void rejected(String message, RejectedException rejection) {
        tell(new ServerEvent.MessageRejected(key, type, message, rejection.code()));
    }

    public void dropped(Map<String, Integer> messages, ErrorCode code, String why) {
        tell(new ServerEvent.MailDropped(key, type, messages, code, why));
    }

    private static String text(Throwable error) {
        return Thrown.messageOf(error);
    }

    /** The cause of a start as listeners get it. */
    public static StartCause cause(Start.Cause cause) {
        if (cause instanceof Start.Cause.First) {
            return StartCause.FIRST;
        }
        return cause instanceof Start.Cause.Explicit ? StartCause.EXPLICIT : StartCause.REVIVE;
    }
}
