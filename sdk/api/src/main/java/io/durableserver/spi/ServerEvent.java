package io.durableserver.spi;

import static io.durableserver.spi.RuntimeEvent.Severity.DEBUG;
import static io.durableserver.spi.RuntimeEvent.Severity.ERROR;
import static io.durableserver.spi.RuntimeEvent.Severity.INFO;
import static io.durableserver.spi.RuntimeEvent.Severity.WARN;

import io.durableserver.StopReason;
import java.time.Duration;
import java.util.Map;

/**
 * A fact about one server. Those of a server come in the order in which they happened. A start that has {@link StartBegun} ends with
 * exactly one of {@link Started}, {@link StartedElsewhere}, {@link StartGivenUp} and {@link StartFailed}; a server that has {@link Started},
 * with exactly one of {@link Stopped}, {@link Aborted}, {@link Fenced}, {@link FencedUnsaved} and {@link StateLost}, unless its process dies.
 */
public sealed interface ServerEvent extends RuntimeEvent {
    /** The server's key. */
    String key();

    /** The name of its type; {@link #UNKNOWN} for one that this node has not registered. */
    String type();

    /** In place of a name that another node sent and this one does not know. */
    String UNKNOWN = "unknown";

    /** Why a server was started. */
    enum StartCause {
        /** An application started it with a state for a key that the store did not know. */
        FIRST,
        /** An application started what the store knew. */
        EXPLICIT,
        /** A message came for it. */
        REVIVE
    }

    /** What shows that a former owner serves no more. */
    enum Evidence {
        /** It said so itself. */
        GOODBYE,
        /** It has no lease. */
        NO_LEASE,
        /** Its process or machine is provably gone. */
        PROVED,
        /** Its lease was not renewed for its time. */
        EXPIRED,
        /** It is in the cluster and said that it does not serve the key. */
        ANSWERED
    }

    /** A node begins to start a server; the directory and the store are asked next. */
    @Told(severity = DEBUG, text = "{key}: the server of type {type} is being started (cause {cause})")
    record StartBegun(String key, String type, StartCause cause) implements ServerEvent {}

    @Told(severity = DEBUG, text = "{key}: the server of type {type} runs after {took} (cause {cause}, epoch {epoch})")
    record Started(String key, String type, StartCause cause, Duration took, long epoch) implements ServerEvent {}

    /** Another node of the cluster serves it. */
    @Told(severity = DEBUG, text = "{key}: the server of type {type} runs on {owner}, as was found after {took}")
    record StartedElsewhere(String key, String type, StartCause cause, Duration took, Session owner)
            implements ServerEvent {}

    /** Nothing is wrong with its code, but it does not run here now. */
    @Told(severity = DEBUG, text = "{key}: the start of the server of type {type} was given up after {took}: {problem}")
    record StartGivenUp(String key, String type, StartCause cause, Duration took, ErrorCode code, String problem)
            implements ServerEvent {}

    /** User code, or what it made, kept it from starting; or the runtime failed in it. */
    @Told(severity = WARN, text = "{key}: the server of type {type} cannot start")
    record StartFailed(String key, String type, StartCause cause, Duration took, ErrorCode code, Throwable error)
            implements ServerEvent {}

    /** A node did not begin to start a server, as it takes none now or backs off from this one. */
    @Told(severity = DEBUG, text = "{key}: the server of type {type} is not started here: {problem}")
    record StartRefused(String key, String type, StartCause cause, ErrorCode code, String problem)
            implements ServerEvent {}

    /** What the store has for the key is damaged, foreign, or of a release or state class this node does not know. At most once a minute for each key. */
    @Told(severity = ERROR, text = "{key}: the record is refused: {problem}")
    record RecordRefused(String key, String type, ErrorCode code, String problem) implements ServerEvent {}

    /** A start failed after the record was claimed, and the record could not be put back. */
    @Told(severity = WARN, text = "{key}: the record stays as it was claimed: {problem}")
    record ClaimLeft(String key, String type, ErrorCode code, String problem) implements ServerEvent {}

    /** It had another owner, which serves no more. */
    @Told(severity = INFO, text = "{key}: taken over from {from} ({evidence}, after {waited})")
    record TookOver(String key, String type, Session from, Evidence evidence, Duration waited) implements ServerEvent {}

    /** In good order: the last state is stored, {@code took} after the stop began. */
    @Told(severity = DEBUG, text = "{key}: the server stopped after {took}: {reason}")
    record Stopped(String key, String type, StopReason reason, Duration took) implements ServerEvent {}

    /** At once, without storing. */
    @Told(severity = WARN, text = "{key}: stops without storing: {problem}")
    record Aborted(String key, String type, ErrorCode code, String problem) implements ServerEvent {}

    /** The node's lease was over; all changes were stored. */
    @Told(severity = WARN, text = "{key}: fenced; its changes are stored")
    record Fenced(String key, String type) implements ServerEvent {}

    /** The node's lease was over before all changes were stored. */
    @Told(severity = ERROR, text = "{key}: fenced; what changed since the last write is lost")
    record FencedUnsaved(String key, String type) implements ServerEvent {}

