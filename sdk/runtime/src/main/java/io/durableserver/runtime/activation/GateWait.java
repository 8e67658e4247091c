package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.sync.Demand;
import io.durableserver.runtime.turn.Output;
import io.durableserver.runtime.turn.Outputs;
import io.durableserver.runtime.turn.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How what a running turn asks of others waits for the writes of the turns before it (P3). The runtime's own work goes on meanwhile on the server's
 * thread; what must not come into the middle of a turn is put off until the wait is over.
 */
final class GateWait {
    private final Activation<?> activation;
    private volatile @Nullable Thread waiter;
    private List<Runnable> postponed = List.of();

    GateWait(Activation<?> activation) {
        this.activation = activation;
    }

    /** Wakes the thread that waits; false when none does. Any thread. */
    boolean wake() {
        Thread waiting = waiter;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
        return waiting != null;
    }

    /** Runs a task now, or after the turn that waits or is open. The server's own thread. */
    void between(Runnable task) {
        if (waiter == null && activation.open() == null) {
            task.run();
        } else {
            postpone(() -> between(task));
        }
    }

    /** Runs a task now, or after the part of a turn that waits. The server's own thread. */
    void betweenParts(Runnable task) {
        if (waiter == null) {
            task.run();
        } else {
            postpone(() -> betweenParts(task));
        }
    }

    private void postpone(Runnable again) {
        postponed = postponed.isEmpty() ? new ArrayList<>() : postponed;
        postponed.add(again);
    }

    /** What was put off may be possible now. The server's own thread. */
    void release() {
        List<Runnable> due = postponed;
        postponed = List.of();
        due.forEach(activation::signal);
    }

    /** Lets something out of a turn once the turns before it are stored. The server's own thread. */
    void leave(Output output) {
        DurableServerException died = activation.stopping().finalFailure();
        if (died != null) {
            Outputs.fail(output, died);
            return;
        }
        storeFirst();
        activation.durability.leave(activation.durability.gate(), output);
        if (activation.stopping().isTerminating()) {
            activation.writes.beginIfWanted();
        }
    }

    /** What {@code terminate} asks of others tells of the end: all the server has must be stored before that leaves. */
    private void storeFirst() {
        if (activation.stopping().isTerminating()) {
            activation.durability.turnDone(false, Demand.STRICT);
        }
    }

    /** Waits until nothing waits for a write any more. The server's own thread, inside a turn. */
    void await(long deadlineNanos) {
        storeFirst();
        if (activation.durability.gate() == 0) {
            return;
        }
        // Whatever waits on this thread meanwhile is no user code: an interrupt must not reach its store.
        boolean isUserCode = activation.inside.suspend();
        boolean interrupted = Thread.interrupted();
        waiter = Thread.currentThread();
        Turn turn = Turn.current();
        if (turn != null) {
            turn.exit(); // what runs here meanwhile is the runtime's
        }
        try {
            while (activation.durability.gate() != 0) {
                activation.entrance.runSignals();
                if (!activation.mayWrite()) {
                    throw refusal(Reason.FENCED, "The calling server stopped while it waited for its store");
                }
                activation.writes.beginIfWanted();
                long left = deadlineNanos - activation.node.time().nanoTime();
                if (left <= 0) {
                    throw refusal(
                            Reason.DEADLINE_BEFORE_START,
                            "The calling server's own writes were not stored before the deadline");
                }
                if (activation.durability.gate() != 0 && !activation.entrance.hasSignals()) {
                    LockSupport.parkNanos(this, left);
                    // An interrupt is for the call that follows; kept set it would make this loop spin.
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (turn != null) {
                turn.enter();
            }
            waiter = null;
            release();
            if (isUserCode) {
                interrupted |= activation.inside.resume();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private NotAppliedException refusal(Reason reason, String message) {
        return new NotAppliedException(reason, message, Map.of("key", activation.key));
    }
}
