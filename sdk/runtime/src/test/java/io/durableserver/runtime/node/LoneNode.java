package io.durableserver.runtime.node;

import io.durableserver.ServerType;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.LeaseConfig;
import io.durableserver.config.Limits;
import io.durableserver.config.Timeouts;
import io.durableserver.runtime.jdk.JdkScheduler;
import io.durableserver.runtime.jdk.JdkTime;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.testing.UnexaminedCodec;
import io.durableserver.spi.RuntimeEvents;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** One whole node on real threads over a store in memory. */
final class LoneNode implements AutoCloseable {
    private static final AtomicInteger INCARNATIONS = new AtomicInteger();

    final MemoryBackend backend;
    final JdkScheduler scheduler = JdkScheduler.create("test");
    final LoneCluster cluster;
    final DurableNode servers;

    private LoneNode(
            MemoryBackend backend,
            Limits limits,
            LeaseConfig lease,
            Timeouts timeouts,
            List<RuntimeEvents> events,
            List<ServerType<?>> types) {
        this.backend = backend;
        this.cluster = new LoneCluster(new Session("n", "i" + INCARNATIONS.incrementAndGet()));
        DurableServersConfig.Builder builder = DurableServersConfig.builder()
                .prefix("t/")
                .backend(context -> backend)
                .types(types)
                .messageCodec(UnexaminedCodec.INSTANCE)
                .limits(limits)
                .lease(lease)
                .timeouts(Timeouts.from(timeouts)
                        .write(Duration.ofSeconds(2))
                        .call(Duration.ofSeconds(5))
                        .build())
                .service(String.class, "a service");
        events.forEach(builder::events);
        this.servers =
                DurableNode.start(builder.build(), cluster.with(scheduler, new JdkTime()), type -> Optional.empty());
        servers.awaitReady(Duration.ofSeconds(5));
    }

    static LoneNode start(ServerType<?>... types) {
        return start(new MemoryBackend(), types);
    }

    static LoneNode start(MemoryBackend backend, ServerType<?>... types) {
        return new LoneNode(backend, Limits.DEFAULT, LeaseConfig.DEFAULT, Timeouts.DEFAULT, List.of(), List.of(types));
    }

    static LoneNode start(Limits limits, ServerType<?>... types) {
        return new LoneNode(
                new MemoryBackend(), limits, LeaseConfig.DEFAULT, Timeouts.DEFAULT, List.of(), List.of(types));
    }

    static LoneNode start(Limits limits, MemoryBackend backend, ServerType<?>... types) {
        return new LoneNode(backend, limits, LeaseConfig.DEFAULT, Timeouts.DEFAULT, List.of(), List.of(types));
    }

    static LoneNode start(Timeouts timeouts, ServerType<?>... types) {
        return new LoneNode(
                new MemoryBackend(), Limits.DEFAULT, LeaseConfig.DEFAULT, timeouts, List.of(), List.of(types));
    }

    static LoneNode start(LeaseConfig lease, ServerType<?>... types) {
        return new LoneNode(new MemoryBackend(), Limits.DEFAULT, lease, Timeouts.DEFAULT, List.of(), List.of(types));
    }

    /** One that is listened to, with a mailbox of sixteen and a lease that is soon over. */
    static LoneNode start(RuntimeEvents events, MemoryBackend backend, ServerType<?>... types) {
        Limits small = Limits.builder().mailboxCapacity(16).build();
        LeaseConfig lease = LeaseConfig.builder()
                .time(Duration.ofSeconds(2))
                .renewEvery(Duration.ofMillis(500))
                .margin(Duration.ofMillis(400))
                .build();
        return new LoneNode(backend, small, lease, Timeouts.DEFAULT, List.of(events), List.of(types));
    }

    @Override
    public void close() {
        backend.release();
        servers.drain(); // what a test broke is not stored
        scheduler.close();
    }
}
