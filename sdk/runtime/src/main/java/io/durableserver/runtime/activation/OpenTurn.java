package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.Next;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.OutcomeUnknownException.Reason;
import io.durableserver.Registration;
import io.durableserver.RejectedException;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.mailbox.ReplySink;
import io.durableserver.runtime.turn.Outputs;
import io.durableserver.runtime.turn.Slot;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.UserCode;
import io.durableserver.runtime.turn.UserFailure;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A turn whose result comes later: its handler has returned a stage, and until that ends no other turn of the server runs.
 * It holds no thread. What user code chains on its stages comes back as parts of the turn, on the server's own thread.
 *
 * <p>Parts and the end of the stage come from any thread; everything else is on the server's own.
 */
final class OpenTurn<S> implements Turn.Parts {
    /** How the stage ended. */
    private record Result(@Nullable Object value, @Nullable Throwable failure) {}

    private final Activation<S> activation;
    private final Envelope envelope;
    private final Turn turn;
    private final Slot slot;
    private final long sinceNanos;
    private final PartQueue parts = new PartQueue();
    private final AtomicReference<@Nullable Result> result = new AtomicReference<>();
    private @Nullable UserCode<S> code;
    private @Nullable CompletionStage<?> stage;
    private @Nullable Registration limit;
    private volatile @Nullable Thread waiter;
    /** Set once the thread that began the turn has left it: from then on the end of the stage must call the server. */
    private volatile boolean isLeft;
    /** How often it was told to be slow; the watch's own. */
    int told;

    OpenTurn(Activation<S> activation, Envelope envelope, Turn turn, Slot slot) {
        this.activation = activation;
        this.envelope = envelope;
        this.turn = turn;
        this.slot = slot;
        this.sinceNanos = activation.node.time().nanoTime();
        turn.opens(this);
    }

    Slot slot() {
        return slot;
    }

    /** When the turn began. */
    long sinceNanos() {
        return sinceNanos;
    }

    /** Runs the handler. Inside the turn. */
    void begin(UserCode<S> by, Object message) {
        code = by;
        try {
            CompletionStage<? extends Next<S>> returned = by.open(slot, activation.state(), message);
            stage = returned;
            by.follow(slot, returned, this::ended);
        } catch (RejectedException | UserFailure failure) {
            ended(null, failure);
        }
    }

    private void ended(@Nullable Object value, @Nullable Throwable failure) {
        if (result.compareAndSet(null, new Result(value, failure)) && isLeft) {
            activation.signalBetweenParts(this::conclude);
        }
    }

    /** The handler has returned: goes on at once when the result is there, else the turn stays open. */
    void leave() {
        if (result.get() != null) {
            conclude();
            return;
        }
        long deadline = activation.type.type().turnDeadline().toNanos();
        long left = deadline - (activation.node.time().nanoTime() - sinceNanos);
        activation.opened(this);
        limit = activation
                .node
                .scheduler()
                .schedule(
                        Duration.ofNanos(Math.max(0, left)),
                        () -> activation.signalBetweenParts(
                                () -> abandon("The turn was open for longer than its deadline and was abandoned")));
        isLeft = true;
        if (result.get() != null) {
            conclude(); // it came just before
        }
    }

    /** The stage has ended: its result is that of the turn. */
    private void conclude() {
        Result end = result.get();
        if (end == null || parts.isClosed()) {
            return;
        }
        if (isLeft && !activation.node.mayServe()) {
            activation.stopping().fence(); // which cancels this
            return;
        }
        close();
        try {
            conclude(end);
        } catch (RuntimeException | Error defect) {
            Turns.tellOfDefect(activation, envelope, turn, defect);
            throw defect;
        }
    }

    private void conclude(Result end) {
        Next<S> next;
        try {
            next = Objects.requireNonNull(code).result(slot, end.value(), end.failure());
            TurnResults.check(activation, next);
        } catch (RejectedException refused) {
            TurnResults.rejected(activation, envelope, turn, null, refused);
            return;
        } catch (UserFailure failure) {
            TurnResults.failed(activation, envelope, turn, null, failure);
            return;
        }
        TurnResults.succeeded(activation, envelope, turn, slot, null, next);
    }

