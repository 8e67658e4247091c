package io.durableserver.runtime.activation;

import io.durableserver.runtime.events.HotPath;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.type.Slot;
import io.durableserver.spi.RuntimeHooks.TurnKind;
import io.durableserver.spi.RuntimeHooks.TurnResult;

/**
 * The turn of a server that runs or is open, for the listeners of the hot path: there is one at a time. On the server's own
 * thread.
 */
final class MeasuredTurn {
    private final ServerState<?> server;
    private final Mail mail;
    private long beganNanos;
    private TurnResult result = TurnResult.VOID;
    private boolean isOn;
    private long number;

    MeasuredTurn(ServerState<?> server, Mail mail) {
        this.server = server;
        this.mail = mail;
    }

    /** The turn begins; the check of the lease has read the clock. */
    void begins(long nowNanos) {
        beganNanos = nowNanos;
        result = TurnResult.VOID;
        isOn = true;
    }

    /** What became of it, as far as it is known. */
    void is(TurnResult known) {
        result = known;
    }

    /** It is over; told once. */
    void ended(Slot slot) {
        HotPath hot = server.node.facts().hot();
        if (hot != null && isOn) {
            isOn = false;
            long nanos = HotPath.isMeasured(number++) ? server.node.time().nanoTime() - beganNanos : -1;
            hot.turnEnded(server.type.index(), kind(slot), result, mail.size(), nanos);
        }
    }

    private static TurnKind kind(Slot slot) {
        return switch (slot.kind()) {
            case CALL, DEFERRED -> TurnKind.CALL;
            case QUERY -> TurnKind.QUERY;
            case CAST -> TurnKind.CAST;
            case INFO -> TurnKind.INFO;
            case CONTINUATION -> TurnKind.CONTINUATION;
            case TIMEOUT -> TurnKind.TIMEOUT;
        };
    }
}
