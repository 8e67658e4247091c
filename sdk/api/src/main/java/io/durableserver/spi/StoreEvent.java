package io.durableserver.spi;

import static io.durableserver.spi.RuntimeEvent.Severity.DEBUG;
import static io.durableserver.spi.RuntimeEvent.Severity.ERROR;
import static io.durableserver.spi.RuntimeEvent.Severity.INFO;
import static io.durableserver.spi.RuntimeEvent.Severity.WARN;

import java.time.Duration;

/**
 * A fact about a store, told by its {@link Backend} with {@link BackendFactory.Context#tell}. How single requests end is no fact: their
 * callers hear it.
 */
public sealed interface StoreEvent extends RuntimeEvent {
    /** The {@link Backend#name} of the store. */
    String store();

    /** Which of its kind: the cache, the bucket, the rollout. */
    String place();

    /** Requests are refused until something changes; told again when it waits for something else. */
    @Told(severity = WARN, text = "{store} {place} is not served yet: {problem}")
    record StoreWaits(String store, String place, ErrorCode code, String problem) implements StoreEvent {}

    /** The nodes with the newest copies are missing: nothing is served without them. */
    @Told(severity = ERROR, text = "{store} {place} is not served: {problem}")
    record NewestCopiesMissing(String store, String place, String nodes, String problem) implements StoreEvent {}

    /** This node must not serve the store as it and the others are configured. */
    @Told(severity = ERROR, text = "{store} {place} is refused: {problem}")
    record OpeningRefused(String store, String place, ErrorCode code, String problem) implements StoreEvent {}

    /** Requests are served from now on. */
    @Told(severity = INFO, text = "{store} {place} is served")
    record StoreOpened(String store, String place) implements StoreEvent {}

    /** Writes are not acknowledged before all nodes remember which nodes are missing. */
    @Told(severity = WARN, text = "{store} {place}: writes wait until all nodes remember who is missing: {problem}")
    record WritesWait(String store, String place, ErrorCode code, String problem) implements StoreEvent {}

    /** After {@link WritesWait}. */
    @Told(severity = INFO, text = "{store} {place}: writes wait no more")
    record WritesGoOn(String store, String place) implements StoreEvent {}

    /** Fewer server nodes are here than make a quorum: nothing is written. */
    @Told(
            severity = ERROR,
            text = "{store} {place}: no quorum, {servers} server nodes are here and {needed} are needed")
    record QuorumLost(String store, String place, int servers, int needed) implements StoreEvent {}

    /** After {@link QuorumLost}. */
    @Told(severity = INFO, text = "{store} {place}: a quorum is here again, {servers} server nodes")
    record QuorumBack(String store, String place, int servers) implements StoreEvent {}

    /** All nodes with a copy of some partitions went; told again when they wait for something else. */
    @Told(severity = ERROR, text = "{store} {place}: partitions are lost, and their records are refused. {problem}")
    record PartitionsLost(String store, String place, String problem) implements StoreEvent {}

    @Told(severity = WARN, text = "{store} {place}: lost partitions are open again, the newest copies are back")
    record PartitionsOpened(String store, String place) implements StoreEvent {}

    @Told(
            severity = ERROR,
            text =
                    "{store} {place}: lost partitions are open again without the newest copies: nodes {nodes} are no part of the"
                            + " baseline any more, and records that only they had are lost")
    record PartitionsOpenedWithoutNewest(String store, String place, String nodes) implements StoreEvent {}

    /** By an operator, on this node. */
    @Told(
            severity = WARN,
            text = "{store} {place}: an operator accepted the loss of the newest records, with nodes {nodes}")
    record LossAccepted(String store, String place, String nodes) implements StoreEvent {}

    /** How many nodes the cluster is meant to have is another number now; 0 for none. */
    @Told(severity = WARN, text = "{store} {place}: expectedNodes is {expected} now, and was {before}")
    record SizeChanged(String store, String place, int before, int expected) implements StoreEvent {}

    /** How many nodes the cluster is meant to have does not fit how many it has, or what this node is configured with. */
    @Told(severity = WARN, text = "{store} {place}: {problem}")
    record SizeDiffers(String store, String place, String problem) implements StoreEvent {}

    /** Something the store does for itself failed, and is done again. */
    @Told(severity = WARN, text = "{store} {place}: {what} failed, and is tried again")
    record StoreStepFailed(String store, String place, String what, Throwable error) implements StoreEvent {}

    /** The store asks for patience; at most once a minute. */
    @Told(severity = WARN, text = "{store} {place} throttles: {requests} answers since this was told last")
    record StoreThrottles(String store, String place, long requests) implements StoreEvent {}

