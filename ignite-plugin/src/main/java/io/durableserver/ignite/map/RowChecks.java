package io.durableserver.ignite.map;

import io.durableserver.ignite.map.RowLook.Doubt;
import io.durableserver.spi.ChangeFeed;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.SharedMap;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what watches were told with what is there, partition by partition and for all watches at once: Ignite can lose
 * the news of a change with the node that made it. A partition is looked through until that succeeds and leaves no doubt.
 */
final class RowChecks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RowChecks.class);
    /** The time between two looks that must say the same: longer than news are on their way. */
    static final Duration DOUBT = Duration.ofSeconds(1);
    /** The pause after looks that failed; doubles. */
    static final Duration AGAIN = Duration.ofSeconds(1);

    private static final int MAX_DOUBLINGS = 5;

    /** How rows are read. */
    interface Rows {
        int partitions();

        int partition(String key);

        /** Values and marks of a prefix; blocks. */
        void read(int partition, String prefix, BiConsumer<String, Row> rows);
    }

    private record Place(ChangeFeed feed, int partition) {}

    private final String cache;
    private final Rows rows;
    private final Collection<ChangeFeed> feeds;
    private final Executor thread;
    private final Scheduler scheduler;
    private final Set<Integer> lost = ConcurrentHashMap.newKeySet();
    /** The doubts of the last look; used by one task at a time. */
    private final Map<Place, Set<Doubt>> doubts = new HashMap<>();

    private Set<Integer> due = new TreeSet<>();
    private boolean running;
    private int failures;
    private volatile boolean closed;

    /**
     * Nothing is due.
     *
     * @param feeds those there are now; changed by others
     * @param thread for looks, which block
     */
    RowChecks(String cache, Rows rows, Collection<ChangeFeed> feeds, Executor thread, Scheduler scheduler) {
        this.cache = cache;
        this.rows = rows;
        this.feeds = feeds;
        this.thread = thread;
        this.scheduler = scheduler;
    }

    /** All partitions are looked through after these pauses. */
    void soon(Collection<Duration> pauses) {
        for (Duration pause : pauses) {
            later(pause, IntStream.range(0, rows.partitions()).boxed().toList());
        }
    }

    /** These partitions had lost all copies: what is absent there when they are looked through next is lost. */
    void lost(Collection<Integer> partitions) {
        lost.addAll(partitions);
    }

    private void later(Duration pause, Collection<Integer> partitions) {
        if (!closed && !partitions.isEmpty()) {
            var unused = scheduler.schedule(pause, () -> add(partitions));
        }
    }

    private void add(Collection<Integer> partitions) {
        synchronized (this) {
            due.addAll(partitions);
            if (running || closed) {
                return;
            }
            running = true;
        }
        try {
            thread.execute(this::run);
        } catch (RejectedExecutionException e) {
            // Closed: the node stops, or the cluster was deactivated.
        }
    }

    private void run() {
        for (Set<Integer> batch = take(); !batch.isEmpty(); batch = take()) {
            try {
                check(batch);
            } catch (RuntimeException e) {
                LOG.error("A check of {} failed and is repeated", cache, e);
                later(AGAIN, batch);
            }
        }
    }

    private synchronized Set<Integer> take() {
        Set<Integer> batch = closed ? Set.of() : due;
        due = new TreeSet<>();
        running = !batch.isEmpty();
        return batch;
    }

    private void check(Set<Integer> batch) {
        List<ChangeFeed> watching = List.copyOf(feeds);
        Map<Place, RowLook> looks = looks(watching, batch);
        String prefix = common(watching);
        Set<Integer> failed = new HashSet<>();
        Set<Integer> doubtful = new HashSet<>();
        RuntimeException why = null;
        for (int partition : batch) {
            if (closed || watching.isEmpty()) {
                return;
            }
            Map<ChangeFeed, RowLook> here = new LinkedHashMap<>();
            watching.forEach(feed -> here.put(feed, looks.get(new Place(feed, partition))));
            try {
                rows.read(partition, prefix, (key, row) -> row(here, key, row));
                if (settle(here, partition)) {
                    doubtful.add(partition);
                } else {
                    lost.remove(partition);
                }
            } catch (RuntimeException e) {
                failed.add(partition);
                why = e;
            }
        }
        later(DOUBT, doubtful);
        failed(failed, why);
    }

    private void failed(Set<Integer> failed, @Nullable RuntimeException why) {
        failures = failed.isEmpty() ? 0 : Math.min(failures + 1, MAX_DOUBLINGS);
        if (failures == 1 && !closed) {
            LOG.warn("{} partitions of {} are checked again: {}", failed.size(), cache, String.valueOf(why));
        }
        later(AGAIN.multipliedBy(1L << Math.max(0, failures - 1)), failed);
    }

    private Map<Place, RowLook> looks(List<ChangeFeed> watching, Set<Integer> batch) {
        Map<Place, RowLook> looks = new HashMap<>();
        for (ChangeFeed feed : watching) {
            Map<Integer, Map<String, Long>> live = byPartition(feed.live(), batch);
            Map<Integer, Map<String, Long>> gone = byPartition(feed.gone(), batch);
            for (int partition : batch) {
                looks.put(
                        new Place(feed, partition),
                        new RowLook(live.getOrDefault(partition, Map.of()), gone.getOrDefault(partition, Map.of())));
            }
        }
        // Of watches that were closed.
        doubts.keySet().removeIf(place -> !watching.contains(place.feed()));
        return looks;
    }

    private Map<Integer, Map<String, Long>> byPartition(Map<String, Long> revisions, Set<Integer> batch) {
        Map<Integer, Map<String, Long>> byPartition = new HashMap<>();
        revisions.forEach((key, revision) -> {
            int partition = rows.partition(key);
            if (batch.contains(partition)) {
                byPartition.computeIfAbsent(partition, none -> new HashMap<>()).put(key, revision);
            }
        });
        return byPartition;
    }

    private static void row(Map<ChangeFeed, RowLook> looks, String key, Row row) {
        RowRevisions.seen(row.revision());
        byte[] value = row.isMark() ? new byte[0] : row.value();
        looks.forEach((feed, look) -> {
            if (key.startsWith(feed.prefix())) {
                look.row(key, row);
                if (row.isMark()) {
                    feed.removed(key, row.revision(), row.reason());
                } else {
                    feed.present(key, value, row.revision());
                }
            }
        });
    }

    /** Acts on what two looks say alike; whether another one is needed. */
    private boolean settle(Map<ChangeFeed, RowLook> looks, int partition) {
        boolean doubtful = false;
        for (var look : looks.entrySet()) {
            ChangeFeed feed = look.getKey();
            Map<Doubt, byte[]> now = look.getValue().doubts();
            Place place = new Place(feed, partition);
            Set<Doubt> before = now.isEmpty() ? doubts.remove(place) : doubts.put(place, Set.copyOf(now.keySet()));
            doubtful |= !now.isEmpty();
            if (before != null) {
                now.forEach((doubt, value) -> {
                    if (before.contains(doubt)) {
                        correct(feed, doubt, value, lost.contains(partition) ? SharedMap.LOST : "");
                    }
                });
            }
        }
        return doubtful;
    }

    private static void correct(ChangeFeed feed, Doubt doubt, byte[] value, String reason) {
        if (doubt.isAbsence()) {
            feed.vanished(doubt.key(), doubt.heard(), reason);
        } else {
            feed.wentBack(doubt.key(), value, doubt.found(), doubt.heard());
        }
    }

    /** What all prefixes begin with. */
    private static String common(List<ChangeFeed> watching) {
        return watching.stream()
                .map(ChangeFeed::prefix)
                .reduce(RowChecks::common)
                .orElse("");
    }

    private static String common(String one, String other) {
        int length = 0;
        while (length < Math.min(one.length(), other.length()) && one.charAt(length) == other.charAt(length)) {
            length++;
        }
        return one.substring(0, length);
    }

    @Override
    public void close() {
        closed = true;
    }
}
