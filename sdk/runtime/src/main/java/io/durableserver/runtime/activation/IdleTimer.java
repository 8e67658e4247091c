package io.durableserver.runtime.activation;

import io.durableserver.Registration;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.type.Slot;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The timer behind {@code Next.idleTimeout}: fires unless another message came first. The server's own thread only. */
final class IdleTimer {
    private final ServerState<?> server;
    private final ServerThread thread;
    private final Mail mail;
    private final Consumer<Envelope> turn;
    private @Nullable Registration timer;
    private @Nullable Duration armed;
    /** How long it was armed for when the turn that runs began. */
    private @Nullable Duration paused;

    private long generation;

    IdleTimer(ServerState<?> server, ServerThread thread, Mail mail, Consumer<Envelope> turn) {
        this.server = server;
        this.thread = thread;
        this.mail = mail;
        this.turn = turn;
    }

    void arm(Duration after) {
        cancel();
        armed = after;
        long mine = generation;
        timer = server.node.scheduler().schedule(after, () -> thread.signalBetweenTurns(() -> fire(mine)));
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
        Slot slot = server.type.table().timeout();
        Duration again = armed;
        if (generationThen == generation && server.continuation != null && again != null) {
            arm(again); // the turn it was put off for asked for another one
        } else if (generationThen == generation && mail.isEmpty() && server.isRunning() && slot != null) {
            turn.accept(Envelope.oneWay(slot, slot));
        }
    }
}
