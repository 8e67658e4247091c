package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.SyncInfo;
import io.durableserver.runtime.sync.Demand;
import io.durableserver.runtime.turn.Output;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.UserFailure;
import java.util.List;

/** What follows from a write that stored a change: user code may look at it. */
final class AfterWrite {
    private AfterWrite() {}

    static <S> void onSync(Activation<S> activation, SyncInfo info, S stored) {
        if (activation.phase == Phase.RUNNING) {
            turn(activation, info, stored);
        }
        activation.writes.beginIfWanted();
        activation.stopping().resumeIfPending();
    }

    /** A turn of its own, that only a defect of the application can make fail: the write stays, and so does the state. */
    private static <S> void turn(Activation<S> activation, SyncInfo info, S stored) {
        Turn turn = new Turn(activation, List.of());
        S before = activation.state();
        S after;
        activation.inside.other();
        turn.enter();
        try {
            // Code of the application has the state, and may change it in place.
            activation.writes.stored.touched();
            after = activation.code().onSync(info, stored, before);
        } catch (UserFailure failure) {
            Activation.LOG.error(
                    "{}: onSync failed after write {}; the state stays as it is",
                    activation.key,
                    info.write(),
                    failure);
            activation.stopping().drop(turn.outputs());
            return;
        } finally {
            turn.exit();
            activation.inside.other();
        }
        if (activation.phase != Phase.RUNNING) {
            activation.stopping().drop(turn.outputs());
            return;
        }
        boolean changed = after != before;
        try {
            activation.state = changed ? StateCopies.of(activation, after) : after;
        } catch (DurableServerException impossible) {
            activation.stopping().drop(turn.outputs());
            Loss.lose(activation, impossible);
            return;
        }
        long gate = activation.durability.turnDone(changed, Demand.NONE);
        for (Output output : turn.outputs()) {
            activation.durability.leave(gate, new LeasedOutput(activation.node, activation.key, output));
        }
        if (changed) {
            TurnEnd.backgroundSync(activation);
        }
    }
}
