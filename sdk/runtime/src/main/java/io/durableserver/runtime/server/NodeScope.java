package io.durableserver.runtime.server;

import io.durableserver.DurableServers;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.ownership.Directory;
import io.durableserver.runtime.ownership.LeaseClock;
import io.durableserver.runtime.ownership.Store;
import io.durableserver.runtime.ownership.StoreKeys;
import io.durableserver.runtime.sync.BackgroundSync;
import io.durableserver.runtime.turn.TestMode;
import io.durableserver.spi.Membership;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;

/** What an activation uses of its node. */
public interface NodeScope {
    DurableServersConfig config();

    Session session();

    Scheduler scheduler();

    TimeSource time();

    LeaseClock lease();

    Store store();

    StoreKeys keys();

    Directory directory();

    Membership membership();

    BackgroundSync background();

    /** The facts of the node, told by its rooms. */
    Facts facts();

    /** The entry point of the node, as user code gets it. */
    DurableServers servers();

    default TestMode testMode() {
        return TestMode.NONE;
    }

    /** Whether the lease holds now. */
    default boolean mayServe() {
        return lease().isValid(time().nanoTime());
    }
}
