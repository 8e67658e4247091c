package io.durableserver.runtime.node;

import io.durableserver.runtime.events.Facts;
import io.durableserver.spi.BackendFactory;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.TimeSource;
import java.util.Optional;
import java.util.function.Function;

/** What a node offers to its backend. */
record OpenContext(String prefix, Cluster cluster, Function<Class<?>, Optional<?>> resources, Facts facts)
        implements BackendFactory.Context {
    @Override
    public Session session() {
        return cluster.membership().self();
    }

    @Override
    public <T> Optional<T> resource(Class<T> type) {
        return resources.apply(type).map(type::cast);
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
    public void tell(StoreEvent event) {
        facts.tell(event);
    }
}
