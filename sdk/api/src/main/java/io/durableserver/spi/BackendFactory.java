package io.durableserver.spi;

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

    /** What is known of a node that has not joined yet. */
    interface Environment {
        /** The prefix of the durable servers that will use the backend. */
        String prefix();

        /**
         * An object of the hosting platform: before the node has joined its {@code IgniteConfiguration}, when the backend is
         * opened its {@code org.apache.ignite.Ignite}.
         */
        <T> Optional<T> resource(Class<T> type);
    }

    /** What a node offers to the backend it opens. */
    interface Context extends Environment {
        /** The node's session. */
        Session session();

        Scheduler scheduler();

        TimeSource time();
    }
}
