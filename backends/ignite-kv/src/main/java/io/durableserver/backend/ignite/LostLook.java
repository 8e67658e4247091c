package io.durableserver.backend.ignite;

import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.StoreFacts;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BooleanSupplier;
import org.apache.ignite.Ignite;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows in memory of lost partitions. They themselves are behind a lock that Ignite holds while it writes to a disk, and
 * a decision about joins must not wait for that: all discovery would. So they are looked at once after each change.
 */
final class LostLook {
    private record Look(long topology, boolean nothingIsLost) {}

    private volatile @Nullable Look last;
    /** Null before a backend was opened: then only the look itself says that nothing is known. */
    private volatile @Nullable StoreFacts facts;

    LostLook() {}

    /** Looks from now on, as long as the node runs, and once now: that may block. */
    static void begin(Ignite node, String cacheName, StoreFacts facts) {
        LostLook look = of(node, cacheName);
        look.facts = facts;
        // No look is later than the one after the last change.
        long version = IgniteInternals.readyVersion(node);
        boolean nothing = IgniteInternals.nothingIsLost(node, cacheName);
        synchronized (look) {
            if (look.last == null) {
                look.last = new Look(version, nothing);
            }
        }
    }

    private static LostLook of(Ignite node, String cacheName) {
        ConcurrentMap<String, LostLook> local = node.cluster().nodeLocalMap();
        return local.computeIfAbsent("durable-" + cacheName + ".lost", key -> {
            LostLook look = new LostLook();
            IgniteInternals.afterChanges(
                    node, version -> look.take(version, () -> IgniteInternals.nothingIsLost(node, cacheName)));
            return look;
        });
    }

    /** Ignite has more to do after this, and would not when this threw: what cannot be looked at is not known. */
    void take(long version, BooleanSupplier nothingIsLost) {
        boolean nothing = false;
        try {
            nothing = nothingIsLost.getAsBoolean();
        } catch (RuntimeException failure) {
            StoreFacts open = facts;
            if (open != null) {
                open.tell((store, cache) ->
                        new StoreEvent.StoreStepFailed(store, cache, "a look for lost partitions", failure));
            }
        }
        take(version, nothing);
    }

    private synchronized void take(long version, boolean nothingIsLost) {
        last = new Look(version, nothingIsLost);
    }

    /** Whether it was known at the last look that no partition is lost. */
    boolean sawNothingLost() {
        Look now = last;
        return now != null && now.nothingIsLost();
    }

    /** Whether no partition of a cache is lost now, as far as can be told; also where the cluster is not active. Does not block. */
    static boolean nothingIsLost(Ignite node, String cacheName) {
        Look last = of(node, cacheName).last;
        return !IgniteInternals.active(node)
                || (last != null
                        && last.nothingIsLost()
                        && IgniteInternals.servers(node, last.topology() - 1, IgniteInternals.topologyVersion(node))
                                .filter(LostLook::nobodyLeft)
                                .isPresent());
    }

    /** What is being taken in just now loses nothing where nodes only came. */
    static boolean nobodyLeft(List<Set<String>> views) {
        Optional<Set<String>> before = Optional.empty();
        for (Set<String> view : views) {
            if (!before.map(view::containsAll).orElse(true)) {
                return false;
            }
            before = Optional.of(view);
        }
        return true;
    }
}
