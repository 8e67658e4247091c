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

    /** Refuses, inside a turn, a method that waits for turns. */
    default void outsideTurns(String method) {}

    /** Is told how a runtime stands, at once and on any thread: hands over. */
    interface Watcher {
        /** Whether it takes requests, and if not, why. */
        void ready(boolean ready, String cause);

        /** It serves no more, for good, though nobody here wanted that. */
        void lost(String why);
    }

    /** A runtime that was started. */
    interface Running {
        /** Tells from now on, the present first. */
        void watchedBy(Watcher watcher);

        DurableServers servers();

        /** Stops serving at once, without storing anything. Does not block. */
        void fence();

        /** Hands over and stores what runs here, then stops. Blocks. */
        void close();
    }
}
