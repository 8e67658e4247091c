package io.durableserver.backend.ignite;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Which writes go out together: those of one primary node that came while others were under way. A write that finds its
 * lane free goes at once. Pure steps, one thread at a time; callers bound what waits.
 *
 * @param <W> the writes
 */
final class Lanes<W extends Lanes.Item> {
    /** A write, as far as this class cares. */
    interface Item {
        String key();

        int bytes();
    }

    /**
     * Bounds.
     *
     * @param inFlight batches of one lane that may be under way
     * @param writes writes of one batch
     * @param bytes of one batch; a larger write goes alone
     */
    record Limits(int inFlight, int writes, int bytes) {}

    /**
     * Writes that go out together, of different keys, in the order of the keys: Ignite locks them in the order it gets
     * them, and two batches with two orders would wait for each other for ever.
     */
    record Batch<W>(UUID primary, NavigableMap<String, W> writes) {}

    private static final class Lane<W> {
        final Queue<W> waiting = new ArrayDeque<>();
        int inFlight;
    }

    private final Limits limits;
    private final Map<UUID, Lane<W>> lanes = new HashMap<>();
    private final Set<UUID> ready = new LinkedHashSet<>();

    Lanes(Limits limits) {
        this.limits = limits;
    }

    void add(UUID primary, W write) {
        lanes.computeIfAbsent(primary, id -> new Lane<>()).waiting.add(write);
        ready.add(primary);
    }

    /** A batch of this primary has ended. */
    void ended(UUID primary) {
        Lane<W> lane = lanes.get(primary);
        if (lane == null) {
            throw new IllegalStateException("No batch of this node is under way: " + primary);
        }
        lane.inFlight--;
        if (!lane.waiting.isEmpty()) {
            ready.add(primary);
        } else if (lane.inFlight == 0) {
            lanes.remove(primary);
        }
    }

    /** Takes the batches that may go now; {@link #ended} must follow for each. */
    List<Batch<W>> due() {
        List<Batch<W>> due = new ArrayList<>(ready.size());
        for (UUID primary : ready) {
            Lane<W> lane = lanes.get(primary);
            while (lane != null && lane.inFlight < limits.inFlight() && !lane.waiting.isEmpty()) {
                lane.inFlight++;
                due.add(new Batch<>(primary, take(lane.waiting)));
            }
        }
        // A lane with writes left is full: the end of a batch makes it ready again.
        ready.clear();
        return due;
    }

    /** Takes all that waits; batches under way still end. */
    List<W> clear() {
        List<W> left = new ArrayList<>();
        lanes.values().forEach(lane -> {
            left.addAll(lane.waiting);
            lane.waiting.clear();
        });
        lanes.values().removeIf(lane -> lane.inFlight == 0);
        ready.clear();
        return left;
    }

    private NavigableMap<String, W> take(Queue<W> waiting) {
        NavigableMap<String, W> taken = new TreeMap<>();
        long bytes = 0;
        for (W next = waiting.peek(); next != null && taken.size() < limits.writes(); next = waiting.peek()) {
            bytes += next.bytes();
            // The second write of a key waits for the next batch, and so does what came after it.
            if (!taken.isEmpty() && (bytes > limits.bytes() || taken.containsKey(next.key()))) {
                break;
            }
            taken.put(next.key(), next);
            waiting.remove();
        }
        return taken;
    }
}
