package io.durableserver.ignite.base;

import io.durableserver.spi.MapUnavailableException;
import org.apache.ignite.cache.CachePartialUpdateException;
import org.apache.ignite.internal.cluster.ClusterTopologyServerNotFoundException;
import org.apache.ignite.internal.processors.cache.CacheInvalidStateException;
import org.apache.ignite.internal.processors.cache.CachePartialUpdateCheckedException;
import org.apache.ignite.internal.processors.cache.distributed.dht.IgniteClusterReadOnlyException;
import org.apache.ignite.internal.util.typedef.X;

/** What of Ignite's failures says that nothing was sent. Only their causes tell, which are internal classes. */
public final class Unsent {
    private Unsent() {}

    /** The failure of a change: unavailable when it never left this node, else as it is, which proves nothing. */
    public static RuntimeException change(RuntimeException failure) {
        return !X.hasCause(failure, CachePartialUpdateException.class, CachePartialUpdateCheckedException.class)
                        && X.hasCause(
                                failure,
                                CacheInvalidStateException.class,
                                IgniteClusterReadOnlyException.class,
                                ClusterTopologyServerNotFoundException.class)
                ? unavailable(failure)
                : failure;
    }

    /** The failure of a read, or of an operation Ignite did not take at all: no effect, whatever it was. */
    public static MapUnavailableException unavailable(RuntimeException failure) {
        return new MapUnavailableException(
                "Ignite has no node for this part of the directory now: " + failure.getMessage(), failure);
    }
}
