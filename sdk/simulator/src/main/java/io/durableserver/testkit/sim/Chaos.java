package io.durableserver.testkit.sim;

import io.durableserver.testkit.sim.SimRandom.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
        /** A process is stopped in the middle of a turn. */
        STOP_INSIDE,
        /** A process is frozen and given up, another one takes its name, and the first one wakes up. */
        TWIN,
        ISOLATE,
        CUT_PAIR,
        FALSE_ALARM,
        STORE_CUT,
        STORE_FAULTS,
        STORE_SLOW,
        MAP_FAULTS,
        /** The cluster falls apart into two, each of which runs on; later one of them leaves and joins the other. */
        SPLIT,
        /** Entries of the shared map are lost while their servers live. */
        MAP_LOSS,
        /** Parts of the shared map cannot answer, and lose what they had. */
        MAP_DEATH,
        /** The news of changes of the shared map do not reach its watchers. */
        MAP_FORGETS,
        /** A record is put back by hand, under an epoch that no node has. */
        RESTORED,
        /** A process that is alone renews its lease while others judge it. */
        RENEWAL_RACE,
        /** A process serves and does not say so when it is asked, while the shared map cannot name it. */
        SILENT_OWNER,
        STOP
    }

    private static final EnumSet<Kind> NOT_DRAWN =
            EnumSet.of(Kind.MAP_FORGETS, Kind.RESTORED, Kind.RENEWAL_RACE, Kind.SILENT_OWNER, Kind.SPLIT);

    private static final Span PAUSE = Span.millis(50, 1_200);
    private static final Span DOWN = Span.millis(20, 2_500);
    private static final Span LASTS = Span.millis(20, 4_000);
    private static final Span SHORT = Span.millis(5, 300);
    /** From shorter to much longer than an answer is waited for. */
    private static final Span SILENCE = Span.millis(500, 3_000);

    private static final Span SOON = Span.millis(0, 8);
    private static final Span ALMOST_JUDGED = Span.millis(1_300, 1_900);
    private static final Span LATER = Span.millis(0, 1_500);

    private final Simulation simulation;
    private final SimHost host;
    private final List<String> names;
    private final List<Kind> kinds = new ArrayList<>();
    private final Splits splits;
    private boolean raging;
    private boolean mapStaysDead;
    private @Nullable SimNode victimInside;

    /** A cluster of nodes with these names that runs this, still whole. */
    public Chaos(Simulation simulation, SimHost host, List<String> names) {
        this.simulation = simulation;
        this.host = host;
        this.names = List.copyOf(names);
        this.splits = new Splits(simulation, this::stop);
        for (Kind kind : EnumSet.complementOf(NOT_DRAWN)) {
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
        boolean runs = simulation.nodes().stream()
                .anyMatch(node -> node.name().equals(name)
                        && !node.isDead()
                        && node.topology().contains(node));
        if (!runs) {
            List<SimNode> company = splits.company(name);
            host.start(
                    company.isEmpty()
                            ? simulation.boot(name)
                            : simulation.boot(name, simulation.random().pick(company)));
        }
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
        splits.merge();
        mend();
        simulation.living().forEach(SimNode::thaw);
    }

    /** The parts of the shared map that died stay as they are, whatever is mended. */
    public void leaveMapDead() {
        mapStaysDead = true;
    }

    /** Clusters that fell apart come together by themselves, or not at all. */
    public Chaos leaveSplits() {
        splits.healByThemselves();
        return this;
    }

    /** In how many clusters the processes are that run. */
    public long clusters() {
        return splits.clusters();
    }

    /** A process leaves in good order, to join another cluster. */
    public void stepDown(SimNode node, List<String> addresses) {
        splits.stepDown(node, addresses);
    }

    private void mend() {
        simulation.network().heal();
        simulation.network().speak();
        if (!mapStaysDead) {
            simulation.directory().mend();
        }
        simulation.store().heal();
        simulation.directory().failing(0);
        simulation.directory().forgetting(0);
    }

    private void strike(Kind kind, SimNode victim) {
        simulation.trace("strike", kind, victim.session());
        switch (kind) {
            case CRASH -> crash(victim);
            case MASS_CRASH -> massCrash();
            case FREEZE -> freeze(victim);
            case STOP_INSIDE -> victimInside = victim;
            case TWIN -> twin(victim);
            case MAP_LOSS -> simulation.directory().lose(simulation.random().between(0.2, 1.0));
            case SPLIT -> splits.split(victim);
            case MAP_DEATH -> {
                simulation.directory().die(simulation.random().between(0.2, 1.0));
                if (simulation.random().chance(0.7)) {
                    simulation.after(nanos(LASTS), simulation.directory()::mend);
                }
            }
            case MAP_FORGETS -> {
                simulation.directory().forgetting(simulation.random().between(0.02, 0.5));
                simulation.after(nanos(LASTS), () -> simulation.directory().forgetting(0));
            }
            case RESTORED -> restored(victim);
            case RENEWAL_RACE -> renewalRace(victim);
            case SILENT_OWNER -> silentOwner(victim);
            case ISOLATE -> isolate(victim);
            case CUT_PAIR -> cutPair(victim);
            case FALSE_ALARM -> victim.topology().castOut(victim);
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

    /** A turn of this process is about to do something: perhaps the process stops there. */
    public void inTurn(SimNode node) {
        if (node == victimInside && simulation.pauses().arePossible()) {
            victimInside = null;
            simulation.pauses().stop(node, nanos(simulation.random().chance(0.3) ? SHORT : LASTS));
        }
    }

    private void twin(SimNode victim) {
        victim.freeze();
        simulation.after(nanos(simulation.config().detection()), () -> {
            if (!victim.isDead() && victim.isFrozen()) {
                victim.topology().castOut(victim);
                simulation.after(nanos(SHORT), () -> boot(victim.name()));
            }
        });
        simulation.after(nanos(LASTS), victim::thaw);
    }

    /** As by an operator who puts a copy of it back: no process that ever runs owns it then. */
    private void restored(SimNode victim) {
        host.restore(victim);
    }

    /**
     * A process is alone, and what it asks of its lease gets through when another one has looked at it and is about to judge.
     */
    private void renewalRace(SimNode victim) {
        boolean member = simulation.topology().contains(victim);
        if (!member || !splits.isWhole() || simulation.topology().members().size() < 2) {
            return;
        }
        List<String> others =
                names.stream().filter(name -> !name.equals(victim.name())).toList();
        simulation.network().partition(List.of(victim.name()), others);
        splits.fallApart(List.of(victim));
        Map<SimNode, Long> firstLooks = new HashMap<>();
        long patience = nanos(ALMOST_JUDGED);
        Span soon = simulation.random().chance(0.5) ? SOON : LATER;
        simulation.store().holdBack(victim, by -> {
            long first = firstLooks.computeIfAbsent(by, looker -> simulation.now());
            if (simulation.now() - first > patience) {
                simulation.after(nanos(soon), () -> simulation.store().letGo(victim));
            }
        });
        simulation.after(2 * LASTS.high(), () -> simulation.store().letGo(victim));
    }

    /** A process that wants a key of it goes by the record, and asks it in vain; one that remembers where the key is gets answers. */
    private void silentOwner(SimNode victim) {
        simulation.network().silence(victim);
        if (simulation.random().chance(0.3)) {
            simulation.directory().die(1);
        } else {
            simulation.directory().lose(1); // a silent process hears of it late, and is not shown again until then
        }
        simulation.after(nanos(SILENCE), () -> {
            simulation.network().speak();
            simulation.directory().mend();
        });
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
            simulation.after(detected, () -> victim.topology().castOut(victim));
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

    /** The runtime of this process serves no more, for good: it begins again as another process. */
    public void lost(SimNode node) {
        simulation.trace("lost", node.session());
        processEnds(node);
    }

    private void reboot(String name) {
        simulation.after(nanos(DOWN), () -> boot(name));
    }

    private long nanos(Span span) {
        return simulation.random().nanos(span);
    }
}
