package io.durableserver.spi;

import static io.durableserver.spi.RuntimeEvent.Severity.DEBUG;
import static io.durableserver.spi.RuntimeEvent.Severity.ERROR;
import static io.durableserver.spi.RuntimeEvent.Severity.INFO;
import static io.durableserver.spi.RuntimeEvent.Severity.WARN;

import java.time.Duration;

/** A fact about a node, its lease, its store and its cluster. */
public sealed interface NodeEvent extends RuntimeEvent {
    /** For the first time. */
    @Told(severity = INFO, text = "{session} serves after {took}")
    record Ready(Session session, Duration took) implements NodeEvent {}

    @Told(severity = INFO, text = "{session} drains; {servers} servers run")
    record Draining(Session session, int servers) implements NodeEvent {}

    /** Nothing is served here any more, and this is its last fact. */
    @Told(severity = INFO, text = "{session} is closed; {stopped} servers ended with it, {unsaved} without storing")
    record Closed(Session session, int stopped, int unsaved) implements NodeEvent {}

    @Told(
            severity = ERROR,
            text = "Drain of {prefix}: {unsaved} of {stopped} servers ended without storing their last state: {keys}")
    record DrainUnclean(String prefix, int stopped, int unsaved, String keys) implements NodeEvent {}

    /** The node stops serving for good, and its host did not ask for that. */
    @Told(severity = ERROR, text = "{session} stops serving: {problem}")
    record Lost(Session session, ErrorCode code, String problem) implements NodeEvent {}

    @Told(severity = WARN, text = "{session} could not say goodbye, others will wait for its lease: {problem}")
    record GoodbyeFailed(Session session, ErrorCode code, String problem) implements NodeEvent {}

    @Told(severity = WARN, text = "The lease of session {session} could not be renewed")
    record LeaseNotRenewed(Session session, ErrorCode code, Throwable error) implements NodeEvent {}

    @Told(
            severity = ERROR,
            text = "The lease of session {session} is at risk: {problem}; in {left} the node stops serving")
    record LeaseAtRisk(Session session, ErrorCode code, String problem, Duration left) implements NodeEvent {}

    /** After {@link LeaseAtRisk}. */
    @Told(severity = INFO, text = "The lease of session {session} is renewed: it is not at risk any more")
    record LeaseSafe(Session session) implements NodeEvent {}

    @Told(severity = ERROR, text = "The lease of session {session} ran out: serving stops until it is renewed")
    record LeaseRanOut(Session session) implements NodeEvent {}

    @Told(severity = ERROR, text = "The lease of session {session} was ended: {problem}")
    record LeaseEnded(Session session, ErrorCode code, String problem) implements NodeEvent {}

    @Told(severity = INFO, text = "Removed {count} leases of past sessions of node {node}")
    record PastLeasesRemoved(String node, int count) implements NodeEvent {}

    @Told(severity = WARN, text = "A lease of a past session of node {node} was left: {problem}")
    record PastLeaseLeft(String node, ErrorCode code, String problem) implements NodeEvent {}

    /** A session outside the cluster has certainly stopped serving: what it owned may be taken over. */
    @Told(severity = INFO, text = "Session {session} has certainly stopped serving ({evidence}, after {waited})")
    record OwnerGone(Session session, ServerEvent.Evidence evidence, Duration waited) implements NodeEvent {}

    @Told(
            severity = WARN,
            text = "The lease of session {session} is none; it is over when this stands still: {problem}")
    record OwnerUnreadable(Session session, ErrorCode code, String problem) implements NodeEvent {}

    /** The node waits for its store; told for each attempt. */
    @Told(severity = WARN, text = "The store of {prefix} is not ready: {problem}")
    record StoreUnavailable(String prefix, ErrorCode code, String problem) implements NodeEvent {}

    /** After {@link StoreUnavailable}. */
    @Told(severity = INFO, text = "The store of {prefix} is ready")
    record StoreReady(String prefix) implements NodeEvent {}

    @Told(severity = ERROR, text = "{session} at {prefix}: {alarm}")
    record SplitSeen(Session session, String prefix, String alarm) implements NodeEvent {}

    /** What is known of a split is something else now. */
    @Told(severity = WARN, text = "{session} at {prefix}: {alarm}")
    record SplitChanged(Session session, String prefix, String alarm) implements NodeEvent {}

    @Told(severity = INFO, text = "{session} at {prefix}: nothing tells of a split any more")
    record SplitSettled(Session session, String prefix) implements NodeEvent {}

    @Told(severity = DEBUG, text = "{prefix} could not be looked at for a split")
    record SplitUnknown(String prefix, ErrorCode code, Throwable error) implements NodeEvent {}

    @Told(severity = DEBUG, text = "{member} joined the cluster")
    record MemberJoined(Session member) implements NodeEvent {}

    @Told(severity = DEBUG, text = "{member} left the cluster; it failed: {failed}")
    record MemberLeft(Session member, boolean failed) implements NodeEvent {}

    @Told(severity = WARN, text = "The directory may have lost entries: {servers} servers are published again")
    record DirectoryLost(int servers) implements NodeEvent {}

    @Told(severity = WARN, text = "{key}: the record was {change} by an operator: {reason}")
    record RecordRepaired(String key, String change, String reason) implements NodeEvent {}

    @Told(severity = WARN, text = "A message from {from} was dropped: {problem}")
    record MessageUnreadable(Session from, ErrorCode code, String problem) implements NodeEvent {}

    @Told(severity = WARN, text = "A reply of {key} to {to} was dropped: the queue is full")
    record ReplyDropped(String key, Session to) implements NodeEvent {}

    /** The runtime, or an extension of it, did what it must not; what is known of it is contained. */
    @Told(severity = ERROR, text = "Unexpected: {what}")
    record Defect(String what, Throwable error) implements NodeEvent {}

    /** At most once a minute for each listener. */
    @Told(severity = WARN, text = "{listener} failed {times} times as a listener")
    record ListenerFailed(String listener, long times, Throwable error) implements NodeEvent {}

    /** At most once a minute for each listener, which hears it as well: where it comes, facts are missing. */
    @Told(
            severity = WARN,
            text =
                    "{listener} is behind as a listener and missed {missed} facts ({errors} errors, {warnings} warnings)")
    record ListenerBehind(String listener, long missed, long errors, long warnings) implements NodeEvent {}

    /** It has not returned from one fact while others wait; at most once a minute for each listener. */
    @Told(severity = WARN, text = "{listener} is with one fact for {lasted}, and {waiting} wait")
    record ListenerStuck(String listener, Duration lasted, int waiting) implements NodeEvent {}
}
