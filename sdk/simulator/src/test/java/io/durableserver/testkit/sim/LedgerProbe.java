package io.durableserver.testkit.sim;

import io.durableserver.testkit.sim.OpenTurnInvariants.Open;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Tells the invariants what the servers of one process do. */
final class LedgerProbe implements LedgerServer.Probe {
    private static final long MOST_WAITED_NANOS = 300_000_000;

    private final LedgerWorld world;
    private final SimNode node;

    LedgerProbe(LedgerWorld world, SimNode node) {
        this.world = world;
        this.node = node;
    }

    @Override
    public void started(String key, long epoch) {
        world.opens.turnStarted(key, node.session(), epoch);
        inTurn(key, epoch);
    }

    private void inTurn(String key, long epoch) {
        world.ownership.turnStarted(key, node.session(), epoch);
        world.leases.turnStarted(key, node.session());
        world.inTurn(node);
    }

    @Override
    public void ended(String key) {
        world.ownership.turnEnded(key, node.session());
    }

    @Override
    public void await(CompletionStage<?> something) {
        world.simulation.pauses().await(node, something.toCompletableFuture(), MOST_WAITED_NANOS);
    }

    @Override
    public boolean initFails() {
        return world.initFails();
    }

    @Override
    public void seen(String key, long id) {
        world.durability.observed(key, id);
    }

    @Override
    public Open opened(String key, long epoch) {
        return world.opens.opened(key, node.session(), epoch);
    }

    @Override
    public void partStarted(Open turn) {
        world.opens.partStarted(turn);
        // One that was held up in its middle may be where a part went on, which is none that begins.
        if (!world.simulation.pauses().isResumed(node)) {
            inTurn(turn.key(), turn.epoch());
        }
    }

    @Override
    public void stageEnds(Open turn, long id) {
        if (id != 0 && turn.isOvertaken()) {
            voided(id);
        }
        world.opens.ended(turn);
    }

    @Override
    public void voided(long id) {
        world.durability.voided(id);
    }

    @Override
    public CompletableFuture<Void> later(int millis) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        world.simulation.after(node, millis * 1_000_000L, () -> end.complete(null));
        return end;
    }

    @Override
    public void broken(String promise, String what) {
        world.simulation.fail(promise, what);
    }
}
