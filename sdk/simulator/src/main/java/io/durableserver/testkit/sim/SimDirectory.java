package io.durableserver.testkit.sim;

import io.durableserver.spi.MapSpec;
import io.durableserver.spi.PageBuilder;
import io.durableserver.spi.SharedMap;
import io.durableserver.spi.SharedMap.Page;
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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A shared map as it is: entries in the memory of a primary node and its backups. An entry dies with the last process
 * that holds it, without a word.
 */
public final class SimDirectory {
    private static final class Entry {
        byte[] value;
        byte[] before;
        long revision;
        long changedAt;
        Set<SimNode> holders = new LinkedHashSet<>();

        Entry(byte[] value) {
            this.value = value;
            this.before = value;
        }
    }

    private final Simulation simulation;
    private final SimTopology topology;
    private final MapSpec spec;
    private final TreeMap<String, Entry> entries = new TreeMap<>();
    private static final int PARTITIONS = 8;

    private final Set<Integer> dead = new TreeSet<>();
    private double failing;
    private double forgetting;
    private long lostEntries;
    private long revision;

    SimDirectory(Simulation simulation, SimTopology topology, MapSpec spec) {
        this.simulation = simulation;
        this.topology = topology;
        this.spec = spec;
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

    /** How often, 0 to 1, a watcher is not told of a change, as when the node that made it dies at that moment; a later look finds it. */
    public void forgetting(double probability) {
        forgetting = probability;
    }

    boolean forgets() {
        return simulation.random().chance(forgetting);
    }

    /** How many entries died with their last holder so far. */
    public long lostEntries() {
        return lostEntries;
    }

    /** Loses each entry with this probability, 0 to 1, as when all processes that held it died; its server may live. */
    public void lose(double probability) {
        simulation.trace("map loses", probability);
        entries.keySet().removeIf(key -> simulation.random().chance(probability));
        tellOfLoss();
    }

    /** Each part of the map stops answering with this probability, 0 to 1, as when all processes that held it died; until it is mended. */
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

    /** Whether no process has the part of the map this key belongs to. */
    boolean isDead(String key) {
        return !dead.isEmpty() && dead.contains(Math.floorMod(score(key, ""), PARTITIONS));
    }

    private void tellOfLoss() {
        // What is written again is newer than the news of the loss.
        revision += 2;
        for (SimNode member : topology.members()) {
            member.opened(spec.name()).ifPresent(SimSharedMap::lost);
        }
    }

    /** All entries, by key. */
    public Map<String, byte[]> entries() {
        Map<String, byte[]> all = new TreeMap<>();
        entries.forEach((key, entry) -> all.put(key, entry.value.clone()));
        return all;
    }

    MapSpec spec() {
        return spec;
    }

    boolean fails() {
        return simulation.random().chance(failing);
    }

    /** The order in which these processes hold a key: the first one is its primary. All compute the same. */
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

    /** The revision of an entry; 0 when there is none. */
    long revision(String key) {
        Entry entry = entries.get(key);
        return entry == null ? 0 : entry.revision;
    }

    /** The revision of the change made last. */
    long revision() {
        return revision;
    }

    /** Fills a page with the entries of this prefix whose key is wanted; the cursor is the last key. */
    Page page(String prefix, String cursor, PageBuilder page, Predicate<String> wanted) {
        boolean first = cursor.equals(SharedMap.START);
        for (Map.Entry<String, Entry> each :
                entries.tailMap(first ? prefix : cursor, first).entrySet()) {
            String key = each.getKey();
            if (!key.startsWith(prefix)) {
                break;
            }
            Entry entry = each.getValue();
            if (wanted.test(key) && !page.add(new SharedMap.Entry(key, entry.value.clone(), entry.revision))) {
                return page.before(page.lastKey());
            }
        }
        return page.last();
    }

    /** How many keys are wanted. */
    long count(Predicate<String> wanted) {
        return entries.keySet().stream().filter(wanted).count();
    }

    /**
     * Changes an entry that holds exactly what is expected; null stands for an absent entry.
     *
     * @param reason why it is removed
     * @return whether it did
     */
    boolean compareAndSet(String key, byte @Nullable [] expected, byte @Nullable [] value, String reason) {
        Entry entry = entries.get(key);
        if (!Arrays.equals(entry == null ? null : entry.value, expected)) {
            return false;
        }
        revision++;
        if (value == null) {
            entries.remove(key);
        } else if (entry == null) {
            Entry created = new Entry(value.clone());
            created.revision = revision;
            place(key, created);
            entries.put(key, created);
        } else {
            entry.before = entry.value;
            entry.value = value.clone();
            entry.revision = revision;
            entry.changedAt = simulation.now();
        }
        for (SimNode member : topology.members()) {
            member.opened(spec.name()).ifPresent(map -> map.changed(key, value, revision, reason));
        }
        return true;
    }

    private void place(String key, Entry entry) {
        List<SimNode> left = new ArrayList<>(topology.members());
        Set<SimNode> holders = new LinkedHashSet<>();
        int copies = spec.kind() == MapSpec.Kind.REPLICATED
                ? left.size()
                : 1 + spec.backups().orElse(simulation.config().backups());
        while (holders.size() < copies && !left.isEmpty()) {
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
        revision += 2;
        other.revision = revision;
        entries.forEach((key, entry) -> {
            Set<SimNode> there = new LinkedHashSet<>(entry.holders);
            there.retainAll(side);
            entry.holders = new LinkedHashSet<>(entry.holders);
            entry.holders.removeAll(side);
            if (!there.isEmpty()) {
                Entry copy = new Entry(entry.value);
                copy.holders = there;
                copy.revision = entry.revision;
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
