package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerStatus;
import io.durableserver.StopInfo;
import io.durableserver.StopReason;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.ownership.ConditionalWrite.Outcome;
import io.durableserver.runtime.turn.Output;
import io.durableserver.runtime.turn.Outputs;
import io.durableserver.runtime.turn.Thrown;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.UserFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * How an activation ends (P6): in good order, with a final write and the answers after it; or at once, when its memory
 * must not be served any longer. Runs on the server's own thread, except the ends of writes.
 */
final class Stopping<S> {
    /** So many times a stop is carried on after a defect of the runtime. */
    private static final int MOST_DEFECTS = 3;

    private final Activation<S> activation;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    /** What leaves after the final write: the answers of those who asked for the stop, and what the callbacks sent. */
    private final List<Output> answers = new ArrayList<>(0);

    private List<String> waiting = List.of();
    private @Nullable StopReason reason;
    private @Nullable Object terminateResult;
    private boolean terminating;
    private boolean finalWriteBegun;
    private boolean finallyStored;
    private int defects;
    private @Nullable DurableServerException finalFailure;

    Stopping(Activation<S> activation) {
        this.activation = activation;
    }

    /** Why it stops; null while it does not. */
    @Nullable
    StopReason reason() {
        return reason;
    }

    /** Whether its end is what was asked for: not when it was stopping for less before that came. */
    boolean did(StopReason asked) {
        return Finality.of(reason) >= Finality.of(asked);
    }

    /** Somebody waits for the end, to hear of it or to start the server again. */
    boolean isAwaited() {
        return ended.getNumberOfDependents() > 0;
    }

    /** Completes when nothing is left of the activation; fails when its final state could not be stored. */
    CompletionStage<Void> ended() {
        return ended;
    }

    /** The start failed: there is nothing to stop. */
    void neverStarted() {
        ended.complete(null);
    }

    /**
     * Stops in good order; any thread.
     *
     * @param chain the servers that wait for it, outermost first
     */
    CompletionStage<Void> request(StopReason why, List<String> chain) {
        activation.signalBetweenTurns(() -> begin(why, null, chain));
        return ended;
    }

    /**
     * Stops in good order.
     *
     * @param answer leaves after the final write
     * @param chain the servers that wait for it, outermost first
     */
    void begin(StopReason why, @Nullable Output answer, List<String> chain) {
        if (activation.phase == Phase.LOST || activation.phase == Phase.STOPPED) {
            if (answer != null) {
                Outputs.fail(answer, over());
            }
            Loss.tell(activation);
            return;
        }
        if (answer != null) {
            answers.add(answer);
        }
        if (activation.phase == Phase.STOPPING) {
            return;
        }
        reason = why;
        waiting = chain;
        activation.cancelOpenTurn(over());
        activation.phase = Phase.STOPPING;
        terminating = true;
        try {
            callback("terminate", () -> terminateResult = activation.code().terminate(why, activation.state()));
        } finally {
            terminating = false;
        }
        resumeIfPending();
    }

    private DurableServerException over() {
        return finalFailure != null
                ? finalFailure
                : new NotAppliedException(Reason.STOPPED, "The server stopped", context());
    }

    /** Whether {@code terminate} runs: what it asks others must not leave before everything the server has is stored. */
    boolean isTerminating() {
        return terminating && activation.phase == Phase.STOPPING;
    }

    /** A callback on the way out, as a turn: what it sends leaves after the final write, and not at all when it throws. */
    private void callback(String what, Runnable body) {
        Turn turn = new Turn(activation, waiting);
        activation.inside.other();
        turn.enter();
        try {
            body.run();
        } catch (UserFailure failure) {
            Activation.LOG.error("{}: {} failed; the server stops all the same", activation.key, what, failure);
            drop(turn.outputs());
            return;
        } finally {
            turn.exit();
            activation.inside.other();
        }
        if (finalFailure != null) {
            Outputs.failAll(turn.outputs(), finalFailure);
            return;
        }
        for (Output output : turn.outputs()) {
            answers.add(new LeasedOutput(activation.node, activation.key, output));
        }
    }

