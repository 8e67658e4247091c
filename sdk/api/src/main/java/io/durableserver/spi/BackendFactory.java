package io.durableserver.spi;

import java.util.Optional;

/** Opens a {@link Backend} on a node that is starting. */
@FunctionalInterface
public interface BackendFactory {
    Backend open(Context context);

    /** What a node offers to the backend it opens. */
    interface Context {
        /** The prefix of the durable servers that will use the backend. */
        String prefix();

        /** The node's session. */
        Session session();

        /** An object of the hosting platform, such as its {@code org.apache.ignite.Ignite}. */
        <T> Optional<T> resource(Class<T> type);

        Scheduler scheduler();

        TimeSource time();
    }
}
