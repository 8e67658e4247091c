package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.Next;
import io.durableserver.StopReason;
import io.durableserver.SyncPolicy;
import io.durableserver.runtime.record.StoredRequest;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.sync.Demand;
import io.durableserver.runtime.sync.Output;
import io.durableserver.runtime.turn.Turn;
import org.jspecify.annotations.Nullable;

/** What follows from the result of a turn, once nothing is wrong with it. */
final class TurnEnd<S> {
    private final TurnResults<S> results;
    private final ServerState<S> server;
    private final Turn turn;
    private final Next<S> next;
    private final @Nullable StoredRequest kept;
    private final boolean changed;
    private final Demand demand;
    private S state;

    /** @param kept what is kept of the turn's call with its request id, if it has one */
    TurnEnd(TurnResults<S> results, Turn turn, Next<S> next, @Nullable StoredRequest kept) {
        this.results = results;
        this.server = results.server;
        this.turn = turn;
        this.next = next;
        this.kept = kept;
        this.state = next.state();
        this.changed = next.state() != server.state || server.isMutable();
        this.demand = isKept() ? Demand.FORCED : demand(server.policy, next, changed);
    }

    /** Whether a reply is kept with a request id: then the write is not skipped, whatever the policy and the state. */
    private boolean isKept() {
        if (kept != null) {
            return true;
        }
        for (Output output : turn.outputs()) {
            if (output instanceof KeptReply) {
                return true;
            }
        }
        return false;
    }

    /** Makes the state of this turn ready to be stored. Returns why it can never be, or null. */
    @Nullable
    DurableServerException prepare() {
        try {
            state = changed ? StateCopies.of(server, next.state()) : next.state();
        } catch (DurableServerException impossible) {
            return impossible;
        }
        return isWrittenAtOnce() ? results.keeper.dump.prepare(state) : null;
    }

    /** Whether the write of this state begins as soon as the turn is done, if nothing is in its way. */
    private boolean isWrittenAtOnce() {
        return next.stopReason() != null
                ? !(next.stopReason() instanceof StopReason.Delete)
                : demand == Demand.FORCED || (changed && demand != Demand.NONE);
    }

    /** Lets the turn count. */
    void apply(@Nullable Output answer) {
        if (results.cameTooLate(turn, answer)) {
            return;
        }
        server.state = state;
        if (kept != null) {
            server.requests.keep(kept);
        }
        Repeats.keepReplies(server, turn.outputs());
        long gate = server.durability.turnDone(changed, demand);
        for (Output output : turn.outputs()) {
            server.durability.leave(gate, new LeasedOutput(server.node, server.key, output));
        }
        if (next.newMetadata() != null) {
            results.keeper.metadata(next.newMetadata(), gate);
        }
        StopReason stop = next.stopReason();
        if (stop != null) {
            results.stopping.begin(stop, answer, turn.waiting());
            return;
        }
        if (answer != null) {
            server.durability.leave(gate, answer);
        }
        goOn();
    }

    private void goOn() {
        server.continuation = next.continuation();
        if (next.idleTimeout() != null) {
            results.idle.arm(next.idleTimeout());
        }
        if (next.hibernates()) {
            results.keeper.dump.forgetSnapshot();
        }
        if (changed && server.isMutable() && (demand != Demand.NONE || results.keeper.dump.hasSnapshot())) {
            results.keeper.dump.snapshot();
        }
        results.keeper.beginIfWanted();
        if (changed && demand == Demand.NONE) {
            results.keeper.syncLater();
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
