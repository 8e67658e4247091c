package io.durableserver.ignite;

import io.durableserver.DurableServers;
import io.durableserver.DurableServersConfig;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.TimeSource;
import java.util.Optional;
import java.util.function.Function;

/** The seam between this module and the runtime it starts. */
interface RuntimeLauncher {
    /** Executors and timers for one prefix; this module closes them. */
    Scheduler scheduler(String name);

    TimeSource time();

    /** Starts a runtime; returns at once. */
    Running launch(DurableServersConfig config, Cluster cluster, Function<Class<?>, Optional<?>> resources);

    /** A runtime that was started. */
    interface Running {
        DurableServers servers();

        /** Stops serving at once, without storing anything. Does not block. */
        void fence();

        /** Hands over and stores what runs here, then stops. Blocks. */
        void close();
    }
}