    /** Nothing of the turn counts; its caller is told so, and the server goes on with the state before it. */
    void abandon(String why) {
        if (parts.isClosed()) {
            return;
        }
        close();
        cancelStage();
        OutcomeUnknownException unknown = new OutcomeUnknownException(
                Reason.DEADLINE,
                why,
                Map.of(
                        "key",
                        activation.key,
                        "message",
                        slot.wireName(),
                        "option",
                        "type.turnDeadline",
                        "value",
                        activation.type.type().turnDeadline(),
                        "openMillis",
                        (activation.node.time().nanoTime() - sinceNanos) / 1_000_000));
        Activation.LOG.warn("{}: {}", activation.key, unknown.getMessage());
        TurnResults.abandoned(activation, envelope, turn, unknown);
    }

    /** The server ends in the middle of the turn. */
    void cancel(DurableServerException error) {
        if (parts.isClosed()) {
            return;
        }
        close();
        cancelStage();
        DurableServerException unknown = error instanceof OutcomeUnknownException
                ? error
                : new OutcomeUnknownException(
                        Reason.OWNER_LOST,
                        "The server stopped in the middle of the turn",
                        Map.of("key", activation.key, "message", slot.wireName()),
                        error);
        Outputs.failAll(turn.outputs(), unknown);
        ReplySink sink = envelope.sink();
        if (sink != null) {
            Outputs.fail(new FailureOutput(sink, unknown), unknown);
        }
    }

    private void close() {
        if (limit != null) {
            limit.close();
        }
        activation.closed();
        parts.close().forEach(this::runApart);
    }

    /** Apart from the server: what the application chained on its stage is its own code. */
    private void cancelStage() {
        CompletionStage<?> left = stage;
        if (left != null) {
            runApart(() -> cancel(left));
        }
    }

    private static void cancel(CompletionStage<?> left) {
        try {
            left.toCompletableFuture().cancel(true);
        } catch (UnsupportedOperationException cannot) {
            Activation.LOG.debug("A stage of an open turn cannot be cancelled: {}", left.getClass());
        }
    }

    // Parts.

    @Override
    public void execute(Runnable part) {
        if (!parts.add(part)) {
            runApart(part);
            return;
        }
        Thread waiting = waiter;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        } else {
            activation.wakeIfWork();
        }
    }

    /** The turn is over: what is left of it runs outside, and may not ask anybody anything. */
    private void runApart(Runnable part) {
        UserCode<S> by = Objects.requireNonNull(code);
        activation.node.scheduler().turnStages().execute(() -> {
            try {
                by.afterTurn(slot, activation.key, part);
            } catch (UserFailure failure) {
                Activation.LOG.warn("{}: what an ended turn left behind failed", activation.key, failure);
            }
        });
    }

    boolean hasParts() {
        return !parts.isEmpty();
    }

    /** Runs the next part; false when there is none. As a turn, a part begins only while the lease holds (P4). */
    boolean runPart() {
        if (parts.isEmpty()) {
            return false;
        }
        if (!activation.node.mayServe()) {
            activation.stopping().fence(); // which cancels this
            return false;
        }
        Runnable part = parts.poll();
        if (part == null) {
            return false;
        }
        activation.inside.turn(slot, activation.node.time().nanoTime());
        turn.enter();
        try {
            run(part);
        } finally {
            turn.exit();
            activation.inside.other();
        }
        return true;
    }

    private void run(Runnable part) {
        try {
            Objects.requireNonNull(code).part(slot, part);
        } catch (UserFailure failure) {
            Activation.LOG.warn("{}: a part of a turn failed; the turn stays open", activation.key, failure);
        }
    }

    @Override
    public long runUntil(CompletableFuture<?> end, long nanos) throws InterruptedException {
        long deadlineNanos = activation.node.time().nanoTime() + nanos;
        Thread me = Thread.currentThread();
        waiter = me;
        try {
            CompletableFuture<?> wakes = end.whenComplete((value, failure) -> LockSupport.unpark(me));
            while (!wakes.isDone()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                Runnable part = parts.poll();
                long left = deadlineNanos - activation.node.time().nanoTime();
                if (part != null) {
                    run(part);
                } else if (left <= 0) {
                    return 0;
                } else {
                    LockSupport.parkNanos(this, left);
                }
            }
            return Math.max(0, deadlineNanos - activation.node.time().nanoTime());
        } finally {
            waiter = null;
        }
    }
}
