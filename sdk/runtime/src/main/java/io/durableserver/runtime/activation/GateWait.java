package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.persistence.RecordKeeper;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.sync.Demand;
import io.durableserver.runtime.sync.Output;
import io.durableserver.runtime.turn.Turn;

/**
 * How what a running turn asks of others waits for the writes of the turns before it (P3). The runtime's own work goes on meanwhile
 * on the server's thread; what must not come into the middle of a turn is put off until the wait is over.
 */
final class GateWait {
    private final ServerState<?> server;
    private final ServerThread thread;
    private final RecordKeeper<?> keeper;
    private final Ends ends;

    GateWait(ServerState<?> server, ServerThread thread, RecordKeeper<?> keeper, Ends ends) {
        this.server = server;
        this.thread = thread;
        this.keeper = keeper;
        this.ends = ends;
    }

    /** Lets something out of a turn once the turns before it are stored. The server's own thread. */
    void leave(Output output) {
        DurableServerException died = ends.failure();
        if (died != null) {
            server.outputs.fail(output, died);
            return;
        }
        if (output instanceof KeptReply reply) {
            server.requests.keep(reply.kept());
            server.durability.leave(server.durability.turnDone(false, Demand.FORCED), output);
            keeper.beginIfWanted();
            return;
        }
        storeFirst();
        server.durability.leave(server.durability.gate(), output);
        if (server.steps.isTerminating()) {
            keeper.beginIfWanted();
        }
    }

    /** What {@code terminate} asks of others tells of the end: all the server has must be stored before that leaves. */
    private void storeFirst() {
        if (server.steps.isTerminating()) {
            server.durability.turnDone(false, Demand.STRICT);
        }
    }

    /** Waits until nothing waits for a write any more. The server's own thread, inside a turn. */
    void await(long deadlineNanos) {
        storeFirst();
        if (server.durability.gate() == 0) {
            return;
        }
        // Whatever waits on this thread meanwhile is no user code: an interrupt must not reach its store.
        boolean isUserCode = thread.inside().suspend();
        boolean interrupted = Thread.interrupted();
        thread.waits();
        Turn turn = Turn.current();
        if (turn != null) {
            turn.exit(); // what runs here meanwhile is the runtime's
        }
        long began = server.waitBegins();
        try {
            while (server.durability.gate() != 0) {
                thread.entrance().runSignals();
                if (!server.steps.mayWrite()) {
                    throw refusal(Reason.FENCED, "The calling server stopped while it waited for its store");
                }
                keeper.beginIfWanted();
                long left = deadlineNanos - server.node.time().nanoTime();
                if (left <= 0) {
                    throw refusal(
                            Reason.DEADLINE_BEFORE_START,
                            "The calling server's own writes were not stored before the deadline");
                }
                if (server.durability.gate() != 0) {
                    thread.park(left);
                    // An interrupt is for the call that follows; kept set it would make this loop spin.
                    interrupted |= Thread.interrupted();
                }
            }
            server.waitEnded(began);
        } finally {
            if (turn != null) {
                turn.enter();
            }
            thread.goesOn();
            if (isUserCode) {
                interrupted |= thread.inside().resume();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private NotAppliedException refusal(Reason reason, String message) {
        return new NotAppliedException(reason, message, server.named());
    }
}
