package io.durableserver.runtime.activation;

import io.durableserver.NotAppliedException;
import io.durableserver.Registration;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.UserCode;
import io.durableserver.runtime.turn.UserFailure;
import io.durableserver.runtime.type.Slot;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The further parts of a turn that stays open: they come from any thread, and run on the server's own, one after another, as parts of
 * the same turn. Once the turn is over, what is left of them runs apart from it.
 */
final class TurnParts<S> implements Turn.Parts {
    private final ServerState<S> server;
    private final ServerThread thread;
    private final Ends ends;
    private final Turn turn;
    private final Slot slot;
    private final UserCode<S> code;
    private final PartQueue queue = new PartQueue();
    private final AfterTurn after;
    private volatile @Nullable Thread waiter;

    TurnParts(ServerState<S> server, ServerThread thread, Ends ends, Turn turn, Slot slot, UserCode<S> code) {
        this.server = server;
        this.thread = thread;
        this.ends = ends;
        this.turn = turn;
        this.slot = slot;
        this.code = code;
        this.after = new AfterTurn(server.node.scheduler().turnStages());
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    boolean isClosed() {
        return queue.isClosed();
    }

    /** The turn is over. The parts that are left run apart from it, each after the one before. */
    void close() {
        after.begin(queue.close().stream().map(this::apart).toList());
    }

    /** As {@link #close()}; they run after this, which gives them up. */
    void close(Runnable givesUp) {
        after.begin(Stream.concat(Stream.of(givesUp), queue.close().stream())
                .map(this::apart)
                .toList());
    }

    @Override
    public void execute(Runnable part) {
        if (!queue.add(part)) {
            after.add(apart(part));
            return;
        }
        Thread waiting = waiter;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        } else {
            thread.entrance().wakeIfWork();
        }
    }

    @Override
    public Executor forApplication() {
        int bound = server.node.config().limits().mailboxCapacity();
        return part -> {
            if (queue.size() >= bound) {
                throw new RejectedExecutionException("As many parts wait as the mailbox of " + server.key
                        + " may have messages (limits.mailboxCapacity): " + bound);
            }
            execute(part);
        };
    }

    @Override
    public Registration executeAfter(Duration delay, Runnable part) {
        return server.node.scheduler().schedule(delay, () -> execute(part));
    }

    /** A part that runs outside of the turn, where it may make no calls. */
    private Runnable apart(Runnable part) {
        return () -> {
            try {
                code.afterTurn(slot, server.key, part);
            } catch (UserFailure failure) {
                server.facts().partFailed(failure);
            }
        };
    }

    /**
     * Runs the next part; false when there is none. As a turn, a part begins only while the lease holds (P4). The server's own
     * thread.
     */
    boolean runNext() {
        if (queue.isEmpty()) {
            return false;
        }
        if (!server.node.mayServe()) {
            ends.fence(); // which cancels the turn
            return false;
        }
        Runnable part = queue.poll();
        if (part == null) {
            return false;
        }
        thread.inside().turn(slot, server.node.time().nanoTime());
        turn.enter();
        try {
            run(() -> code.part(slot, part));
        } finally {
            turn.exit();
            thread.inside().other();
            if (queue.isClosed()) {
                // The server ended while this part waited; what it made after that goes nowhere.
                server.outputs.failAll(turn.outputs(), ends.over());
            }
        }
        return true;
    }

    private void run(Runnable step) {
        try {
            step.run();
        } catch (UserFailure failure) {
            server.facts().partFailed(failure);
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
                Runnable part = queue.poll();
                if (part != null) {
                    run(() -> code.partWithin(slot, part)); // in the middle of another part, which waits for it
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
}
