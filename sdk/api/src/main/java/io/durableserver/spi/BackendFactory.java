package io.durableserver.spi;

import java.util.List;
import java.util.Optional;

/** Opens a {@link Backend} on a node that is starting. */
@FunctionalInterface
public interface BackendFactory {
    Backend open(Context context);

    /**
     * Finds what is wrong in the configuration before the node joins its cluster, so that the start of the node fails instead
     * of everything after it. Has no effects, and may be called on a node that never opens the backend; {@link #open} checks
     * what it needs all the same.
     *
     * @throws io.durableserver.ConfigurationException naming the option, its value and its bound
     */
    default void check(Environment environment) {}

    /**
     * What a node tells the nodes of the cluster that it is about to join, for their {@link #refuse}: a short text, or empty for nothing.
     * Has no effects.
     */
    default Optional<String> introduction(Environment environment) {
        return Optional.empty();
    }

    /**
     * Why a node must not join now, in a sentence for people that says what to do; empty when it may. Asked on one node of the
     * cluster, which has this backend, about each server node, also about those that do not take part in its prefix. Must not block. A
     * node that is kept out may try again; so may one whose store failed to answer.
     *
     * @throws io.durableserver.ConfigurationException where it must not join as it is configured: it does not try again
     */
    default Optional<String> refuse(Newcomer newcomer) {
        return Optional.empty();
    }

    /**
     * What the store of an inactive cluster waits for, in a sentence for people that says what to do; empty where it knows of nothing.
     * Asked on a node that has joined. Must not block.
     */
    default Optional<String> waitsFor(Environment environment) {
        return Optional.empty();
    }

    /** What is known of a node that has not joined yet. */
    interface Environment {
        /** The prefix of the durable servers that will use the backend. */
        String prefix();

        /**
         * An object of the hosting platform: before the node has joined its {@code IgniteConfiguration}, when the backend is
         * opened, and whenever the node has joined, its {@code org.apache.ignite.Ignite}.
         */
        <T> Optional<T> resource(Class<T> type);
    }

    /** A node that wants to join, as one of the cluster sees it; {@link #resource} has what that one has. */
    interface Newcomer extends Environment {
        /** Its consistent id. */
        String name();

        /** What it said of itself; empty for nothing. */
        Optional<String> introduction();

        /** What the server nodes that are here said of themselves when they joined, without those that said nothing. */
        List<String> introductionsHere();
    }

    /** What a node offers to the backend it opens. */
    interface Context extends Environment {
        /** The node's session. */
        Session session();

        Scheduler scheduler();

        TimeSource time();

        /** Tells the log and the listeners of the node what happened in the store. Any thread, also with a lock; never throws. */
        void tell(StoreEvent event);
    }
}
