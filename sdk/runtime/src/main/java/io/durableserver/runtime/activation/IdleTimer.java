package io.durableserver.runtime.activation;

import io.durableserver.Registration;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.turn.Slot;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The timer behind {@code Next.timeout}: fires unless another message came first. The server's own thread only. */
final class IdleTimer<S> {
    private final Activation<S> activation;
    private @Nullable Registration timer;
    private long generation;

    IdleTimer(Activation<S> activation) {
        this.activation = activation;
    }

    void arm(Duration after) {
        cancel();
        long mine = generation;
        timer = activation.node.scheduler().schedule(after, () -> activation.signalBetweenTurns(() -> fire(mine)));
    }

    void cancel() {
        generation++;
        if (timer != null) {
            timer.close();
            timer = null;
        }
    }

    private void fire(long armed) {
        Slot slot = activation.type.table().timeout();
        if (armed == generation && !activation.hasMail() && activation.phase == Phase.RUNNING && slot != null) {
            Turns.run(activation, Envelope.oneWay(slot, slot));
        }
    }
}
