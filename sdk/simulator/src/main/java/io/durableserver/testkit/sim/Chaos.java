package io.durableserver.testkit.sim;

import io.durableserver.testkit.sim.SimRandom.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Breaks a simulated cluster at random, then mends it. Each seed draws which kinds of faults it has, so that some runs
 * see many of a kind and others see none of it ("Swarm Testing", Groce and others, 2012).
 */
public final class Chaos {
    /** The kinds of faults. */
    public enum Kind {
        CRASH,
        MASS_CRASH,
        FREEZE,
        ISOLATE,
        CUT_PAIR,
        FALSE_ALARM,
        STORE_CUT,
        STORE_FAULTS,
        STORE_SLOW,
        MAP_FAULTS,
        STOP
    }

    private static final Span PAUSE = Span.millis(50, 1_200);
    private static final Span DOWN = Span.millis(20, 2_500);
    private static final Span LASTS = Span.millis(20, 4_000);
    private static final Span SHORT = Span.millis(5, 300);

    private final Simulation simulation;
    private final SimHost host;
    private final List<String> names;
    private final List<Kind> kinds = new ArrayList<>();
    private boolean raging;

    /** A cluster of nodes with these names that runs this, still whole. */
    public Chaos(Simulation simulation, SimHost host, List<String> names) {
        this.simulation = simulation;
        this.host = host;
        this.names = List.copyOf(names);
        for (Kind kind : Kind.values()) {
            if (simulation.random().chance(0.55)) {
                kinds.add(kind);
            }
        }
        simulation.topology().onSegmented(this::processEnds);
        simulation.trace("faults", List.copyOf(kinds));
    }

    /** Only these kinds of faults, whatever the seed drew. */
    public Chaos only(List<Kind> these) {
        kinds.clear();
        kinds.addAll(these);
        return this;
    }

    /** Boots all nodes. */
    public void boot() {
        names.forEach(this::boot);
    }

    private void boot(String name) {
        host.start(simulation.boot(name));
    }

    /** Breaks things from now on, for this much virtual time. */
    public void rage(Duration time) {
        raging = true;
        long end = simulation.now() + time.toNanos();
        if (!kinds.isEmpty()) {
            next(end);
        }
    }

    private void next(long end) {
        simulation.after(nanos(PAUSE), () -> {
            if (raging && simulation.now() < end) {
                List<SimNode> running =
                        simulation.living().stream().filter(SimNode::isRunning).toList();
                if (!running.isEmpty()) {
                    strike(simulation.random().pick(kinds), simulation.random().pick(running));
                }
                next(end);
            }
        });
    }

    /** Ends all faults and brings every node back. Delayed effects may still show up for a while. */
    public void heal() {
        simulation.trace("heal");
        raging = false;
        mend();
        simulation.living().forEach(SimNode::thaw);
    }

    private void mend() {
        simulation.network().heal();
        simulation.store().heal();
        simulation.directory().failing(0);
    }

    private void strike(Kind kind, SimNode victim) {
        simulation.trace("strike", kind, victim.session());
        switch (kind) {
            case CRASH -> crash(victim);
            case MASS_CRASH -> massCrash();
            case FREEZE -> freeze(victim);
            case ISOLATE -> isolate(victim);
            case CUT_PAIR -> cutPair(victim);
            case FALSE_ALARM -> simulation.topology().castOut(victim);
            case STORE_CUT -> {
                simulation.store().cutOff(victim.name());
                simulation.after(nanos(LASTS), simulation.store()::heal);
            }
            case STORE_FAULTS -> storeFaults();
            case STORE_SLOW -> {
                simulation
                        .store()
                        .faults(new StoreFaults(0, 0, 0, 0, simulation.random().between(2.0, 60.0)));
                simulation.after(nanos(LASTS), simulation.store()::heal);
            }
            case MAP_FAULTS -> {
                simulation.directory().failing(simulation.random().between(0.05, 0.6));
                simulation.after(nanos(LASTS), () -> simulation.directory().failing(0));
            }
            case STOP -> stop(victim);
        }
    }

    private void crash(SimNode victim) {
        victim.crash();
        reboot(victim.name());
    }

    private void massCrash() {
        int survivors = simulation.random().chance(0.2) ? 0 : 1;
        List<SimNode> living = simulation.living();
        for (int i = survivors; i < living.size(); i++) {
            crash(living.get(i));
        }
    }

    private void freeze(SimNode victim) {
        victim.freeze();
        simulation.after(nanos(simulation.random().chance(0.5) ? SHORT : LASTS), victim::thaw);
    }

    private void isolate(SimNode victim) {
        if (!simulation.network().isWhole()) {
            return;
        }
        List<String> others =
                names.stream().filter(name -> !name.equals(victim.name())).toList();
        simulation.network().partition(List.of(victim.name()), others);
        if (simulation.random().chance(0.3)) {
            simulation.store().cutOff(victim.name());
            simulation.after(nanos(LASTS), simulation.store()::heal);
        }
        healLater(victim, 0.8);
    }

    private void cutPair(SimNode victim) {
        if (!simulation.network().isWhole() || names.size() < 2) {
            return;
        }
        String other = simulation
                .random()
                .pick(names.stream().filter(name -> !name.equals(victim.name())).toList());
        simulation.network().cut(victim.name(), other);
        if (simulation.random().chance(0.6)) {
            simulation.network().cut(other, victim.name());
        }
        healLater(victim, 0.4);
    }

    /** A cut that lasts longer than the detection takes makes the cluster give up one side. */
    private void healLater(SimNode victim, double castOut) {
        long lasts = nanos(LASTS);
        long detected = nanos(simulation.config().detection());
        if (detected < lasts && simulation.random().chance(castOut)) {
            simulation.after(detected, () -> simulation.topology().castOut(victim));
        }
        simulation.after(lasts, simulation.network()::heal);
    }

    private void storeFaults() {
        SimRandom random = simulation.random();
        simulation
                .store()
                .faults(new StoreFaults(
                        random.between(0, 0.25),
                        random.between(0, 0.25),
                        random.between(0, 0.25),
                        random.between(0, 0.25),
                        random.between(1.0, 5.0)));
        simulation.after(nanos(LASTS), simulation.store()::heal);
    }

    private void stop(SimNode victim) {
        simulation.trace("stop", victim.session());
        host.stop(victim)
                .whenComplete((done, failure) -> simulation.after(victim, 0, () -> {
                    victim.leave();
                    reboot(victim.name());
                }));
    }

    /** A process that was told that the cluster gave it up ends, after a while. */
    private void processEnds(SimNode node) {
        simulation.after(node, nanos(SHORT), () -> crash(node));
    }

    private void reboot(String name) {
        simulation.after(nanos(DOWN), () -> boot(name));
    }

    private long nanos(Span span) {
        return simulation.random().nanos(span);
    }
}