    /** Its state can never be stored. */
    @Told(
            severity = ERROR,
            text = "{key}: the state cannot be stored; what changed since the last write is lost: {problem}")
    record StateLost(String key, String type, ErrorCode code, String problem) implements ServerEvent {}

    /** User code threw, or made what cannot be. */
    @Told(severity = WARN, text = "{key}: the server crashed")
    record Crashed(String key, String type, Throwable error) implements ServerEvent {}

    /** The runtime failed in it. */
    @Told(severity = ERROR, text = "{key}: the server failed")
    record Failed(String key, String type, Throwable error) implements ServerEvent {}

    /** A callback after the fact threw, which changes nothing: {@code onSync}, {@code terminate} or {@code afterTerminate}. */
    @Told(severity = ERROR, text = "{key}: {callback} failed; nothing else changes because of it")
    record CallbackFailed(String key, String type, String callback, Throwable error) implements ServerEvent {}

    /** A write did not happen; the state is tried again where nothing waits for it. */
    @Told(severity = WARN, text = "{key}: the state could not be stored: {problem}")
    record SyncFailed(String key, String type, long epoch, ErrorCode code, String problem) implements ServerEvent {}

    /** It is unknown whether a write happened. */
    @Told(severity = WARN, text = "{key}: nobody can tell whether the state was stored: {problem}")
    record SyncUnknown(String key, String type, long epoch, ErrorCode code, String problem) implements ServerEvent {}

    /** The record is not as this owner left it: another one wrote it. */
    @Told(severity = WARN, text = "{key}: the record was changed by another owner than that of epoch {epoch}")
    record RecordConflict(String key, String type, long epoch) implements ServerEvent {}

    /** Told again each time the turn has lasted twice as long. */
    @Told(severity = WARN, text = "{key}: {message} runs for {lasted} on {thread}{stack}")
    record TurnSlow(String key, String type, String message, Duration lasted, String thread, String stack)
            implements ServerEvent {}

    /** Its caller was told that its outcome is unknown. */
    @Told(severity = WARN, text = "{key}: {message} was abandoned after {lasted}: {problem}")
    record OpenTurnAbandoned(String key, String type, String message, Duration lasted, ErrorCode code, String problem)
            implements ServerEvent {}

    /** What a handler chained on a stage of its turn threw. */
    @Told(severity = WARN, text = "{key}: a part of a turn failed")
    record TurnPartFailed(String key, String type, Throwable error) implements ServerEvent {}

    /** By an operator. */
    @Told(severity = WARN, text = "{key}: an operator interrupts the turn that runs: {holder}")
    record TurnInterrupted(String key, String type, String holder) implements ServerEvent {}

    /** The handler refused a one-way message; {@code rejection} is the code it chose, without text or details. */
    @Told(severity = INFO, text = "{key}: {message} was rejected: {rejection}")
    record MessageRejected(String key, String type, String message, String rejection) implements ServerEvent {}

    /** One-way messages got no turn; their names. */
    @Told(severity = WARN, text = "{key}: messages were dropped: {messages}; {problem}")
    record MailDropped(String key, String type, Map<String, Integer> messages, ErrorCode code, String problem)
            implements ServerEvent {
        public MailDropped {
            messages = Map.copyOf(messages);
        }
    }

    /** As {@link MailDropped}, of what the server sent to itself before it ended. */
    @Told(severity = DEBUG, text = "{key}: messages to itself were dropped: {messages}; {problem}")
    record OwnMailDropped(String key, String type, Map<String, Integer> messages, ErrorCode code, String problem)
            implements ServerEvent {
        public OwnMailDropped {
            messages = Map.copyOf(messages);
        }
    }

    /** A cast did not come to its server; {@code message} is {@link #UNKNOWN} for one that its type does not handle here. */
    @Told(severity = WARN, text = "A cast of {message} to {key} was dropped: {problem}")
    record CastDropped(String key, String type, String message, ErrorCode code, String problem)
            implements ServerEvent {}

    /** A cast does not leave, as its turn does not count. */
    @Told(severity = DEBUG, text = "A cast of {message} to {key} was dropped with its turn")
    record CastWithdrawn(String key, String type, String message) implements ServerEvent {}

    /** Its mailbox is full: callers are refused. Told again only after {@link OverloadEnded}, and at most each 10 s. */
    @Told(severity = WARN, text = "{key}: the mailbox is full with {waiting} messages")
    record OverloadBegun(String key, String type, int waiting) implements ServerEvent {}

    /** Its mailbox is half empty again. */
    @Told(severity = INFO, text = "{key}: the mailbox has room again; {refused} messages were refused")
    record OverloadEnded(String key, String type, long refused) implements ServerEvent {}

    /** The server ended and is still in the directory, which is a hint and is put right later. */
    @Told(severity = DEBUG, text = "{key}: the directory entry could not be removed")
    record EntryLeft(String key, String type, Throwable error) implements ServerEvent {}
}
