package io.durableserver.runtime.activation;

import io.durableserver.ConfigurationException;
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
import io.durableserver.runtime.turn.UserFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * How an activation ends (P6): in good order, with a final write and the answers after it; or at once, when its memory
 * must not be served any longer. Runs on the server's own thread, except the ends of writes.
 */
final class Stopping<S> {
    private final Activation<S> activation;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final List<Output> answers = new ArrayList<>(0);
    private @Nullable StopReason reason;
    private @Nullable Object terminateResult;
    private boolean finalWriteBegun;
    private @Nullable DurableServerException finalFailure;

    Stopping(Activation<S> activation) {
        this.activation = activation;
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
     * @param waiting the servers that wait for it, outermost first
     */
    CompletionStage<Void> request(StopReason why, List<String> waiting) {
        activation.signalBetweenTurns(() -> begin(why, null));
        return ended;
    }

    /**
     * Stops in good order.
     *
     * @param answer leaves after the final write
     */
    void begin(StopReason why, @Nullable Output answer) {
        if (activation.phase == Phase.STOPPED) {
            if (answer != null) {
                answer.fail(new NotAppliedException(Reason.STOPPED, "The server stopped", context()));
            }
            return;
        }
        if (answer != null) {
            answers.add(answer);
        }
        if (activation.phase == Phase.STOPPING) {
            return;
        }
        reason = why;
        activation.phase = Phase.STOPPING;
        try {
            terminateResult = activation.code().terminate(why, activation.state());
        } catch (UserFailure failure) {
            Activation.LOG.error("{}: terminate failed; the server stops all the same", activation.key, failure);
        }
        resumeIfPending();
    }

    /** Goes on with a stop that waited for the write in flight. */
    void resumeIfPending() {
        if (activation.phase == Phase.STOPPING && !activation.durability.isInFlight() && !finalWriteBegun) {
            finalWriteBegun = true;
            finalWrite();
        }
    }

    private void finalWrite() {
        StopReason why = Objects.requireNonNull(reason);
        ServerStatus status = finalStatus(why);
        byte[] bytes;
        try {
            bytes = status == ServerStatus.DELETING
                    ? new byte[0]
                    : activation.type.encode(activation.key, activation.code(), activation.state());
        } catch (UserFailure failure) {
            die(failure.toCaller(activation.key));
            return;
        } catch (NotAppliedException | ConfigurationException impossible) {
            die(impossible);
            return;
        }
        activation.durability.begin();
        long started = activation.node.time().nanoTime();
        activation.writes.write(status, bytes, () -> inTime(started), outcome -> {
            if (outcome instanceof Outcome.Stored && status == ServerStatus.DELETING) {
                activation.writes.delete(() -> inTime(started), removed -> onFinal(removed, status));
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

    private static ServerStatus finalStatus(StopReason why) {
        if (why instanceof StopReason.Permanent) {
            return ServerStatus.STOPPED_PERMANENT;
        }
        if (why instanceof StopReason.Delete) {
            return ServerStatus.DELETING;
        }
        return why instanceof StopReason.Failure ? ServerStatus.CRASHED : ServerStatus.STOPPED_GRACEFUL;
    }

    private void onFinal(Outcome outcome, ServerStatus status) {
        activation.signal(() -> {
            if (outcome instanceof Outcome.Stored) {
                activation.durability.written();
                StopReason why = Objects.requireNonNull(reason);
                if (!(why instanceof StopReason.Failure)) {
                    try {
                        activation.code().afterTerminate(terminateResult, new StopInfo(activation.key, why, status));
                    } catch (UserFailure failure) {
                        Activation.LOG.error("{}: afterTerminate failed", activation.key, failure);
                    }
                }
                end(null);
            } else {
                activation.durability.abandoned();
                die(activation.writes.failure(outcome));
            }
        });
    }

    /** User code threw: the last good state is stored, unless nobody can tell what it is. */
    void crash(UserFailure failure, @Nullable ReplySink sink) {
        Activation.LOG.warn("{}: the server crashed", activation.key, failure);
        Output answer = sink == null ? null : new FailureOutput(sink, failure.toCaller(activation.key));
        if (activation.type.type().isMutableState()) {
            if (answer != null) {
                answers.add(answer);
            }
            die(new NotAppliedException(Reason.STOPPED, "The server crashed", context()));
        } else {
            begin(StopReason.error(String.valueOf(failure.getMessage())), answer);
        }
    }

    /** What a failed turn wanted to send does not leave; whoever waits for it is told, after the answer of the turn. */
    void drop(List<Output> outputs) {
        DurableServerException error = new OutcomeUnknownException(
                OutcomeUnknownException.Reason.OWNER_LOST, "The turn that replied failed", context());
        for (Output output : outputs) {
            if (activation.phase == Phase.STOPPED) {
                output.fail(error);
            } else {
                answers.add(new Output() {
                    @Override
                    public void emit() {
                        output.fail(error);
                    }

                    @Override
                    public void fail(DurableServerException stronger) {
                        output.fail(error);
                    }
                });
            }
        }
    }

    /** Why nothing may leave any more; null while it may, and after a stop in good order. */
    @Nullable
    DurableServerException finalFailure() {
        return finalFailure;
    }

    /** The lease is over: nothing may be served or stored. What was in flight is unknown. */
    void fence() {
        if (activation.phase != Phase.STOPPED) {
            die(new OutcomeUnknownException(
                    OutcomeUnknownException.Reason.OWNER_LOST, "The owner's lease ran out", context()));
        }
    }

    /** Stops at once without storing; whoever waits gets this error. */
    void die(DurableServerException error) {
        if (activation.phase == Phase.STOPPED) {
            return;
        }
        Activation.LOG.warn("{}: stops without storing: {}", activation.key, error.getMessage());
        finalFailure = error;
        activation.durability.failAll(whileWriting(error));
        end(error);
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

    private void end(@Nullable DurableServerException error) {
        activation.phase = Phase.STOPPED;
        activation.node.background().forget(activation);
        activation.turnAway();
        activation.unpublish().whenComplete((done, failure) -> {
            if (failure != null) {
                Activation.LOG.warn("{}: the directory entry could not be removed", activation.key, failure);
            }
            activation.node.ended(activation);
            // Only now: who hears of the stop and starts the server again must not find its directory entry.
            if (error == null) {
                answers.forEach(Output::emit);
            } else {
                answers.forEach(answer -> answer.fail(error));
            }
            // After the answers user code gave on the way out, which are signals too.
            if (activation.hasOpenReplies()) {
                activation.signal(() -> activation.openReplies().endAll(unanswered()));
            }
            if (finalFailure == null) {
                ended.complete(null);
            } else {
                ended.completeExceptionally(finalFailure);
            }
        });
    }

    /** For callers that are answered later: their turns ran, and may be stored. */
    private DurableServerException unanswered() {
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.OWNER_LOST, "The server stopped before it answered", context());
    }

    private Map<String, String> context() {
        return Map.of("key", activation.key);
    }
}
