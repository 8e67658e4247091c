package io.durableserver.runtime.activation;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.Next;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.RejectedException;
import io.durableserver.Reply;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.persistence.Metadata;
import io.durableserver.runtime.persistence.RecordKeeper;
import io.durableserver.runtime.record.StoredRequest;
import io.durableserver.runtime.server.Refusals;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.sync.Demand;
import io.durableserver.runtime.sync.Output;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.UserFailure;
import io.durableserver.runtime.type.Slot;
import io.durableserver.spi.RuntimeHooks.TurnResult;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What follows from what user code made of a message: a result, a rejection, a failure, or nothing in time. */
final class TurnResults<S> {
    final ServerState<S> server;
    final RecordKeeper<S> keeper;
    final Ends ends;
    final Stopping<S> stopping;
    final IdleTimer idle;
    final MeasuredTurn measured;
    private final OpenReplies openReplies;
    private final Repeats<S> repeats;

    TurnResults(
            ServerState<S> server,
            RecordKeeper<S> keeper,
            Ends ends,
            Stopping<S> stopping,
            IdleTimer idle,
            MeasuredTurn measured,
            OpenReplies openReplies,
            Repeats<S> repeats) {
        this.server = server;
        this.keeper = keeper;
        this.ends = ends;
        this.stopping = stopping;
        this.idle = idle;
        this.measured = measured;
        this.openReplies = openReplies;
        this.repeats = repeats;
    }

    /**
     * The handler brought a result that {@link #check} found possible.
     *
     * @param later the open reply of its call; null for any other message
     */
    void succeeded(Envelope envelope, Turn turn, Slot slot, @Nullable Deferred later, Next<S> next) {
        ReplySink sink = envelope.sink();
        ReplyOutput answer = null;
        if (slot.repliesInTurn() && sink != null) {
            Object value = ((Reply<?, ?>) next).value();
            if (!Refusals.fits(value, slot)) {
                refused(sink, turn, Refusals.wrongReply(server.key, value, slot));
                return;
            }
            answer = new ReplyOutput(server.node, server.key, sink, slot, value);
        }
        StoredRequest kept = repeats.kept(envelope, answer == null ? null : answer.value());
        DurableServerException full = repeats.impossible(kept);
        if (full != null && sink != null) {
            notKept(envelope, turn, later, full);
            return;
        }
        if (later != null && kept != null) {
            later.keep(kept);
        }
        TurnEnd<S> end = new TurnEnd<>(this, turn, next, kept);
        DurableServerException impossible = end.prepare();
        if (impossible == null) {
            measured.is(TurnResult.DONE);
            end.apply(answer);
            return;
        }
        // No write is needed to know that this state cannot be stored: the turn fails, the state before it is stored.
        measured.is(TurnResult.FAILED);
        server.facts().crashed(impossible);
        Output refusal = sink == null ? null : new FailureOutput(sink, impossible);
        forget(later);
        stopping.crash(String.valueOf(impossible.getMessage()), refusal, envelope.chain());
        stopping.drop(turn.outputs());
    }

    /** The result of a turn cannot be, and nothing of it counts. */
    private void refused(ReplySink sink, Turn turn, DurableServerException error) {
        sink.failure(error);
        server.outputs.failAll(turn.outputs(), error);
        idle.resume();
    }

    /** There is no room for id and reply: the turn is as if it had not been, unless it changed the state in place. */
    private void notKept(Envelope envelope, Turn turn, @Nullable Deferred later, DurableServerException full) {
        ReplySink sink = Objects.requireNonNull(envelope.sink());
        if (ends.failure() == null) {
            turn.takeBack();
        }
        forget(later);
        if (server.isMutable() && !keeper.dump.isUntouched()) {
            stopping.crash(String.valueOf(full.getMessage()), new FailureOutput(sink, full), envelope.chain());
            stopping.drop(turn.outputs());
        } else {
            refused(sink, turn, full);
        }
    }

    /** The handler threw: the server crashes. */
    void failed(Envelope envelope, Turn turn, @Nullable Deferred later, UserFailure failure) {
        measured.is(TurnResult.FAILED);
        forget(later);
        stopping.crash(failure, envelope.sink(), envelope.chain());
        stopping.drop(turn.outputs());
    }

