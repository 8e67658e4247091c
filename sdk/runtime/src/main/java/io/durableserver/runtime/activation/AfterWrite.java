package io.durableserver.runtime.activation;

import io.durableserver.DurableServerException;
import io.durableserver.SyncInfo;
import io.durableserver.runtime.persistence.RecordKeeper;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.sync.Demand;
import io.durableserver.runtime.sync.Output;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.turn.UserFailure;
import java.util.List;

/** What follows from a write that stored a change: user code may look at it. */
final class AfterWrite<S> {
    private final ServerState<S> server;
    private final ServerThread thread;
    private final RecordKeeper<S> keeper;
    private final Ends ends;
    private final Stopping<S> stopping;
    private final Turn.Owner owner;
    /** The number of the last write that {@code onSync} heard of: one put off by an open turn may come after a later one, which covers it. */
    private long told;

    AfterWrite(
            ServerState<S> server,
            ServerThread thread,
            RecordKeeper<S> keeper,
            Ends ends,
            Stopping<S> stopping,
            Turn.Owner owner) {
        this.server = server;
        this.thread = thread;
        this.keeper = keeper;
        this.ends = ends;
        this.stopping = stopping;
        this.owner = owner;
    }

    void onSync(SyncInfo info, S stored) {
        if (server.isRunning() && info.write() > told) {
            told = info.write();
            turn(info, stored);
        }
        keeper.beginIfWanted();
        stopping.resumeIfPending();
    }

    /** A turn of its own, that only a defect of the application can make fail: the write stays, and so does the state. */
    private void turn(SyncInfo info, S stored) {
        Turn turn = new Turn(owner, List.of());
        S before = server.state();
        S after;
        thread.inside().other();
        turn.enter();
        try {
            // Code of the application has the state, and may change it in place.
            keeper.stored.touched();
            after = server.code().onSync(info, stored, before);
        } catch (UserFailure failure) {
            server.facts().callbackFailed("onSync", failure);
            stopping.drop(turn.outputs());
            return;
        } finally {
            turn.exit();
            thread.inside().other();
        }
        if (!server.isRunning()) {
            stopping.drop(turn.outputs());
            return;
        }
        boolean changed = after != before;
        try {
            server.state = changed ? StateCopies.of(server, after) : after;
        } catch (DurableServerException impossible) {
            stopping.drop(turn.outputs());
            ends.lose(impossible);
            return;
        }
        long gate = server.durability.turnDone(changed, Demand.NONE);
        for (Output output : turn.outputs()) {
            server.durability.leave(gate, new LeasedOutput(server.node, server.key, output));
        }
        if (changed) {
            keeper.syncLater();
        }
    }
}
