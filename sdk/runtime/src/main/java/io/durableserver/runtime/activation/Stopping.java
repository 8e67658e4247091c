package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerStatus;
import io.durableserver.StopInfo;
import io.durableserver.StopReason;
import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.ownership.ConditionalWrite.Outcome;
import io.durableserver.runtime.persistence.RecordKeeper;
import io.durableserver.runtime.server.Finality;
import io.durableserver.runtime.server.Phase;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.server.ServerSteps;
import io.durableserver.runtime.sync.Output;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.UserFailure;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A stop of one server in good order (P6): {@code terminate}, the last write, the answers after it. Runs on the server's own
 * thread, except the ends of writes.
 */
final class Stopping<S> {
    private final ServerState<S> server;
    private final ServerThread thread;
    private final RecordKeeper<S> keeper;
    private final Ends ends;
    private final Turn.Owner owner;
    private List<String> waiting = List.of();
    private @Nullable StopReason reason;
    private long beganNanos;
    private @Nullable Object terminateResult;

    Stopping(ServerState<S> server, ServerThread thread, RecordKeeper<S> keeper, Ends ends, Turn.Owner owner) {
        this.server = server;
        this.thread = thread;
        this.keeper = keeper;
        this.ends = ends;
        this.owner = owner;
    }

    /** Whether its end is what was asked for: not when it was stopping for less before that came. */
    boolean did(StopReason asked) {
        return Finality.of(reason) >= Finality.of(asked);
    }

    /**
     * Stops in good order; any thread.
     *
     * @param chain the servers that wait for it, outermost first
     */
    CompletionStage<Void> request(StopReason why, List<String> chain) {
        thread.signalBetweenTurns(() -> begin(why, null, chain));
        return ends.end();
    }

    /**
     * Stops in good order.
     *
     * @param answer leaves after the last write
     * @param chain the servers that wait for it, outermost first
     */
    void begin(StopReason why, @Nullable Output answer, List<String> chain) {
        long now = server.node.time().nanoTime(); // before anything changes: where the clock fails, this begins again
        ServerSteps.Asked asked = server.steps.stopAsked(why instanceof StopReason.Failure);
        if (asked == ServerSteps.Asked.TOO_LATE) {
            if (answer != null) {
                server.outputs.fail(answer, ends.over());
            }
            ends.tellOfLoss();
            return;
        }
        if (answer != null) {
            ends.answer(answer);
        }
        if (asked == ServerSteps.Asked.JOINS) {
            return;
        }
        reason = why;
        beganNanos = now;
        waiting = chain;
        thread.cancelOpenTurn(ends.over());
        try {
            callback("terminate", () -> terminateResult = server.code().terminate(why, server.state()));
        } finally {
            server.steps.terminated();
        }
        resumeIfPending();
    }

    /** A callback on the way out, as a turn: what it sends leaves after the last write, and not at all when it throws. */
    private void callback(String what, Runnable body) {
        Turn turn = new Turn(owner, waiting);
        thread.inside().other();
        turn.enter();
        try {
            body.run();
        } catch (UserFailure failure) {
            server.facts().callbackFailed(what, failure);
            drop(turn.outputs());
            return;
        } finally {
            turn.exit();
            thread.inside().other();
        }
        DurableServerException died = ends.failure();
        if (died != null) {
            server.outputs.failAll(turn.outputs(), died);
            return;
        }
        Repeats.keepReplies(server, turn.outputs());
        for (Output output : turn.outputs()) {
            ends.answer(new LeasedOutput(server.node, server.key, output));
        }
    }

    /** Goes on with a stop that waited for the write in flight. */
    void resumeIfPending() {
        if (server.steps.beginsLastWrite(server.durability.isInFlight())) {
            lastWrite();
        }
    }