    private void forget(@Nullable Deferred later) {
        if (later != null) {
            openReplies.remove(later);
        }
    }

    /** The handler refused its message: the turn is as if it had not been, and its caller is told. */
    void rejected(Envelope envelope, Turn turn, @Nullable Deferred later, RejectedException rejection) {
        if (ends.failure() == null) {
            turn.takeBack();
        }
        ReplySink sink = envelope.sink();
        if (later != null && !openReplies.remove(later)) {
            sink = null; // it was answered from elsewhere meanwhile
        }
        Output answer = sink == null ? null : new Rejection(server.node, server.key, sink, rejection);
        if (cameTooLate(turn, answer)) {
            return;
        }
        if (server.isMutable() && !keeper.dump.isUntouched()) {
            measured.is(TurnResult.FAILED);
            stopping.crash(UserFailure.lateRejection(envelope.slot(), rejection), sink, envelope.chain());
            stopping.drop(turn.outputs());
            return;
        }
        measured.is(TurnResult.REJECTED);
        server.outputs.failAll(turn.outputs(), rejection);
        long gate = server.durability.turnDone(false, Demand.NONE);
        if (answer != null) {
            server.durability.leave(gate, answer);
        } else {
            server.facts().rejected(envelope.slot().wireName(), rejection);
        }
        idle.resume();
        keeper.beginIfWanted();
    }

    /** No result came in time: the turn is as if it had not been, but what it asked of others may have happened. */
    void abandoned(Envelope envelope, Turn turn, OutcomeUnknownException unknown) {
        if (server.isMutable()) {
            ReplySink sink = envelope.sink();
            Output answer = sink == null ? null : new FailureOutput(sink, unknown);
            stopping.crash(String.valueOf(unknown.getMessage()), answer, envelope.chain());
            stopping.drop(turn.outputs());
            return;
        }
        if (ends.failure() == null) {
            turn.takeBack();
        }
        tellUnknown(envelope, turn, unknown);
        idle.resume();
        keeper.beginIfWanted();
    }

    /** Whether the server ended while the turn waited for its store: then nothing of it counts or leaves, and its caller is told why. */
    boolean cameTooLate(Turn turn, @Nullable Output answer) {
        DurableServerException died = ends.failure();
        if (died == null) {
            return false;
        }
        measured.is(TurnResult.VOID);
        server.outputs.failAll(turn.outputs(), died);
        if (answer != null) {
            server.outputs.fail(answer, died);
            ends.tellOfLoss();
        }
        return true;
    }

    /** The runtime failed in a turn, and it is unknown how far it came; a caller that was answered before does not hear this. */
    void tellOfDefect(Envelope envelope, Turn turn, Throwable defect) {
        DurableServerException unknown = new OutcomeUnknownException(
                OutcomeUnknownException.Reason.OWNER_LOST,
                "The server failed in this turn",
                Map.of("key", server.key, "error", defect.getClass().getName()));
        tellUnknown(envelope, turn, unknown);
    }

    /** Nothing of a turn counts or leaves: its caller, and those of its outputs, get an unknown outcome. */
    void tellUnknown(Envelope envelope, Turn turn, DurableServerException unknown) {
        ReplySink sink = envelope.sink();
        if (sink != null) {
            server.outputs.fail(new FailureOutput(sink, unknown), unknown);
        }
        server.outputs.failAll(turn.outputs(), unknown);
    }

    /** What a turn asks for must be possible; throws {@link UserFailure} when it is not. */
    void check(Next<?> next) {
        if (next.newMetadata() != null) {
            try {
                Metadata.check(server.key, next.newMetadata());
            } catch (ConfigurationException tooLarge) {
                throw new UserFailure("A turn's metadata", tooLarge);
            }
        }
        Object continuation = next.continuation();
        if (continuation != null && server.type.table().continuation(continuation.getClass()) == null) {
            throw new UserFailure("A continuation", Refusals.noHandler(server, continuation));
        }
        if (next.idleTimeout() != null && server.type.table().timeout() == null) {
            throw new UserFailure("A timeout", Refusals.noTimeoutHandler(server));
        }
    }
}
