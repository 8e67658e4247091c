package io.durableserver.testkit.sim;

import io.durableserver.StartOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Clients increment ledgers while things break; then everything is mended, and every ledger must add up. */
final class LedgerScenario {
    private static final Duration FAULTS = Duration.ofSeconds(5);
    private static final Duration RECOVERY = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Simulation simulation;
    private final LedgerWorld world;
    private final Chaos chaos;
    private final List<String> keys;
    private final List<LedgerClient> clients = new ArrayList<>();

    private LedgerScenario(Simulation simulation, @Nullable List<Chaos.Kind> kinds) {
        SimRandom random = simulation.random();
        this.simulation = simulation;
        this.world = new LedgerWorld(simulation);
        List<String> nodes = names("n", random.between(3, 5));
        this.chaos = new Chaos(simulation, world, nodes);
        this.keys = names("k", random.between(2, 4));
        for (int i = random.between(3, 6); i > 0; i--) {
            clients.add(new LedgerClient(world, keys));
        }
        if (kinds != null) {
            chaos.only(kinds);
        }
    }

    /** Runs one seed with the faults it draws. */
    static Simulation run(long seed) {
        return run(seed, null);
    }

    /** Runs one seed with these kinds of faults only. */
    static Simulation run(long seed, @Nullable List<Chaos.Kind> kinds) {
        boolean replay = Seeds.single() != null;
        Simulation simulation = new Simulation(seed, SimConfig.DEFAULT, replay ? System.out : null);
        new LedgerScenario(simulation, kinds).run();
        return simulation;
    }

    private static List<String> names(String prefix, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> prefix + i).toList();
    }

    private void run() {
        chaos.boot();
        clients.forEach(LedgerClient::start);
        simulation.runFor(Duration.ofMillis(300));
        chaos.rage(FAULTS);
        simulation.runFor(FAULTS);
        chaos.heal();
        simulation.runFor(Duration.ofMillis(500));
        clients.forEach(LedgerClient::stop);
        if (!simulation.runUntil(() -> clients.stream().allMatch(LedgerClient::isIdle), RECOVERY)) {
            simulation.fail("liveness", "A request was never answered");
            simulation.throwIfFailed();
        }
        if (!simulation.runUntil(world::everybodyServes, RECOVERY)) {
            simulation.fail("liveness", "After all faults were over some nodes do not serve: " + world.idlers());
            simulation.throwIfFailed();
        }
        keys.forEach(this::readBack);
        simulation.trace("done", world.durability.summary());
    }

    /** After the faults, every key must be there for everybody, with everything that was acknowledged. */
    private void readBack(String key) {
        boolean[] read = new boolean[1];
        boolean[] waiting = new boolean[1];
        int acknowledged = world.durability.acknowledgedCount(key);
        simulation.runUntil(
                () -> {
                    if (!read[0] && !waiting[0] && !world.running().isEmpty()) {
                        waiting[0] = true;
                        SimNode node = simulation.random().pick(world.running());
                        world.servers(node)
                                .ensureStartedAsync(world.type, key, LedgerServer.Ledger.EMPTY, StartOptions.DEFAULT)
                                .thenCompose(ref -> ref.callAsync(new LedgerServer.Get()))
                                .whenComplete((answer, failure) -> {
                                    if (failure == null) {
                                        world.durability.read(key, answer.ids(), acknowledged);
                                        read[0] = true;
                                    } else {
                                        simulation.trace("read back failed", key, failure.toString());
                                    }
                                });
                        simulation.after(POLL.toNanos(), () -> waiting[0] = false);
                    }
                    return read[0];
                },
                RECOVERY);
        if (!read[0]) {
            simulation.fail("liveness", "key " + key + " could not be read after all faults were over");
        }
        simulation.throwIfFailed();
    }
}