    private void lastWrite() {
        ServerStatus status = Finality.status(Objects.requireNonNull(reason));
        byte[] bytes;
        try {
            bytes = status == ServerStatus.DELETING ? new byte[0] : keeper.dump.encode();
        } catch (DurableServerException impossible) {
            ends.lose(impossible);
            return;
        }
        long started = server.node.time().nanoTime();
        server.durability.begin();
        keeper.write(status, bytes, () -> inTime(started), outcome -> {
            if (outcome instanceof Outcome.Stored && status == ServerStatus.DELETING) {
                // The tombstone is the delete, whatever becomes of its removal: the next start of the key replaces it.
                keeper.delete(() -> inTime(started), removed -> onLast(outcome, status));
            } else {
                onLast(outcome, status);
            }
        });
    }

    private boolean inTime(long started) {
        long now = server.node.time().nanoTime();
        return server.node.lease().isValid(now)
                && now - started < server.node.config().timeouts().write().toNanos();
    }

    private void onLast(Outcome outcome, ServerStatus status) {
        thread.signal(() -> {
            boolean stored = outcome instanceof Outcome.Stored;
            ServerSteps.AfterLast next = server.steps.lastWriteEnded(stored);
            if (next == ServerSteps.AfterLast.NOTHING) {
                return;
            }
            if (next == ServerSteps.AfterLast.ABORT) {
                server.durability.abandoned();
                server.facts().notStored(keeper.epoch(), outcome, keeper.failure(outcome));
                ends.abort(keeper.failure(outcome));
                return;
            }
            server.durability.written();
            if (next == ServerSteps.AfterLast.TELL) {
                StopInfo info = new StopInfo(server.key, Objects.requireNonNull(reason), status);
                callback("afterTerminate", () -> server.code().afterTerminate(terminateResult, info));
            }
            if (!server.steps.isStopped()) {
                stored();
            }
        });
    }

    private void stored() {
        server.facts()
                .stopped(
                        Objects.requireNonNull(reason),
                        Duration.ofNanos(server.node.time().nanoTime() - beganNanos));
        ends.end(null);
    }

    /** Lets go of what user code made. */
    void release() {
        terminateResult = null;
    }

    /** User code threw: the last good state is stored, unless it is unknown. */
    void crash(UserFailure failure, @Nullable ReplySink sink, List<String> chain) {
        server.facts().crashed(failure);
        crash(
                String.valueOf(failure.getMessage()),
                sink == null ? null : new FailureOutput(sink, failure.toCaller(server.key)),
                chain);
    }

    /**
     * Stops after a turn that does not count.
     *
     * @param answer what its caller is told, after the last good state was stored
     */
    void crash(String why, @Nullable Output answer, List<String> chain) {
        if (server.isMutable() && !server.steps.isStopped()) {
            if (answer != null) {
                ends.answer(answer);
            }
            ends.abort(new NotAppliedException(Reason.STOPPED, "The server crashed", server.named()));
        } else {
            begin(StopReason.error(why), answer, chain);
        }
    }

    /** What a failed turn wanted to send does not leave; its waiting callers are told, after the answer of the turn. */
    void drop(List<Output> outputs) {
        DurableServerException error = new OutcomeUnknownException(
                OutcomeUnknownException.Reason.OWNER_LOST, "The turn that replied failed", server.named());
        for (Output output : outputs) {
            if (server.phase() == Phase.STOPPING) {
                ends.answer(new Dropped(output, error));
            } else {
                server.outputs.fail(output, error);
            }
        }
    }

    /**
     * The runtime failed. An immutable state is stored as after a crash, and a stop goes on where it was; when that fails as
     * well, the server just ends.
     */
    void defect(Throwable defect) {
        Thrown copy = Thrown.of(defect);
        server.facts().failed(copy);
        DurableServerException error =
                new NotAppliedException(Reason.STOPPED, "The server failed", server.named(), copy);
        try {
            switch (server.steps.defect(!server.isMutable(), server.durability.isInFlight())) {
                case STOP -> begin(StopReason.error("The server failed: " + copy.getMessage()), null, List.of());
                case GO_ON -> resumeIfPending();
                case END -> stored();
                case ABORT -> ends.abort(error);
            }
        } catch (RuntimeException | Error again) {
            server.facts().failed(again);
            ends.abort(error);
        }
    }
}
