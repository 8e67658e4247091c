package io.durableserver.testkit.sim;

import io.durableserver.DurableServers;
import io.durableserver.StartOptions;
import io.durableserver.SyncPolicy;
import io.durableserver.Termination;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Clients increment ledgers while things break; then everything is mended, and every ledger must add up. */
final class LedgerScenario {
    private static final Duration FAULTS = Duration.ofSeconds(5);
    private static final Duration RECOVERY = Duration.ofSeconds(60);
    /** What sides of a split may take to be one again: twice as long as a settlement that is not carried out is left alone. */
    private static final Duration HEALED = Duration.ofSeconds(60);

    private static final Duration POLL = Duration.ofMillis(200);

    /** How long an unsaved change may take to be saved when all is well. */
    private static final Duration SAVED = Duration.ofMillis(1_500);

    /**
     * What breaks.
     *
     * @param kinds these faults only; null for those the seed draws
     * @param gentle whether nothing that is acknowledged may get lost, because no process or store fails
     * @param nodes at most so many, 3 or more
     * @param clients at most so many, 3 or more
     * @param heals whether clusters that fell apart have to come together by themselves
     * @param lies whether the ways to the store are unreliable
     * @param opens how many of a hundred requests keep their turns open; below 0 the seed draws it
     * @param repeats how many of a hundred increments have a request id and are sent again; then nothing is deleted
     */
    record Setting(
            SimConfig config,
            @Nullable List<Chaos.Kind> kinds,
            boolean gentle,
            int nodes,
            int clients,
            boolean heals,
            boolean lies,
            int opens,
            int repeats) {
        static final Setting ANYTHING = new Setting(SimConfig.DEFAULT, null, false, 5, 6);

        Setting(
                SimConfig config,
                @Nullable List<Chaos.Kind> kinds,
                boolean gentle,
                int nodes,
                int clients,
                boolean heals,
                boolean lies) {
            this(config, kinds, gentle, nodes, clients, heals, lies, -1, 0);
        }

        Setting(
                SimConfig config,
                @Nullable List<Chaos.Kind> kinds,
                boolean gentle,
                int nodes,
                int clients,
                boolean heals) {
            this(config, kinds, gentle, nodes, clients, heals, false);
        }

        Setting(SimConfig config, @Nullable List<Chaos.Kind> kinds, boolean gentle, int nodes, int clients) {
            this(config, kinds, gentle, nodes, clients, false);
        }

        /** The same, where so many of a hundred requests keep their turns open. */
        Setting opening(int percent) {
            return new Setting(config, kinds, gentle, nodes, clients, heals, lies, percent, repeats);
        }

        /** The same, where so many of a hundred increments have a request id and are sent again. */
        Setting repeating(int percent) {
            return new Setting(config, kinds, gentle, nodes, clients, heals, lies, opens, percent);
        }
    }

    private final Simulation simulation;
    private final Setting setting;
    private final LedgerWorld world;
    private final Chaos chaos;
    private final List<String> keys;
    private final List<LedgerClient> clients = new ArrayList<>();
    private final Map<String, List<Long>> present = new LinkedHashMap<>();

    private LedgerScenario(Simulation simulation, Setting setting) {
        SimRandom random = simulation.random();
        this.simulation = simulation;
        this.setting = setting;
        this.world = new LedgerWorld(simulation);
        List<String> nodes = names("n", random.between(3, setting.nodes()));
        this.chaos = new Chaos(simulation, world, nodes);
        this.keys = names("k", random.between(2, 4));
        int opens = setting.opens() >= 0 ? setting.opens() : random.chance(0.5) ? random.between(2, 30) : 0;
        for (int i = random.between(3, setting.clients()); i > 0; i--) {
            clients.add(new LedgerClient(world, keys, setting.gentle(), opens, setting.repeats()));
        }
        if (setting.kinds() != null) {
            chaos.only(setting.kinds());
        }
        world.brokenBy(chaos);
        if (setting.lies()) {
            world.lied();
        }
        if (setting.heals()) {
            chaos.leaveSplits();
            world.watchSplits();
        }
        if (!setting.gentle() && random.chance(0.3)) {
            chaos.leaveMapDead();
        }
    }

