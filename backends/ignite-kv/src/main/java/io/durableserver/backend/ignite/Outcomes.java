package io.durableserver.backend.ignite;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.WriteResult;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.cache.processor.EntryProcessorException;
import org.apache.ignite.cache.CachePartialUpdateException;
import org.apache.ignite.cluster.ClusterTopologyException;
import org.jspecify.annotations.Nullable;

/**
 * What a failure of Ignite says about a request. "Not applied" needs proof: anything this class does not know for sure is
 * "unknown".
 */
final class Outcomes {
    private final String cache;

    Outcomes(String cache) {
        this.cache = cache;
    }

    /** A write whose future failed: Ignite had it. */
    WriteResult failedWrite(Throwable failure) {
        if (IgniteInternals.sent(failure)) {
            return new WriteResult.Unknown(unknown(failure));
        }
        if (IgniteInternals.refused(failure)) {
            return new WriteResult.NotApplied(true, unavailable(failure));
        }
        // Thrown on the primary node by the class that decides, or because the node has no such class: nothing was set.
        if (IgniteInternals.has(failure, EntryProcessorException.class)) {
            return new WriteResult.NotApplied(false, unavailable(failure));
        }
        return new WriteResult.Unknown(unknown(failure));
    }

    /** The keys of those that failed themselves, of writes that failed together; empty where that is not known. */
    static Collection<?> failedKeys(Throwable failure) {
        CachePartialUpdateException partial = IgniteInternals.partial(failure);
        return partial == null ? List.of() : partial.failedKeys();
    }

    /** A write that Ignite threw back at the caller: the doors were closed, unless it is something unheard of. */
    WriteResult thrownWrite(RuntimeException failure) {
        boolean refusedAtTheDoor = failure instanceof IllegalStateException
                || (IgniteInternals.has(failure, IllegalStateException.class)
                        && !IgniteInternals.has(failure, ClusterTopologyException.class))
                || inactive(failure);
        return refusedAtTheDoor ? new WriteResult.NotApplied(true, unavailable(failure)) : failedWrite(failure);
    }

    ReadResult failedRead(Throwable failure) {
        return new ReadResult.Failed(true, unavailable(failure));
    }

    NotAppliedException unavailable(Throwable failure) {
        return new NotAppliedException(
                Reason.STORAGE_UNAVAILABLE, "Ignite refused the request", Map.of("cache", cache), failure);
    }

    NotAppliedException tooLarge(int bytes, int maxBytes) {
        return new NotAppliedException(
                Reason.STATE_TOO_LARGE,
                "The record is over its limit",
                Map.of("cache", cache, "bytes", bytes, "maxRecordBytes", maxBytes));
    }

    NotAppliedException noRecord(String key, int bytes) {
        return new NotAppliedException(
                Reason.RECORD_CORRUPT,
                "What the cache has there is no record",
                Map.of("key", key, "cache", cache, "bytes", bytes, "bound", "at least " + StoredValue.TOKEN_BYTES));
    }

    /** The request stayed on this node. */
    NotAppliedException notSent(Reason reason, String message) {
        return new NotAppliedException(reason, message, Map.of("cache", cache));
    }

    OutcomeUnknownException late() {
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.DEADLINE, "Ignite did not answer in time", Map.of("cache", cache));
    }

    /** The copies that are left have the write. */
    OutcomeUnknownException notRemembered(@Nullable Throwable cause) {
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.DEADLINE,
                "Not all nodes remembered in time that copies are missing",
                Map.of("cache", cache),
                cause);
    }

    OutcomeUnknownException lostAnswer() {
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.AMBIGUOUS_WRITE,
                "Ignite lost the answer to the write",
                Map.of("cache", cache));
    }

    OutcomeUnknownException cutOff(int quorum) {
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.AMBIGUOUS_WRITE,
                "The node lost its quorum while it wrote",
                Map.of("cache", cache, "quorum", quorum));
    }

    /** The cluster was deactivated while the request was under way. */
    OutcomeUnknownException activatedAnew() {
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.AMBIGUOUS_WRITE,
                "The cluster was deactivated meanwhile",
                Map.of("cache", cache));
    }

    /** The cache cannot be used yet, and is tried again. */
    NotAppliedException notOpen(String message, Throwable failure) {
        return new NotAppliedException(Reason.STORAGE_UNAVAILABLE, message, Map.of("cache", cache), failure);
    }

    /** Nodes that are not here may have newer copies than all that are. */
    NotAppliedException staleCopies(Collection<String> missing) {
        return new NotAppliedException(
                Reason.STORAGE_UNAVAILABLE,
                "Nodes that are not here, or came back without their disks or with older ones, may have the newest records: start them, or accept"
                        + " their loss with IgniteKv.acceptLoss",
                Map.of("cache", cache, "nodes", List.copyOf(missing)));
    }

    private OutcomeUnknownException unknown(Throwable failure) {
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.AMBIGUOUS_WRITE,
                "Ignite failed during the write",
                Map.of("cache", cache),
                failure);
    }

    private static boolean inactive(RuntimeException failure) {
        String message = failure.getMessage();
        return message != null && message.contains("cluster is inactive");
    }
}
