package io.durableserver.testkit.sim;

import io.durableserver.spi.Backend.Listed;
import io.durableserver.spi.Backend.Page;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The store as it is: versioned records, changed one request at a time. {@link SimBackend} is how a node reaches it, and
 * where its faults happen.
 */
public final class SimStore {
    /** Sees every change at the moment it is applied. */
    @FunctionalInterface
    public interface Observer {
        /**
         * A record was stored or removed.
         *
         * @param record the new record; empty when it was removed
         */
        void applied(SimNode by, String key, Optional<byte[]> record);
    }

    private static final class Stored {
        final byte[] bytes;
        final Version version;
        final @Nullable Stored before;

        Stored(byte[] bytes, Version version, @Nullable Stored before) {
            this.bytes = bytes;
            this.version = version;
            this.before = before;
        }
    }

    private final Simulation simulation;
    private final TreeMap<String, Stored> records = new TreeMap<>();
    private final List<Observer> observers = new ArrayList<>();
    private final Set<String> cutOff = new LinkedHashSet<>();
    private StoreFaults faults = StoreFaults.NONE;
    private long versions;
    private final Map<SimNode, HeldBack> heldBack = new LinkedHashMap<>();

    private record HeldBack(Consumer<SimNode> onLook, List<Runnable> requests) {}

    SimStore(Simulation simulation) {
        this.simulation = simulation;
    }

    Simulation simulation() {
        return simulation;
    }

    /** Adds an observer of every change. */
    public void observe(Observer observer) {
        observers.add(observer);
    }

    /** What goes wrong from now on. */
    public void faults(StoreFaults value) {
        simulation.trace("store faults", value);
        faults = value;
    }

    StoreFaults faults() {
        return faults;
    }

    /** Cuts a node off from the store. */
    public void cutOff(String node) {
        simulation.trace("store cut off", node);
        cutOff.add(node);
    }

    /** Ends all faults; delayed requests still arrive. */
    public void heal() {
        cutOff.clear();
        List.copyOf(heldBack.keySet()).forEach(this::letGo);
        faults = StoreFaults.NONE;
    }

    boolean isCutOff(String node) {
        return cutOff.contains(node);
    }

    /**
     * What a process asks of the record that has its session in its key does not get through until it is let go, all at once;
     * meanwhile this runs whenever another process looks at that record.
     */
    void holdBack(SimNode subject, Consumer<SimNode> onLook) {
        heldBack.put(subject, new HeldBack(onLook, new ArrayList<>()));
    }

    /** Lets go what was held back. */
    void letGo(SimNode subject) {
        HeldBack held = heldBack.remove(subject);
        if (held != null) {
            simulation.trace("let go", subject.session(), held.requests().size());
            held.requests().forEach(Runnable::run);
        }
    }

    /** A request gets to the store, unless it is held back on the way. */
    void arrive(SimNode by, String key, Runnable request) {
        HeldBack held = heldBack.get(by);
        if (held != null && isOwn(by, key)) {
            held.requests().add(request);
        } else {
            request.run();
        }
    }

    private static boolean isOwn(SimNode node, String key) {
        return key.endsWith("/" + node.session().node() + "/" + node.session().incarnation());
    }

    ReadResult read(SimNode by, String key) {
        heldBack.forEach((subject, held) -> {
            if (by != subject && isOwn(subject, key)) {
                held.onLook().accept(by);
            }
        });
        return result(records.get(key));
    }

    /** The newest record of a key; null when there is none. */
    public byte @Nullable [] record(String key) {
        Stored stored = records.get(key);
        return stored == null ? null : stored.bytes.clone();
    }

    /** Replaces a record whatever its version, as an operator with a key to the store can. */
    public void overwrite(SimNode by, String key, byte[] bytes) {
        Stored now = records.get(key);
        write(by, key, bytes, now == null ? null : now.version);
    }

    /** What a cache or a replica may hold: the newest record, or sometimes the one before it. */
    ReadResult readWeak(String key) {
        Stored newest = records.get(key);
        Stored before = newest == null ? null : newest.before;
        return result(before != null && simulation.random().chance(0.3) ? before : newest);
    }

    private static ReadResult result(@Nullable Stored stored) {
        return stored == null ? new ReadResult.Absent() : new ReadResult.Found(stored.bytes.clone(), stored.version);
    }

    /** Writes a record that must have the expected version, or be absent when that is null. */
    WriteResult write(SimNode by, String key, byte[] bytes, @Nullable Version expected) {
        Stored now = records.get(key);
        if (!matches(now, expected)) {
            return new WriteResult.Conflict();
        }
        Version version = new Version("v" + ++versions);
        Stored before = now == null ? null : new Stored(now.bytes, now.version, null);
        records.put(key, new Stored(bytes.clone(), version, before));
        simulation.trace("stored", by.session(), key, version.token());
        applied(by, key, Optional.of(bytes.clone()));
        return new WriteResult.Stored(version);
    }

    WriteResult delete(SimNode by, String key, Version expected) {
        if (!matches(records.get(key), expected)) {
            return new WriteResult.Conflict();
        }
        records.remove(key);
        simulation.trace("deleted", by.session(), key, expected.token());
        applied(by, key, Optional.empty());
        return new WriteResult.Stored(expected);
    }

    private static boolean matches(@Nullable Stored now, @Nullable Version expected) {
        return expected == null ? now == null : now != null && now.version.equals(expected);
    }

    private void applied(SimNode by, String key, Optional<byte[]> record) {
        observers.forEach(observer -> observer.applied(by, key, record));
    }

    Page list(PageRequest request) {
        List<Listed> found = new ArrayList<>();
        long bytes = 0;
        var tail =
                request.isFirst() ? records.tailMap(request.prefix(), true) : records.tailMap(request.cursor(), false);
        for (var entry : tail.entrySet()) {
            if (!entry.getKey().startsWith(request.prefix())) {
                break;
            }
            byte[] record = entry.getValue().bytes;
            if (!request.hasRoom(found.size(), bytes, record.length)) {
                return new Page(found, Optional.of(found.get(found.size() - 1).key()));
            }
            bytes += record.length;
            found.add(new Listed(
                    entry.getKey(),
                    entry.getValue().version,
                    request.withRecords() ? Optional.of(record.clone()) : Optional.empty()));
        }
        return new Page(found, Optional.empty());
    }
}
