package io.durableserver.runtime.persistence;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.ownership.ConditionalWrite.Outcome;
import io.durableserver.runtime.server.Refusals;
import java.util.Map;

/** The errors of writes that were not stored, or whose outcome is unknown. */
final class FailedWrites {
    private FailedWrites() {}

    static DurableServerException error(String key, long epoch, Outcome outcome) {
        Map<String, String> context = Map.of("key", key);
        if (outcome instanceof Outcome.Conflict conflict) {
            return fenced(key, epoch, conflict);
        }
        if (outcome instanceof Outcome.NotApplied refused) {
            return Refusals.isTooLarge(refused)
                    ? new NotAppliedException(
                            Reason.STATE_TOO_LARGE, "The store takes no record of this size", context, refused.cause())
                    : new NotAppliedException(
                            Reason.STORAGE_UNAVAILABLE, "The state could not be stored", context, refused.cause());
        }
        Throwable cause = outcome instanceof Outcome.Unknown unknown ? unknown.cause() : null;
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.AMBIGUOUS_WRITE,
                "The store does not say whether the state was stored",
                context,
                cause);
    }

    private static DurableServerException fenced(String key, long epoch, Outcome.Conflict conflict) {
        Map<String, Object> context = Map.of("key", key, "epoch", epoch);
        return conflict.maybeApplied()
                ? new OutcomeUnknownException(
                        OutcomeUnknownException.Reason.OWNER_LOST, "Another owner has taken over", context)
                : new NotAppliedException(Reason.FENCED, "Another owner has taken over", context);
    }
}
