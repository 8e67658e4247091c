package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
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
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A turn whose result comes later: its handler has returned a stage, and until that ends no other turn of the server runs.
 * It holds no thread. What user code chains on its stages comes back as parts of the turn, on the server's own thread.
 *
 * <p>Parts and the end of the stage come from any thread; everything else is on the server's own.
 */
final class OpenTurn<S> implements Turn.Parts, UnfinishedTurn {
    /** How the stage ended. */
    private record Result(@Nullable Object value, @Nullable Throwable failure) {}

    private final ServerState<S> server;
    private final ServerThread thread;
    private final Ends ends;
    private final TurnResults<S> results;
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

    private int told;

    OpenTurn(
            ServerState<S> server,
            ServerThread thread,
            Ends ends,
            TurnResults<S> results,
            Envelope envelope,
            Turn turn,
            Slot slot) {
        this.server = server;
        this.thread = thread;
        this.ends = ends;
        this.results = results;
        this.envelope = envelope;
        this.turn = turn;
        this.slot = slot;
        this.sinceNanos = server.node.time().nanoTime();
        turn.opens(this);
    }

    @Override
    public Slot slot() {
        return slot;
    }

    @Override
    public long sinceNanos() {
        return sinceNanos;
    }

    @Override
    public int told() {
        return told;
    }

    @Override
    public void toldAgain() {
        told++;
    }

    /** Runs the handler. Inside the turn. */
    void begin(UserCode<S> by, Object message) {
        code = by;
        try {
            CompletionStage<? extends Next<S>> returned = by.open(slot, server.state(), message);
            stage = returned;
            by.follow(slot, returned, this::ended);
        } catch (RejectedException | UserFailure failure) {
            ended(null, failure);
        }
    }

    private void ended(@Nullable Object value, @Nullable Throwable failure) {
        if (result.compareAndSet(null, new Result(value, failure)) && isLeft) {
            thread.signalBetweenParts(this::conclude);
        }
    }

    /** The handler has returned: goes on at once when the result is there, else the turn stays open. */
    void leave() {
        if (result.get() != null) {
            conclude();
            return;
        }
        if (!server.isRunning()) {
            cancel(ends.over()); // it ended while the handler waited for its store
            ends.tellOfLoss();
            return;
        }
        long deadline = server.type.type().turnDeadline().toNanos();
        long left = deadline - (server.node.time().nanoTime() - sinceNanos);
        thread.opened(this);
        limit = server.node
                .scheduler()
                .schedule(
                        Duration.ofNanos(Math.max(0, left)),
                        () -> thread.signalBetweenParts(
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
        if (isLeft && !server.node.mayServe()) {
            ends.fence(); // which cancels this
            return;
        }
        close();
        try {
            conclude(end);
        } catch (RuntimeException | Error defect) {
            results.tellOfDefect(envelope, turn, defect);
            throw defect;
        }
    }

    private void conclude(Result end) {
        Next<S> next;
        try {
            next = Objects.requireNonNull(code).result(slot, end.value(), end.failure());
            results.check(next);
        } catch (RejectedException refused) {
            results.rejected(envelope, turn, null, refused);
            return;
        } catch (UserFailure failure) {
            results.failed(envelope, turn, null, failure);
            return;
        }
        results.succeeded(envelope, turn, slot, null, next);
    }

    @Override
    public void abandon(String why) {
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
                        server.key,
                        "message",
                        slot.wireName(),
                        "option",
                        "type.turnDeadline",
                        "value",
                        server.type.type().turnDeadline(),
                        "openMillis",
                        (server.node.time().nanoTime() - sinceNanos) / 1_000_000));
        ServerLog.LOG.warn("{}: {}", server.key, unknown.getMessage());
        results.abandoned(envelope, turn, unknown);
    }

    @Override
    public void cancel(DurableServerException error) {
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
                        Map.of("key", server.key, "message", slot.wireName()),
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
        thread.closed();
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
            ServerLog.LOG.debug("A stage of an open turn cannot be cancelled: {}", left.getClass());
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
            thread.entrance().wakeIfWork();
        }
    }

    /** The turn is over: what is left of it runs outside, and may not ask anybody anything. */
    private void runApart(Runnable part) {
        UserCode<S> by = Objects.requireNonNull(code);
        try {
            server.node.scheduler().turnStages().execute(() -> {
                try {
                    by.afterTurn(slot, server.key, part);
                } catch (UserFailure failure) {
                    ServerLog.LOG.warn("{}: what an ended turn left behind failed", server.key, failure);
                }
            });
        } catch (RejectedExecutionException closed) {
            ServerLog.LOG.debug("{}: the node is closed: what a turn left behind does not run", server.key, closed);
        }
    }

    @Override
    public boolean hasParts() {
        return !parts.isEmpty();
    }

    /** As a turn, a part begins only while the lease holds (P4). */
    @Override
    public boolean runPart() {
        if (parts.isEmpty()) {
            return false;
        }
        if (!server.node.mayServe()) {
            ends.fence(); // which cancels this
            return false;
        }
        Runnable part = parts.poll();
        if (part == null) {
            return false;
        }
        thread.inside().turn(slot, server.node.time().nanoTime());
        turn.enter();
        try {
            run(part);
        } finally {
            turn.exit();
            thread.inside().other();
            if (parts.isClosed()) {
                // The server ended while this part waited; what it made after that goes nowhere.
                Outputs.failAll(turn.outputs(), ends.over());
            }
        }
        return true;
    }

    private void run(Runnable part) {
        try {
            Objects.requireNonNull(code).part(slot, part);
        } catch (UserFailure failure) {
            ServerLog.LOG.warn("{}: a part of a turn failed; the turn stays open", server.key, failure);
        }
    }

    @Override
    public long runUntil(CompletableFuture<?> end, long nanos) throws InterruptedException {
        long deadlineNanos = server.node.time().nanoTime() + nanos;
        Thread me = Thread.currentThread();
        Thread outer = waiter; // a part that runs in here may wait as well
        waiter = me;
        CompletableFuture<?> wakes = end.whenComplete((value, failure) -> LockSupport.unpark(me));
        try {
            // Not for the stage that wakes: it ends after it has woken.
            while (!end.isDone()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                long left = deadlineNanos - server.node.time().nanoTime();
                if (left <= 0) {
                    return 0;
                }
                mayGoOn();
                Runnable part = parts.poll();
                if (part != null) {
                    runWithin(part);
                } else if (!end.isDone()) {
                    LockSupport.parkNanos(this, left);
                }
            }
            return Math.max(0, deadlineNanos - server.node.time().nanoTime());
        } finally {
            wakes.cancel(false);
            waiter = outer;
        }
    }

    private void mayGoOn() {
        if (!server.node.mayServe()) {
            throw new NotAppliedException(
                    NotAppliedException.Reason.FENCED,
                    "The lease of the calling server ran out while it waited",
                    server.named());
        }
    }

    /** In the middle of another part, which waits for it. */
    private void runWithin(Runnable part) {
        try {
            Objects.requireNonNull(code).partWithin(slot, part);
        } catch (UserFailure failure) {
            ServerLog.LOG.warn("{}: a part of a turn failed; the turn stays open", server.key, failure);
        }
    }

    @Override
    public Executor forApplication() {
        int bound = server.node.config().limits().mailboxCapacity();
        return part -> {
            if (parts.size() >= bound) {
                throw new RejectedExecutionException("As many parts wait as the mailbox of " + server.key
                        + " may have messages (limits.mailboxCapacity): " + bound);
            }
            execute(part);
        };
    }
}