    /** Goes on with a stop that waited for the write in flight. */
    void resumeIfPending() {
        if (activation.phase == Phase.STOPPING
                && !terminating
                && !activation.durability.isInFlight()
                && !finalWriteBegun) {
            finalWriteBegun = true;
            finalWrite();
        }
    }

    private void finalWrite() {
        ServerStatus status = Finality.status(Objects.requireNonNull(reason));
        byte[] bytes;
        try {
            bytes = status == ServerStatus.DELETING ? new byte[0] : activation.writes.encode();
        } catch (DurableServerException impossible) {
            Loss.lose(activation, impossible);
            return;
        }
        long started = activation.node.time().nanoTime();
        activation.durability.begin();
        activation.writes.write(status, bytes, () -> inTime(started), outcome -> {
            if (outcome instanceof Outcome.Stored && status == ServerStatus.DELETING) {
                // The tombstone is the delete, whatever becomes of its removal: the next start of the key replaces it.
                activation.writes.delete(() -> inTime(started), removed -> onFinal(outcome, status));
            } else {
                onFinal(outcome, status);
            }
        });
    }

    private boolean inTime(long started) {
        long now = activation.node.time().nanoTime();
        return activation.node.lease().isValid(now)
                && now - started < activation.node.config().timeouts().write().toNanos();
    }

    private void onFinal(Outcome outcome, ServerStatus status) {
        activation.signal(() -> {
            if (activation.phase == Phase.STOPPED) {
                return;
            }
            if (outcome instanceof Outcome.Stored) {
                finallyStored = true;
                activation.durability.written();
                StopReason why = Objects.requireNonNull(reason);
                if (!(why instanceof StopReason.Failure)) {
                    StopInfo info = new StopInfo(activation.key, why, status);
                    callback("afterTerminate", () -> activation.code().afterTerminate(terminateResult, info));
                }
                if (activation.phase != Phase.STOPPED) {
                    end(null);
                }
            } else {
                activation.durability.abandoned();
                die(activation.writes.failure(outcome));
            }
        });
    }

    /** User code threw: the last good state is stored, unless nobody can tell what it is. */
    void crash(UserFailure failure, @Nullable ReplySink sink, List<String> chain) {
        Activation.LOG.warn("{}: the server crashed", activation.key, failure);
        crash(
                String.valueOf(failure.getMessage()),
                sink == null ? null : new FailureOutput(sink, failure.toCaller(activation.key)),
                chain);
    }

    /**
     * Stops after a turn that does not count.
     *
     * @param answer what its caller is told, after the last good state was stored
     */
    void crash(String why, @Nullable Output answer, List<String> chain) {
        if (activation.type.type().isMutableState() && activation.phase != Phase.STOPPED) {
            if (answer != null) {
                answers.add(answer);
            }
            die(new NotAppliedException(Reason.STOPPED, "The server crashed", context()));
        } else {
            begin(StopReason.error(why), answer, chain);
        }
    }

    /** What a failed turn wanted to send does not leave; whoever waits for it is told, after the answer of the turn. */
    void drop(List<Output> outputs) {
        DurableServerException error = new OutcomeUnknownException(
                OutcomeUnknownException.Reason.OWNER_LOST, "The turn that replied failed", context());
        for (Output output : outputs) {
            if (activation.phase == Phase.STOPPING) {
                answers.add(new Dropped(output, error));
            } else {
                Outputs.fail(output, error);
            }
        }
    }

    /** Why nothing may leave any more; null while it may, and after a stop in good order. */
    @Nullable
    DurableServerException finalFailure() {
        return finalFailure;
    }

    /** As {@link #fence}, on the server's own thread when it is free; from any thread. */
    CompletionStage<Optional<DurableServerException>> requestFence() {
        CompletableFuture<Optional<DurableServerException>> end = new CompletableFuture<>();
        activation.signal(() -> {
            try {
                end.complete(fence());
            } finally {
                end.complete(Optional.empty());
            }
        });
        return end;
    }

