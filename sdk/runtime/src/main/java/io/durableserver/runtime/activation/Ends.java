package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.server.Phase;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.sync.Output;
import io.durableserver.spi.ServerEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The end of one server, and those that are told of it: the waits for its store, for its answers, for a turn that is open, and for the
 * end itself. Runs on the server's own thread.
 *
 * <p>A state that can never be stored ends a server too. Going on would acknowledge what is lost already; and callers who were
 * told of a change since the last write must not find it gone without a word. So unless a waiting caller gets the error now, the server
 * stays, without its state, until the next message or start comes and gets the error.
 */
public final class Ends {
    /** What ends with the server. */
    interface Scope {
        /** Lets go of everything the application made. */
        void release();

        /** Takes the server out of the directory. */
        CompletionStage<Void> unpublish();

        /** The server is no more. */
        void ended();
    }

    private final ServerState<?> server;
    private final ServerThread thread;
    private final Mail mail;
    private final OpenReplies openReplies;
    private final Scope scope;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    /** What leaves after the last write: the answers of those that asked for the stop, and what the callbacks sent. */
    private final List<Output> answers = new ArrayList<>(0);

    private @Nullable DurableServerException failure;

    public Ends(ServerState<?> server, ServerThread thread, Mail mail, OpenReplies openReplies, Scope scope) {
        this.server = server;
        this.thread = thread;
        this.mail = mail;
        this.openReplies = openReplies;
        this.scope = scope;
    }

    /** Completes when nothing is left of the server; fails when its last state could not be stored. Any thread. */
    CompletionStage<Void> end() {
        return end;
    }

    /** The start failed: there is nothing to end. */
    void neverStarted() {
        end.complete(null);
    }

    /** Why nothing may leave any more; null while it may, and after a stop in good order. */
    @Nullable
    DurableServerException failure() {
        return failure;
    }

    /** The error of what comes too late. */
    DurableServerException over() {
        return failure != null
                ? failure
                : new NotAppliedException(Reason.STOPPED, "The server stopped", server.named());
    }

    /** Leaves after the last write. */
    void answer(Output output) {
        answers.add(output);
    }

    /**
     * The lease is over: nothing may be served or stored. What was in flight is unknown. Returns why the last state is not
     * stored; empty when it is.
     */
    Optional<DurableServerException> fence() {
        if (server.steps.isStopped()) {
            return Optional.empty();
        }
        boolean isStored = !server.durability.isDirty() && !server.durability.isInFlight();
        DurableServerException why = failure; // of a state that could not be stored before
        if (why == null) {
            server.facts().fenced(isStored);
        }
        DurableServerException fenced = new OutcomeUnknownException(
                OutcomeUnknownException.Reason.OWNER_LOST, "The owner's lease ran out", server.named());
        endNow(fenced);
        return why != null ? Optional.of(why) : isStored ? Optional.empty() : Optional.of(fenced);
    }

    /** Ends at once without storing; waiting callers get this error. */
    void abort(DurableServerException error) {
        if (server.steps.isStopped()) {
            return;
        }
        if (failure == null) {
            server.facts().aborted(error);
        }
        endNow(error);
    }

    private void endNow(DurableServerException error) {
        giveUp(error);
        end(error);
    }

    /** Nothing may leave any more; what waited for the store or the end is told. False when nothing waited for the store. */
    private boolean giveUp(DurableServerException error) {
        failure = error;
        thread.cancelOpenTurn(error);
        boolean told = server.durability.failAll(whileWriting(error));
        server.outputs.failAll(answers, error);
        answers.clear();
        return told;
    }

    /** What waits for a write that is still in flight may be stored after all, whatever ended the server (P2). */
    private DurableServerException whileWriting(DurableServerException error) {
        return server.durability.isInFlight() && error instanceof NotAppliedException
                ? new OutcomeUnknownException(
                        OutcomeUnknownException.Reason.AMBIGUOUS_WRITE,
                        "The server stopped while its state was being stored",
                        server.named(),
                        error)
                : error;
    }

    /** The state can never be stored. */
    void lose(DurableServerException error) {
        if (server.steps.isStoppingInOrder()) {
            abort(error); // the caller that asked for the stop gets it
            return;
        }
        if (!server.steps.losesState()) {
            return;
        }
        server.facts().stateLost(error);
        boolean told = giveUp(error);
        told |= openReplies.endAll(unanswered());
        told |= mail.tell(error);
        told |= end.getNumberOfDependents() > 0; // to hear of the end, or to start the server again
        scope.release();
        if (told) {
            end(error);
        }
    }

    /** Messages came to a server that lost its state: it ends when a caller was told; a cast has none. */
    void tellMailOfLoss() {
        tellOfLoss(false);
    }

    /** A caller came to a server that lost its state, and gets the error: with that the server ends. */
    void tellOfLoss() {
        tellOfLoss(true);
    }

    private void tellOfLoss(boolean callerIsTold) {
        if (server.phase() == Phase.LOST && failure != null) {
            boolean callers = mail.tell(failure);
            if (callers || callerIsTold) {
                end(failure);
            }
        }
    }

    /** Ends; with null, after the last state was stored. */
    void end(@Nullable DurableServerException error) {
        server.steps.ended();
        scope.release();
        mail.turnAway();
        scope.unpublish().whenComplete((done, defect) -> {
            if (defect != null) {
                server.facts().tell(new ServerEvent.EntryLeft(server.key, server.type.name(), defect));
            }
            scope.ended();
            // Only now: a caller that hears of the stop and starts the server again must not find its directory entry.
            if (error == null) {
                answers.forEach(server.outputs::emit);
            } else {
                server.outputs.failAll(answers, error);
            }
            answers.clear();
            // After the answers user code gave on the way out, which are signals too.
            if (!openReplies.isEmpty()) {
                thread.signal(() -> openReplies.endAll(unanswered()));
            }
            if (failure == null) {
                end.complete(null);
            } else {
                end.completeExceptionally(failure);
            }
        });
    }

    /** The error of callers that are answered later: their turns ran, and may be stored. */
    private DurableServerException unanswered() {
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.OWNER_LOST, "The server stopped before it answered", server.named());
    }
}
