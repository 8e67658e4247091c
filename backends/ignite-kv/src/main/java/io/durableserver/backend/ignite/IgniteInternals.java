package io.durableserver.backend.ignite;

import org.apache.ignite.cache.CachePartialUpdateException;
import org.apache.ignite.internal.cluster.ClusterTopologyServerNotFoundException;
import org.apache.ignite.internal.processors.cache.CacheInvalidStateException;
import org.apache.ignite.internal.processors.cache.CachePartialUpdateCheckedException;
import org.apache.ignite.internal.processors.cache.distributed.dht.IgniteClusterReadOnlyException;
import org.apache.ignite.internal.util.typedef.X;
import org.jspecify.annotations.Nullable;

/**
 * The only class that knows Ignite's internal classes. The public exceptions do not tell a write that was refused before
 * it was sent from one that may have been applied; their causes do, and nothing public names those.
 */
final class IgniteInternals {
    private IgniteInternals() {}

    /** Whether the failure, or what it was caused by or keeps as suppressed, is of one of the types. */
    static boolean has(Throwable failure, Class<?>... types) {
        return X.hasCause(failure, types);
    }

    static @Nullable CachePartialUpdateException partial(Throwable failure) {
        return X.cause(failure, CachePartialUpdateException.class);
    }

    /** Sent, and failed on its way or on a node. */
    static boolean sent(Throwable failure) {
        return has(failure, CachePartialUpdateException.class, CachePartialUpdateCheckedException.class);
    }

    /**
     * Checked when a write is mapped to nodes, before anything is sent: no quorum, lost partitions, an inactive or
     * read-only cluster, no node left that has the partition.
     */
    static boolean refused(Throwable failure) {
        return has(
                failure,
                CacheInvalidStateException.class,
                IgniteClusterReadOnlyException.class,
                ClusterTopologyServerNotFoundException.class);
    }
}
