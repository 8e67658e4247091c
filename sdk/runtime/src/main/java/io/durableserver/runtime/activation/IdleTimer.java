package io.durableserver.runtime.activation;

import io.durableserver.Registration;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.turn.Slot;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The timer behind {@code Next.idleTimeout}: fires unless another message came first. The server's own thread only. */
final class IdleTimer<S> {
    private final Activation<S> activation;
    private @Nullable Registration timer;
    private @Nullable Duration armed;
    /** How long it was armed for when the turn that runs began. */
    private @Nullable Duration paused;

    private long generation;

    IdleTimer(Activation<S> activation) {
        this.activation = activation;
    }

    /** Arms the timer of a server; made when it is first needed, since most servers have none. */
    static <S> void arm(Activation<S> activation, Duration after) {
        IdleTimer<S> timer = activation.idle;
        if (timer == null) {
            timer = new IdleTimer<>(activation);
            activation.idle = timer;
        }
        timer.arm(after);
    }

    private void arm(Duration after) {
        cancel();
        armed = after;
        long mine = generation;
        timer = activation.node.scheduler().schedule(after, () -> activation.signalBetweenTurns(() -> fire(mine)));
    }

    /** A turn begins: of a message, which ends the wait, or of the server itself, which does not. */
    void turn(boolean ofAMessage) {
        paused = ofAMessage ? armed : null;
        if (ofAMessage) {
            cancel();
        }
    }

    /** The message that came was refused: the wait begins anew. */
    void resume() {
        if (paused != null) {
            arm(paused);
        }
    }

    void cancel() {
        generation++;
        armed = null;
        if (timer != null) {
            timer.close();
            timer = null;
        }
    }

    private void fire(long generationThen) {
        Slot slot = activation.type.table().timeout();
        if (generationThen == generation
                && !activation.hasMail()
                && activation.phase == Phase.RUNNING
                && slot != null) {
            Turns.run(activation, Envelope.oneWay(slot, slot));
        }
    }
}