    /** There is nothing to sign requests with. */
    @Told(severity = ERROR, text = "{store} {place}: no credentials: {problem}")
    record CredentialsMissing(String store, String place, String problem) implements StoreEvent {}

    /** After {@link CredentialsMissing}. */
    @Told(severity = INFO, text = "{store} {place}: credentials are there again")
    record CredentialsBack(String store, String place) implements StoreEvent {}

    /** Told of the first one only. */
    @Told(
            severity = WARN,
            text = "{store} {place}: objects that are no records are left out of listings, such as {object}")
    record StrangeObject(String store, String place, String object) implements StoreEvent {}

    /** An object that is of no more use could not be deleted: a probe's, or a tombstone. */
    @Told(severity = DEBUG, text = "{store} {place}: {object} stays: {problem}")
    record ObjectLeft(String store, String place, String object, String problem) implements StoreEvent {}

    /** What a node was found to work without. */
    @Told(severity = DEBUG, text = "{store} {place} has no {what}: {problem}")
    record StoreLacks(String store, String place, String what, String problem) implements StoreEvent {}

    /** As this node sees it: which of two stores counts, and whether it may be written. */
    @Told(severity = INFO, text = "{store} {place} is in phase {phase}, and was in {before}")
    record PhaseChanged(String store, String place, String before, String phase) implements StoreEvent {}

    /** Neither store tells the phase: soon nothing is written. Told ever more rarely while it lasts. */
    @Told(
            severity = WARN,
            text = "{store} {place}: phase {phase} cannot be confirmed ({looks} more looks failed before): {problem}")
    record PhaseUnconfirmed(String store, String place, String phase, long looks, ErrorCode code, String problem)
            implements StoreEvent {}

    /** After {@link PhaseUnconfirmed}. */
    @Told(severity = INFO, text = "{store} {place}: phase {phase} is confirmed again")
    record PhaseConfirmed(String store, String place, String phase) implements StoreEvent {}

    @Told(severity = ERROR, text = "{store} {place} has been paused for too long; this node gives the authority back")
    record PauseTooLong(String store, String place) implements StoreEvent {}

    /** Told ever more rarely while it lasts. */
    @Told(
            severity = WARN,
            text = "{store} {place}: the pause could not be undone, after {attempts} more attempts: {problem}")
    record PauseNotUndone(String store, String place, long attempts, ErrorCode code, String problem)
            implements StoreEvent {}

    /** After {@link PauseTooLong}. */
    @Told(severity = INFO, text = "{store} {place}: the pause is over")
    record PauseOver(String store, String place) implements StoreEvent {}

    /** Told ever more rarely while it lasts. */
    @Told(
            severity = WARN,
            text =
                    "{store} {place}: {waiting} keys wait for the mirror; {key} could not be mirrored and is tried again, as {others}"
                            + " others were: {problem}")
    record CopiesFailing(
            String store, String place, String key, int waiting, long others, ErrorCode code, String problem)
            implements StoreEvent {}

    /** After {@link CopiesFailing}. */
    @Told(severity = INFO, text = "{store} {place}: all keys that could not be mirrored are")
    record CopiesCaughtUp(String store, String place) implements StoreEvent {}

    /** It stays, and in the way of a handover, until an operator decides. */
    @Told(severity = ERROR, text = "{store} {place}: the mirror has a newer record of {key} than the store that counts")
    record CopyAhead(String store, String place, String key) implements StoreEvent {}

    /** Only a comparison finds them. Told ever more rarely while it lasts. */
    @Told(severity = WARN, text = "{store} {place}: {lost} keys so far are left to the comparison of the stores")
    record CopiesLost(String store, String place, long lost) implements StoreEvent {}

    /** This node has compared the two stores, at the word of an operator. */
    @Told(
            severity = INFO,
            text =
                    "{store} {place}: compared {compared} records in {took}; {divergent} differ, {repaired} were repaired, of these"
                            + " {created} created and {removed} removed")
    record StoresCompared(
            String store,
            String place,
            long compared,
            long divergent,
            long repaired,
            long created,
            long removed,
            Duration took)
            implements StoreEvent {}

    /** This node hands the authority over to the other store, at the word of an operator. */
    @Told(severity = INFO, text = "{store} {place}: a handover to {to} begins")
    record HandoverBegun(String store, String place, String to) implements StoreEvent {}

    /** {@code outcome} is {@code DONE}, {@code FAILED} or the name of what refused it. */
    @Told(severity = INFO, text = "{store} {place}: the handover to {to} ended with {outcome} after {took}: {problem}")
    record HandoverEnded(String store, String place, String to, String outcome, String problem, Duration took)
            implements StoreEvent {}
}
