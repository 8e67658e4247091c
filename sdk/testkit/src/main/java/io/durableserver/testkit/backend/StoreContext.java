package io.durableserver.testkit.backend;

import io.durableserver.runtime.jdk.JdkScheduler;
import io.durableserver.runtime.jdk.JdkTime;
import io.durableserver.spi.BackendFactory;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.TimeSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The node that opens a store in a test of that store alone, as the compatibility kit of stores needs one:
 *
 * <pre>{@code
 * static final StoreContext NODE = StoreContext.real("test/");
 *
 * protected Backend openBackend() {
 *     return MyStore.backend(config).open(NODE);
 * }
 * }</pre>
 *
 * <p>Several contexts made from one share its scheduler: they are nodes of one process. Close one of them, after the stores.
 *
 * @param prefix put before the names of what the store keeps for itself
 * @param session the node's session
 * @param scheduler executors and timers
 * @param time clocks
 * @param resources objects of the hosting platform; {@link #resource} finds the first of a type
 * @param facts hears at once what the stores tell, on their threads
 */
public record StoreContext(
        String prefix,
        Session session,
        Scheduler scheduler,
        TimeSource time,
        List<Object> resources,
        Consumer<StoreEvent> facts)
        implements BackendFactory.Context, AutoCloseable {
    public StoreContext {
        resources = List.copyOf(resources);
    }

    /** The context of a node without listeners. */
    public StoreContext(String prefix, Session session, Scheduler scheduler, TimeSource time, List<Object> resources) {
        this(prefix, session, scheduler, time, resources, event -> {});
    }

    /** A node {@code node/1} on the threads and clocks of the JVM, without resources. */
    public static StoreContext real(String prefix) {
        return new StoreContext(
                prefix, new Session("node", "1"), JdkScheduler.create("store-test"), new JdkTime(), List.of());
    }

    /** Another session in the same process. */
    public StoreContext with(Session other) {
        return new StoreContext(prefix, other, scheduler, time, resources, facts);
    }

    /** The same node with one more resource. */
    public StoreContext withResource(Object resource) {
        return new StoreContext(
                prefix,
                session,
                scheduler,
                time,
                Stream.concat(resources.stream(), Stream.of(resource)).toList(),
                facts);
    }

    /** The same node, heard by this. */
    public StoreContext telling(Consumer<StoreEvent> listener) {
        return new StoreContext(prefix, session, scheduler, time, resources, listener);
    }

    @Override
    public void tell(StoreEvent event) {
        facts.accept(event);
    }

    @Override
    public <T> Optional<T> resource(Class<T> type) {
        return resources.stream().filter(type::isInstance).<T>map(type::cast).findFirst();
    }

    /** Closes the scheduler. */
    @Override
    public void close() {
        scheduler.close();
    }
}
