package io.durableserver.testkit;

import io.durableserver.ServerType;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.LeaseConfig;
import io.durableserver.runtime.turn.TestMode;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.InMemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What a node of a cluster in this JVM starts with. */
record NodeConfig(DurableServersConfig config, TestMode mode) {
    private static final LeaseConfig LEASE = LeaseConfig.builder()
            .time(Duration.ofSeconds(2))
            .renewEvery(Duration.ofMillis(500))
            .margin(Duration.ofMillis(400))
            .build();
    /** Long, where no clock can stall: each renewal is a stop on the way when time passes. */
    private static final LeaseConfig VIRTUAL_LEASE = LeaseConfig.builder()
            .time(Duration.ofMinutes(10))
            .renewEvery(Duration.ofMinutes(3))
            .margin(Duration.ofSeconds(10))
            .build();

    @SuppressWarnings("unchecked") // each service is an instance of the class it is kept under
    static NodeConfig of(
            List<ServerType<?>> types,
            Map<Class<?>, Object> services,
            List<Consumer<DurableServersConfig.Builder>> changes,
            LocalNode node,
            InMemoryStore store,
            boolean encodesLocally,
            boolean virtualTime) {
        DurableServersConfig.Builder builder = DurableServersConfig.builder()
                .prefix(StoredRecords.PREFIX)
                .types(types)
                .backend(context -> new InMemoryBackend(store))
                .lease(virtualTime ? VIRTUAL_LEASE : LEASE);
        services.forEach((type, service) -> builder.service((Class<Object>) type, service));
        changes.forEach(change -> change.accept(builder));
        DurableServersConfig config = builder.build();
        // Whatever the store is, a process that is dead does not reach it.
        DurableServersConfig mortal = DurableServersConfig.from(config)
                .backend(context -> new MortalBackend(config.backend().open(context), node))
                .verifyEncoding(true)
                .build();
        return new NodeConfig(mortal, new TestMode(encodesLocally, virtualTime));
    }
}
