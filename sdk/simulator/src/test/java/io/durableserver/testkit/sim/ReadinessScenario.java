package io.durableserver.testkit.sim;

import io.durableserver.StartOptions;
import io.durableserver.testkit.sim.SimRandom.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Some nodes have joined and do not take requests: their store is down, their runtime starts late or never. Every key
 * starts all the same, on the others, in a fraction of the time a start has; and when the nodes are well they take part.
 */
final class ReadinessScenario {
    private static final Duration START = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Span PAUSE = Span.millis(0, 60);
    private static final int KEYS = 30;

    private enum Illness {
        STORE_DOWN,
        STARTS_LATE,
        NEVER_STARTS
    }

    private final Simulation simulation;
    private final LedgerWorld world;
    private final List<SimNode> well = new ArrayList<>();
    private final List<SimNode> waiting = new ArrayList<>();
    private int started;

    private ReadinessScenario(Simulation simulation) {
        this.simulation = simulation;
        this.world = new LedgerWorld(simulation);
    }

    static Simulation run(long seed) {
        Simulation simulation = new Simulation(seed, SimConfig.DEFAULT, Seeds.single() != null ? System.out : null);
        new ReadinessScenario(simulation).run();
        return simulation;
    }

    private void run() {
        int nodes = simulation.random().between(2, 5);
        int ill = simulation.random().between(1, nodes - 1);
        for (int i = 1; i <= nodes; i++) {
            SimNode node = simulation.boot("n" + i);
            if (i > ill) {
                well.add(node);
                world.start(node);
            } else {
                sicken(node);
            }
        }
        until(
                "the well ones are ready",
                () -> well.stream().allMatch(node -> world.servers(node).isReady()));
        startKeys("while some are not ready", well);
        simulation.store().heal();
        waiting.forEach(world::start);
        until("all are ready", world::everybodyServes);
        startKeys("when all are ready", simulation.nodes());
    }

    private void sicken(SimNode node) {
        Illness illness = simulation.random().pick(List.of(Illness.values()));
        simulation.trace("illness", node.session(), illness);
        switch (illness) {
            case STORE_DOWN -> {
                simulation.store().cutOff(node.name());
                world.start(node);
            }
            // Joined long before its runtime is there: it then answers, and says that it starts, while keys start.
            case STARTS_LATE ->
                simulation.after(node, simulation.random().nanos(Span.millis(20, 900)), () -> world.start(node));
            case NEVER_STARTS -> waiting.add(node);
        }
    }

    private void startKeys(String when, List<SimNode> askers) {
        int before = started;
        long due = 0;
        for (int i = 0; i < KEYS; i++) {
            String key = "key-" + (before + i);
            due += simulation.random().nanos(PAUSE);
            simulation.after(due, () -> start(key, simulation.random().pick(askers), when));
        }
        until("all keys have started " + when, () -> started == before + KEYS);
    }

    private void start(String key, SimNode asker, String when) {
        world.servers(asker)
                .ensureStartedAsync(world.type, key, LedgerServer.Ledger.EMPTY, StartOptions.DEFAULT.withTimeout(START))
                .whenComplete((ref, failure) -> {
                    if (failure == null) {
                        started++;
                    } else {
                        simulation.fail("liveness", key + " did not start " + when + ": " + failure);
                    }
                });
    }

    private void until(String what, BooleanSupplier condition) {
        if (!simulation.runUntil(condition, PATIENCE)) {
            simulation.fail("liveness", "Not within " + PATIENCE + ": " + what);
        }
        simulation.throwIfFailed();
    }
}