    /**
     * The lease is over: nothing may be served or stored. What was in flight is unknown. Returns why the last state is not
     * stored; empty when it is.
     */
    Optional<DurableServerException> fence() {
        if (activation.phase == Phase.STOPPED) {
            return Optional.empty();
        }
        boolean isStored = !activation.durability.isDirty() && !activation.durability.isInFlight();
        DurableServerException why = finalFailure; // of a state that could not be stored before
        if (why == null && !isStored) {
            Activation.LOG.error("{}: fenced; what changed since the last write is lost", activation.key);
        }
        DurableServerException fenced = new OutcomeUnknownException(
                OutcomeUnknownException.Reason.OWNER_LOST, "The owner's lease ran out", context());
        die(fenced);
        return why != null ? Optional.of(why) : isStored ? Optional.empty() : Optional.of(fenced);
    }

    /** Stops at once without storing; whoever waits gets this error. */
    void die(DurableServerException error) {
        if (activation.phase == Phase.STOPPED) {
            return;
        }
        Activation.LOG.warn("{}: stops without storing: {}", activation.key, error.getMessage());
        giveUp(error);
        end(error);
    }

    /** Nothing may leave any more; what waited for the store or the stop is told. False when nothing waited for the store. */
    boolean giveUp(DurableServerException error) {
        finalFailure = error;
        activation.cancelOpenTurn(error);
        boolean told = activation.durability.failAll(whileWriting(error));
        Outputs.failAll(answers, error);
        answers.clear();
        return told;
    }

    /**
     * The runtime failed. An immutable state is stored as after a crash, and a stop goes on where it was; when that fails as
     * well, the server just ends.
     */
    void defect(Throwable defect) {
        Thrown copy = Thrown.of(defect);
        Activation.LOG.error("{}: the server failed", activation.key, copy);
        DurableServerException error = new NotAppliedException(Reason.STOPPED, "The server failed", context(), copy);
        boolean known = !activation.type.type().isMutableState() && ++defects <= MOST_DEFECTS;
        try {
            if (known && activation.phase == Phase.RUNNING) {
                begin(StopReason.error("The server failed: " + copy.getMessage()), null, List.of());
            } else if (known && activation.phase == Phase.STOPPING && !finallyStored) {
                finalWriteBegun &= activation.durability.isInFlight();
                resumeIfPending();
            } else if (activation.phase == Phase.STOPPING && finallyStored) {
                end(null);
            } else {
                die(error);
            }
        } catch (RuntimeException | Error again) {
            Activation.LOG.error("{}: the server failed while it stopped", activation.key, Thrown.of(again));
            die(error);
        }
    }

    /** What waits for a write that is still in flight may be stored after all, whatever ended the server (P2). */
    private DurableServerException whileWriting(DurableServerException error) {
        return activation.durability.isInFlight() && error instanceof NotAppliedException
                ? new OutcomeUnknownException(
                        OutcomeUnknownException.Reason.AMBIGUOUS_WRITE,
                        "The server stopped while its state was being stored",
                        context(),
                        error)
                : error;
    }

    void end(@Nullable DurableServerException error) {
        activation.phase = Phase.STOPPED;
        activation.release();
        terminateResult = null;
        activation.mail.turnAway(activation.key);
        activation.unpublish().whenComplete((done, failure) -> {
            if (failure != null) {
                Activation.LOG.debug("{}: the directory entry could not be removed", activation.key, failure);
            }
            activation.node.ended(activation);
            // Only now: who hears of the stop and starts the server again must not find its directory entry.
            if (error == null) {
                answers.forEach(Outputs::emit);
            } else {
                Outputs.failAll(answers, error);
            }
            answers.clear();
            // After the answers user code gave on the way out, which are signals too.
            if (!activation.openReplies.isEmpty()) {
                activation.signal(() -> activation.openReplies.endAll(unanswered()));
            }
            if (finalFailure == null) {
                ended.complete(null);
            } else {
                ended.completeExceptionally(finalFailure);
            }
        });
    }

    /** For callers that are answered later: their turns ran, and may be stored. */
    DurableServerException unanswered() {
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.OWNER_LOST, "The server stopped before it answered", context());
    }

    private Map<String, String> context() {
        return Map.of("key", activation.key);
    }
}