    /** Runs one seed with the faults it draws. */
    static Simulation run(long seed) {
        return run(seed, Setting.ANYTHING);
    }

    /** Runs one seed with these faults. */
    static Simulation run(long seed, Setting setting) {
        boolean replay = Seeds.single() != null;
        Simulation simulation = new Simulation(seed, setting.config(), replay ? System.out : null);
        new LedgerScenario(simulation, setting).run();
        return simulation;
    }

    private static List<String> names(String prefix, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> prefix + i).toList();
    }

    private void run() {
        if (setting.gentle()) {
            world.durability.everythingCounts();
            world.failingInits(simulation.random().chance(0.5) ? 0.2 : 0);
        }
        chaos.boot();
        clients.forEach(LedgerClient::start);
        simulation.runFor(Duration.ofMillis(300));
        chaos.rage(FAULTS);
        simulation.runFor(FAULTS);
        chaos.heal();
        world.truth();
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
        world.failingInits(0);
        if (setting.heals()) {
            allAreOneCluster();
        }
        keys.forEach(this::readBack);
        if (!world.policy.equals(SyncPolicy.manual(Duration.ZERO))) {
            nothingStaysUnsaved();
        }
        if (setting.gentle()) {
            directoryIsExact();
            someStopAndFailToStartAgain();
            directoryIsExact();
        }
        everyStartWasToldToEnd();
        simulation.throwIfFailed();
        simulation.trace("done", world.durability.summary());
    }

    private void allAreOneCluster() {
        if (!simulation.runUntil(
                () -> chaos.clusters() == 1
                        && world.everybodyServes()
                        && world.alarms().isEmpty(),
                HEALED)) {
            simulation.fail(
                    "split",
                    "After " + HEALED + " there are " + chaos.clusters() + " clusters, some say " + world.alarms()
                            + ", and these do not serve: " + world.idlers());
        }
        simulation.throwIfFailed();
    }

    private void everyStartWasToldToEnd() {
        long now = simulation.now();
        if (!simulation.runUntil(() -> world.facts.startsBefore(now).isEmpty(), RECOVERY)) {
            simulation.fail("facts", "Starts without an end: " + world.facts.startsBefore(now));
        }
    }

    private void nothingStaysUnsaved() {
        simulation.runFor(SAVED);
        present.forEach((key, ids) -> {
            if (!world.wasRestored(key)) {
                world.durability.saved(key, ids, "all has been well for " + SAVED);
            }
        });
    }

    private void someStopAndFailToStartAgain() {
        List<String> some = keys.subList(0, keys.size() / 2);
        forAll(some, (servers, key) -> servers.admin().terminateAsync(key, Termination.GRACEFUL));
        directoryIsExact();
        world.failingInits(1);
        forAll(some, (servers, key) -> servers.ref(world.type, key).callAsync(new LedgerServer.Get()));
        world.failingInits(0);
    }

    private void forAll(List<String> some, BiFunction<DurableServers, String, CompletionStage<?>> request) {
        int[] left = {some.size()};
        for (String key : some) {
            SimNode node = simulation.random().pick(world.running());
            request.apply(world.servers(node), key).whenComplete((answer, failure) -> left[0]--);
        }
        if (!simulation.runUntil(() -> left[0] == 0, RECOVERY)) {
            simulation.fail("liveness", "A request was never answered, and all was well");
        }
    }

    private void directoryIsExact() {
        if (!simulation.runUntil(() -> world.directoryProblems().isEmpty(), POLL)) {
            simulation.fail("liveness", "The directory is not what is: " + world.directoryProblems());
        }
    }

    /** After the faults, every key must be there for everybody, with everything that was acknowledged. */
    private void readBack(String key) {
        boolean[] read = new boolean[1];
        boolean[] waiting = new boolean[1];
        DurabilityInvariants.Mark acknowledged = world.durability.mark(key);
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
                                        present.put(key, answer.ids());
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
