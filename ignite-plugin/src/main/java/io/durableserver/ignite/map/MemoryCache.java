package io.durableserver.ignite.map;

import io.durableserver.Registration;
import io.durableserver.ignite.base.Daemons;
import io.durableserver.ignite.membership.NodeAttributes;
import io.durableserver.spi.Listeners;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.cache.CacheException;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cache.CacheAtomicityMode;
import org.apache.ignite.cache.PartitionLossPolicy;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.configuration.CacheConfiguration;
import org.apache.ignite.events.Event;
import org.apache.ignite.events.EventType;
import org.apache.ignite.lang.IgniteBiPredicate;
import org.apache.ignite.lang.IgnitePredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cache in memory on the nodes of a prefix, opened, watched and repaired: the one way this module makes caches. What is
 * in it are hints, so partitions whose copies are all gone are opened again, empty, by the node that notices first; all are
 * told, and put back what they know. Without that Ignite refuses their keys for ever, also when the nodes have come back.
 */
final class MemoryCache implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryCache.class);
    /** The times of looks after nodes left or came: when the others have agreed on their partitions, late or soon. */
    private static final List<Duration> LOOKS =
            List.of(Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofSeconds(5));

    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final int[] CHANGES = {EventType.EVT_NODE_JOINED, EventType.EVT_NODE_LEFT, EventType.EVT_NODE_FAILED
    };

    private final Ignite ignite;
    private final String prefix;
    private final IgniteCache<String, byte[]> cache;
    private final Scheduler scheduler;
    private final ExecutorService thread;
    private final Listeners<Consumer<List<Integer>>> listeners;
    private final AtomicBoolean due = new AtomicBoolean();
    private final AtomicBoolean again = new AtomicBoolean();
    private final IgnitePredicate<Event> changed = this::onChange;
    private final IgniteBiPredicate<UUID, Object> told = this::onTold;
    private volatile String waitsFor = "";
    private volatile boolean closed;

    /** Creates the cache where it does not exist; blocks, and needs an active cluster. */
    MemoryCache(MapHost host, String name, UnaryOperator<CacheConfiguration<String, byte[]>> settings) {
        this.ignite = host.ignite();
        this.prefix = host.prefix();
        this.scheduler = host.scheduler();
        this.listeners = new Listeners<>(thrown -> LOG.error("A listener to losses of {} failed", name, thrown));
        this.cache = ignite.getOrCreateCache(settings.apply(configuration(prefix, name, host.region())));
        this.thread = Daemons.pool("durable-repair-" + prefix, 1);
        try {
            ignite.events().localListen(changed, CHANGES);
            ignite.message().localListen(name, told);
        } catch (RuntimeException stopping) {
            closeAfter(stopping);
            throw stopping;
        }
        repairSoon();
    }

    private static CacheConfiguration<String, byte[]> configuration(
            String prefix, String name, @Nullable String region) {
        CacheConfiguration<String, byte[]> configuration = new CacheConfiguration<>(name);
        configuration.setAtomicityMode(CacheAtomicityMode.ATOMIC);
        // In a cluster with persistence, and a baseline that is not adjusted by itself, the default acts like this
        // all the same. So it is said, for all clusters: entries are never gone without a word.
        configuration.setPartitionLossPolicy(PartitionLossPolicy.READ_WRITE_SAFE);
        configuration.setNodeFilter(new TakesPart(prefix));
        configuration.setStatisticsEnabled(false);
        if (region != null) {
            configuration.setDataRegionName(region);
        }
        return configuration;
    }

    IgniteCache<String, byte[]> cache() {
        return cache;
    }

    String name() {
        return cache.getName();
    }

    /** Runs when entries may be gone; on a thread of this class or of Ignite, and hands over at once. */
    Registration onLoss(Runnable listener) {
        return onLost(partitions -> listener.run());
    }

    /** As {@link #onLoss}, and names the partitions that had no copy. */
    Registration onLost(Consumer<List<Integer>> listener) {
        return listeners.add(listener);
    }

    /** An operation met a partition without a copy. */
    void repairSoon() {
        if (due.compareAndSet(false, true)) {
            try {
                thread.execute(() -> {
                    due.set(false);
                    repair();
                });
            } catch (RejectedExecutionException e) {
                // Closed: the node stops, or the cluster was deactivated.
            }
        }
    }

    private boolean onChange(Event event) {
        for (Duration pause : LOOKS) {
            var unused = scheduler.schedule(pause, this::repairSoon);
        }
        return !closed;
    }

    private void repair() {
        if (closed) {
            return;
        }
        try {
            Collection<Integer> lost = cache.lostPartitions();
            if (lost.isEmpty()) {
                waitsFor = "";
            } else if (lost.stream().anyMatch(this::hasNoNode)) {
                // Ignite gives a partition only to nodes of the baseline, and opens all lost ones or none.
                later("no node of the baseline is there for some of " + lost.size() + " lost partitions");
            } else {
                open(lost);
                waitsFor = "";
            }
        } catch (CacheException | IgniteException | IllegalStateException e) {
            later(e.toString());
        }
    }

    private boolean hasNoNode(int partition) {
        return ignite.affinity(name())
                .mapPartitionToPrimaryAndBackups(partition)
                .isEmpty();
    }

    private void open(Collection<Integer> lost) {
        // Told before they are opened: once they are, the others cannot see that they were lost.
        ignite.message(ignite.cluster().forPredicate(new TakesPart(prefix)))
                .send(name(), lost.stream().mapToInt(Integer::intValue).toArray());
        ignite.resetLostPartitions(List.of(name()));
        LOG.warn("{}: {} partitions had lost all copies, and begin empty", name(), lost.size());
        tell(List.copyOf(lost));
    }

    /** Said once for each reason. */
    private void later(String why) {
        if (closed) {
            return;
        }
        if (!why.equals(waitsFor)) {
            waitsFor = why;
            LOG.warn("{}: its keys go by their records until its lost partitions can be opened: {}", name(), why);
        }
        if (again.compareAndSet(false, true)) {
            var unused = scheduler.schedule(AGAIN, () -> {
                again.set(false);
                repairSoon();
            });
        }
    }

    private boolean onTold(UUID from, Object partitions) {
        if (!closed && !from.equals(ignite.cluster().localNode().id())) {
            tell(partitions instanceof int[] lost ? Arrays.stream(lost).boxed().toList() : List.of());
        }
        return !closed;
    }

    private void tell(List<Integer> lost) {
        listeners.tell(listener -> listener.accept(lost));
    }

    /** Leaves nothing behind of what could not be opened. */
    void closeAfter(RuntimeException why) {
        try {
            close();
        } catch (RuntimeException e) {
            why.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.shutdownNow();
        listeners.clear();
        ignite.events().stopLocalListen(changed);
        ignite.message().stopLocalListen(name(), told);
    }

    /** Nodes that take part in a prefix. */
    static final class TakesPart implements IgnitePredicate<ClusterNode> {
        private static final long serialVersionUID = 1L;

        private final String prefix;

        TakesPart(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public boolean apply(ClusterNode node) {
            return NodeAttributes.takesPart(node, prefix);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof TakesPart that && that.prefix.equals(prefix);
        }

        @Override
        public int hashCode() {
            return prefix.hashCode();
        }
    }
}
