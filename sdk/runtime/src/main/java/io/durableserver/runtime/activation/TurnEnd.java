package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.Next;
import io.durableserver.StopReason;
import io.durableserver.SyncPolicy;
import io.durableserver.runtime.sync.Demand;
import io.durableserver.runtime.turn.Output;
import io.durableserver.runtime.turn.Outputs;
import io.durableserver.runtime.turn.Turn;
import org.jspecify.annotations.Nullable;

/** What follows from the result of a turn, once nothing is wrong with it. */
final class TurnEnd<S> {
    private final Activation<S> activation;
    private final Turn turn;
    private final Next<S> next;
    private final boolean changed;
    private final Demand demand;
    private S state;

    TurnEnd(Activation<S> activation, Turn turn, Next<S> next) {
        this.activation = activation;
        this.turn = turn;
        this.next = next;
        this.state = next.state();
        this.changed =
                next.state() != activation.state || activation.type.type().isMutableState();
        this.demand = demand(activation.policy, next, changed);
    }

    /** Makes the state of this turn ready to be stored. Returns why it can never be, or null. */
    @Nullable
    DurableServerException prepare() {
        try {
            state = changed ? StateCopies.of(activation, next.state()) : next.state();
        } catch (DurableServerException impossible) {
            return impossible;
        }
        return isWrittenAtOnce() ? activation.writes.prepare(state) : null;
    }

    /** Whether the write of this state begins as soon as the turn is done, if nothing is in its way. */
    private boolean isWrittenAtOnce() {
        return next.stopReason() != null
                ? !(next.stopReason() instanceof StopReason.Delete)
                : demand == Demand.FORCED || (changed && demand != Demand.NONE);
    }

    /** Lets the turn count. */
    void apply(@Nullable Output answer) {
        if (cameTooLate(activation, turn, answer)) {
            return;
        }
        activation.state = state;
        long gate = activation.durability.turnDone(changed, demand);
        for (Output output : turn.outputs()) {
            activation.durability.leave(gate, new LeasedOutput(activation.node, activation.key, output));
        }
        if (next.newMetadata() != null) {
            activation.writes.metadata(next.newMetadata(), gate);
        }
        StopReason stop = next.stopReason();
        if (stop != null) {
            activation.stopping().begin(stop, answer, turn.waiting());
            return;
        }
        if (answer != null) {
            activation.durability.leave(gate, answer);
        }
        goOn();
    }

    /** Whether the server ended while the turn waited for its store: then nothing of it counts or leaves, and its caller is told why. */
    static boolean cameTooLate(Activation<?> activation, Turn turn, @Nullable Output answer) {
        DurableServerException died = activation.stopping().finalFailure();
        if (died == null) {
            return false;
        }
        Outputs.failAll(turn.outputs(), died);
        if (answer != null) {
            Outputs.fail(answer, died);
            Loss.tell(activation);
        }
        return true;
    }

    private void goOn() {
        activation.continuation = next.continuation();
        if (next.idleTimeout() != null) {
            IdleTimer.arm(activation, next.idleTimeout());
        }
        if (next.hibernates()) {
            activation.writes.forgetSnapshot();
        }
        if (changed
                && activation.type.type().isMutableState()
                && (demand != Demand.NONE || activation.writes.hasSnapshot())) {
            activation.writes.snapshot();
        }
        activation.writes.beginIfWanted();
        if (changed && demand == Demand.NONE) {
            backgroundSync(activation);
        }
    }

    /** The server is dirty and nothing waits for it: the background sync will come by. */
    static void backgroundSync(Activation<?> activation) {
        if (!activation.policy.interval().isZero()) {
            activation.node.background().dirty(activation, activation.policy.interval());
        }
    }

    private static Demand demand(SyncPolicy policy, Next<?> next, boolean changed) {
        return switch (next.syncMode()) {
            case STRICT -> Demand.STRICT;
            case FORCED -> Demand.FORCED;
            case POLICY -> changed ? demand(policy.mode()) : Demand.NONE;
        };
    }

    static Demand demand(SyncPolicy.Mode mode) {
        return switch (mode) {
            case MANUAL -> Demand.NONE;
            case ON_CHANGE -> Demand.BEHIND;
            case STRICT -> Demand.STRICT;
        };
    }
}
