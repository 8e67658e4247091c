package io.durableserver.runtime.node;

import io.durableserver.DurableServers;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.ownership.Directory;
import io.durableserver.runtime.ownership.LeaseClock;
import io.durableserver.runtime.ownership.Store;
import io.durableserver.runtime.ownership.StoreKeys;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.runtime.sync.BackgroundSync;
import io.durableserver.runtime.turn.TestMode;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.Membership;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What the rooms of one node share.
 *
 * @param entry the entry point, which is made of the rooms and so is set after them
 */
record SharedScope(
        DurableServersConfig config,
        Cluster cluster,
        Facts facts,
        TestMode testMode,
        StoreKeys keys,
        Store store,
        LeaseClock lease,
        Directory directory,
        BackgroundSync background,
        AtomicReference<DurableServers> entry)
        implements NodeScope {
    @Override
    public Session session() {
        return membership().self();
    }

    @Override
    public Membership membership() {
        return cluster.membership();
    }

    @Override
    public Scheduler scheduler() {
        return cluster.scheduler();
    }

    @Override
    public TimeSource time() {
        return cluster.time();
    }

    @Override
    public DurableServers servers() {
        return Objects.requireNonNull(entry.get(), "the rooms are not open yet");
    }
}
