package io.durableserver.testkit.sim;

import io.durableserver.Registration;
import io.durableserver.runtime.ownership.Directory;
import io.durableserver.spi.SharedMap;
import io.durableserver.testkit.sim.Chaos.Kind;
import io.durableserver.testkit.sim.SimRandom.Span;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Every process watches one map and changes it, while processes die, freeze, and fall apart, and the map loses entries and
 * news. No runtime runs. In the end all views are the map.
 */
final class ViewScenario implements SimHost {
    private static final Duration RAGE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Span PAUSE = Span.millis(1, 60);
    private static final Span WATCHES = Span.millis(50, 2_000);
    private static final int KEYS = 24;
    private static final List<String> NAMES = List.of("n1", "n2", "n3", "n4");
    private static final List<Kind> KINDS = List.of(
            Kind.CRASH,
            Kind.MASS_CRASH,
            Kind.FREEZE,
            Kind.TWIN,
            Kind.ISOLATE,
            Kind.CUT_PAIR,
            Kind.FALSE_ALARM,
            Kind.SPLIT,
            Kind.MAP_FAULTS,
            Kind.MAP_LOSS,
            Kind.MAP_DEATH,
            Kind.MAP_FORGETS,
            Kind.STOP);

    private final Simulation simulation;
    private final ViewInvariants invariants;
    private final Chaos chaos;
    private final Map<SimNode, ViewInvariants.View> views = new LinkedHashMap<>();
    private boolean writing = true;
    private long written;

    private ViewScenario(Simulation simulation) {
        this.simulation = simulation;
        this.invariants = new ViewInvariants(simulation);
        this.chaos = new Chaos(simulation, this, NAMES);
    }

    static Simulation run(long seed) {
        Simulation simulation = new Simulation(seed, SimConfig.DEFAULT, Seeds.single() != null ? System.out : null);
        new ViewScenario(simulation).run();
        return simulation;
    }

    private void run() {
        List<Kind> drawn = new ArrayList<>(KINDS);
        drawn.removeIf(kind -> simulation.random().chance(0.5));
        simulation.trace("kinds", List.copyOf(drawn));
        chaos.only(drawn).boot();
        simulation.runFor(Duration.ofMillis(500));
        chaos.rage(RAGE);
        simulation.runFor(RAGE);
        chaos.heal();
        simulation.runFor(Duration.ofSeconds(1));
        writing = false;
        boolean converged = simulation.runUntil(this::haveConverged, PATIENCE);
        simulation.throwIfFailed();
        if (!converged) {
            simulation.fail(
                    "P10",
                    "Views and map differ: " + simulation.directory().entries().keySet() + views.values());
            simulation.throwIfFailed();
        }
        if (written == 0) {
            throw new IllegalStateException("nothing was written");
        }
    }

    private boolean haveConverged() {
        Map<String, byte[]> map = simulation.directory().entries();
        List<SimNode> members = simulation.living().stream()
                .filter(node -> node.topology() == simulation.topology()
                        && simulation.topology().contains(node))
                .toList();
        return members.size() == NAMES.size() && members.stream().allMatch(node -> shows(node, map));
    }

    private boolean shows(SimNode node, Map<String, byte[]> map) {
        ViewInvariants.View view = views.get(node);
        return view != null && view.shows(map);
    }

    @Override
    public void start(SimNode node) {
        SharedMap map = node.cluster().map(Directory.MAP);
        watch(node, map);
        write(node, map);
    }

    /** Now and then a watch is closed and another one begins, so that many begin while something breaks. */
    private void watch(SimNode node, SharedMap map) {
        ViewInvariants.View view = invariants.new View(node);
        views.put(node, view);
        Registration registration = map.watch("", view);
        if (simulation.random().chance(0.5)) {
            simulation.after(node, simulation.random().nanos(WATCHES), () -> {
                if (writing) {
                    registration.close();
                    watch(node, map);
                }
            });
        }
    }

    private void write(SimNode node, SharedMap map) {
        simulation.after(node, simulation.random().nanos(PAUSE), () -> {
            if (writing) {
                String key = "k" + simulation.random().between(1, KEYS);
                map.get(key)
                        .thenCompose(present -> change(map, key, present))
                        .whenComplete((cas, failure) -> write(node, map));
            }
        });
    }

    private CompletionStage<SharedMap.Cas> change(SharedMap map, String key, Optional<byte[]> present) {
        byte[] value = (key + "#" + ++written).getBytes(StandardCharsets.UTF_8);
        if (present.isEmpty()) {
            return map.putIfAbsent(key, value);
        }
        return switch (simulation.random().between(1, 4)) {
            case 1 -> map.remove(key, present.get());
            case 2 -> map.remove(key, present.get(), "on purpose");
            default -> map.replace(key, present.get(), value);
        };
    }

    @Override
    public CompletionStage<Void> stop(SimNode node) {
        return CompletableFuture.completedFuture(null);
    }
}
