package io.durableserver.ignite.launch;

import io.durableserver.Codec;
import io.durableserver.DurableServers;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The seam between this module and the runtime it starts. */
public interface RuntimeLauncher {
    /** Executors and timers for one prefix; this module closes them. */
    Scheduler scheduler(String name);

    TimeSource time();

    /**
     * Tells the log and the listeners of all runtimes that were started here; where none runs, those of the next one. Any thread; never
     * throws, and waits for no listener.
     */
    void tell(RuntimeEvent event);

    /** Starts a runtime; returns at once. */
    Running launch(DurableServersConfig config, Cluster cluster, Function<Class<?>, Optional<?>> resources);

    /** Refuses what cannot be the key of a server, as the runtime does; fails with {@code INVALID_KEY}. */
    void checkKey(String key);

    /** The headers, if a reference may carry them; refused as a reference of the runtime refuses them. */
    Map<String, String> checkedHeaders(Map<String, String> headers);

    /** Refuses, inside a turn, a method that waits for turns. */
    default void outsideTurns(String method) {}

    /** Is told how a runtime stands, at once and on any thread: hands over. */
    interface Watcher {
        /** Whether it takes requests, and if not, why. */
        void ready(boolean ready, String cause);

        /** It serves no more, for good, and not because its host asked for that. */
        void lost(String why);
    }

    /**
     * What this node knows of its cluster beyond the sessions in it.
     *
     * @param clusters the ids of the clusters it was in, that of this one too
     * @param places the discovery addresses of the cluster
     * @param sinceMillis when this node joined, by its wall clock
     * @param moves whether it can step down
     */
    record Standpoint(Set<String> clusters, List<String> places, long sinceMillis, boolean moves) {}

    /** What there is around the cluster. Thread-safe; nothing blocks. */
    interface Surroundings {
        Standpoint standpoint();

        /** Sessions that were lost. */
        List<Session> lost();

        /** Those of these places, and of those of lost nodes, at which a node outside of the cluster answers. */
        CompletionStage<Set<String>> answering(Collection<String> more);

        /**
         * Something tells of a split, or nothing when the text is empty.
         *
         * @param divided whether another side lives in the same store, so that one of them is to step down
         */
        void alarm(String text, boolean divided);

        /** Leaves in good order, and joins there. */
        void stepDown(List<String> addresses, String why);
    }

    /** The codec of states, where neither the type nor the node names one. */
    Codec stateCodec();

    /** The codec of messages, where the node names none. */
    Codec messageCodec();

    /** A runtime that was started. */
    interface Running {
        /** Tells from now on, the present first. */
        void watchedBy(Watcher watcher);

        /** Looks from now on whether the cluster was split. */
        void watchSplits(Surroundings around);

        DurableServers servers();

        /** Stops serving at once, without storing anything. Does not block. */
        void fence();

        /** Hands over and stores what runs here, then stops. Blocks. */
        void close();
    }
}
