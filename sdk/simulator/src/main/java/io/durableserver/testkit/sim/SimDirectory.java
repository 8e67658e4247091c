package io.durableserver.testkit.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The shared map as it is: entries in the memory of a primary node and its backups. An entry dies with the last process
 * that holds it, without a word to anybody.
 */
public final class SimDirectory {
    private static final class Entry {
        byte[] value;
        byte[] before;
        long changedAt;
        Set<SimNode> holders = new LinkedHashSet<>();

        Entry(byte[] value) {
            this.value = value;
            this.before = value;
        }
    }

    private final Simulation simulation;
    private final SimTopology topology;
    private final TreeMap<String, Entry> entries = new TreeMap<>();
    private static final int PARTITIONS = 8;

    private final Set<Integer> dead = new TreeSet<>();
    private double failing;
    private long lostEntries;

    SimDirectory(Simulation simulation, SimTopology topology) {
        this.simulation = simulation;
        this.topology = topology;
        topology.onChange(() -> {
            long delay = simulation.random().nanos(simulation.config().rebalance());
            entries.values().forEach(this::dropGone);
            dropLost();
            simulation.after(delay, this::rebalance);
        });
    }

    /** How often, 0 to 1, an operation fails although it may have been applied. */
    public void failing(double probability) {
        failing = probability;
    }

    /** How many entries died with their last holder so far. */
    public long lostEntries() {
        return lostEntries;
    }

    /** Loses each entry with this probability, 0 to 1, as when all who held it died; its server may live. */
    public void lose(double probability) {
        simulation.trace("map loses", probability);
        entries.keySet().removeIf(key -> simulation.random().chance(probability));
        tellOfLoss();
    }

    /** Each part of the map stops answering with this probability, 0 to 1, as when all who held it died; until it is mended. */
    public void die(double probability) {
        for (int part = 0; part < PARTITIONS; part++) {
            if (simulation.random().chance(probability)) {
                dead.add(part);
            }
        }
        simulation.trace("map dies", Set.copyOf(dead).size());
        entries.keySet().removeIf(this::isDead);
    }

    /** All parts answer again; those that did not are empty. */
    public void mend() {
        if (!dead.isEmpty()) {
            simulation.trace("map is mended");
            dead.clear();
            tellOfLoss();
        }
    }

    /** Whether nobody has the part of the map this key belongs to. */
    boolean isDead(String key) {
        return !dead.isEmpty() && dead.contains(Math.floorMod(score(key, ""), PARTITIONS));
    }

    private void tellOfLoss() {
        for (SimNode member : topology.members()) {
            member.map().lost();
        }
    }

    /** All entries, by key. */
    public Map<String, byte[]> entries() {
        return scan("");
    }

    boolean fails() {
        return simulation.random().chance(failing);
    }

    /** The order in which these processes hold a key: the first one is its primary. Everybody computes the same. */
    static <T> Optional<T> first(String key, Collection<T> candidates) {
        return candidates.stream().max(Comparator.comparingLong(candidate -> score(key, candidate)));
    }

    /** Rendezvous hashing: FNV-1a over key and candidate, finished as in MurmurHash3. */
    private static long score(String key, Object candidate) {
        long hash = 0xcbf29ce484222325L;
        String text = key + '\n' + candidate;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }

    /**
     * The process that may serve an operation of another one now. Empty while the primary is dead, frozen or cut off and
     * the cluster has not noticed: operations wait.
     */
    Optional<SimNode> primaryFor(String key, SimNode asker) {
        if (!topology.contains(asker)) {
            return Optional.empty();
        }
        Entry entry = entries.get(key);
        Collection<SimNode> candidates = entry == null ? topology.members() : entry.holders;
        return first(key, candidates)
                .filter(SimNode::isRunning)
                .filter(primary -> simulation.network().reaches(asker, primary)
                        && simulation.network().reaches(primary, asker));
    }

    byte @Nullable [] value(String key) {
        Entry entry = entries.get(key);
        return entry == null ? null : entry.value.clone();
    }

    /** What a process finds in its own memory: nothing when it holds no copy, an old value when it changed just now. */
    Optional<byte[]> local(String key, SimNode reader) {
        Entry entry = entries.get(key);
        if (entry == null || !entry.holders.contains(reader)) {
            return Optional.empty();
        }
        long lag = simulation.random().nanos(simulation.config().viewLag());
        return Optional.of((simulation.now() - entry.changedAt < lag ? entry.before : entry.value).clone());
    }

    Map<String, byte[]> scan(String prefix) {
        Map<String, byte[]> found = new TreeMap<>();
        entries.subMap(prefix, prefix + Character.MAX_VALUE)
                .forEach((key, entry) -> found.put(key, entry.value.clone()));
        return found;
    }

    /**
     * Changes an entry that holds exactly what is expected; null stands for an absent entry.
     *
     * @return whether it did
     */
    boolean compareAndSet(String key, byte @Nullable [] expected, byte @Nullable [] value) {
        Entry entry = entries.get(key);
        if (!Arrays.equals(entry == null ? null : entry.value, expected)) {
            return false;
        }
        if (value == null) {
            entries.remove(key);
        } else if (entry == null) {
            Entry created = new Entry(value.clone());
            place(key, created);
            entries.put(key, created);
        } else {
            entry.before = entry.value;
            entry.value = value.clone();
            entry.changedAt = simulation.now();
        }
        for (SimNode member : topology.members()) {
            member.map().changed(key, Optional.ofNullable(value));
        }
        return true;
    }

    private void place(String key, Entry entry) {
        List<SimNode> left = new ArrayList<>(topology.members());
        Set<SimNode> holders = new LinkedHashSet<>();
        while (holders.size() <= simulation.config().backups() && !left.isEmpty()) {
            SimNode next = first(key, left).orElseThrow();
            left.remove(next);
            if (!next.isDead()) {
                holders.add(next);
            }
        }
        entry.holders = holders;
    }

    private void rebalance() {
        entries.forEach((key, entry) -> place(key, entry));
    }

    /** These processes go their own way, with the copies they hold. */
    void splitTo(SimDirectory other, Collection<SimNode> side) {
        entries.forEach((key, entry) -> {
            Set<SimNode> there = new LinkedHashSet<>(entry.holders);
            there.retainAll(side);
            entry.holders = new LinkedHashSet<>(entry.holders);
            entry.holders.removeAll(side);
            if (!there.isEmpty()) {
                Entry copy = new Entry(entry.value);
                copy.holders = there;
                other.entries.put(key, copy);
            }
        });
    }

    /** A process that ends takes its copies with it at once, whenever the cluster notices. */
    void ended(SimNode node) {
        entries.values().forEach(entry -> {
            if (entry.holders.size() == 1 && entry.holders.contains(node)) {
                entry.holders = Set.of();
            }
        });
        dropLost();
    }

    private void dropGone(Entry entry) {
        Set<SimNode> left = new LinkedHashSet<>(entry.holders);
        left.removeIf(holder -> holder.isDead() || !topology.contains(holder));
        entry.holders = left;
    }

    private void dropLost() {
        long before = lostEntries;
        entries.entrySet().removeIf(entry -> {
            boolean lost = entry.getValue().holders.stream().allMatch(SimNode::isDead)
                    || entry.getValue().holders.isEmpty();
            if (lost) {
                lostEntries++;
                simulation.trace("map entry lost", entry.getKey());
            }
            return lost;
        });
        if (lostEntries > before) {
            tellOfLoss();
        }
    }
}
