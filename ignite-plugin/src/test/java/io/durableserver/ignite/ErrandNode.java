package io.durableserver.ignite;

import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.LeaseConfig;
import io.durableserver.config.Timeouts;
import io.durableserver.spi.BackendFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A node with errands and tallies: in the JVM of a test, or as the main class of a child. */
final class ErrandNode {
    /** A stop has this long, and turns that are open three quarters of it. */
    static final Duration DRAIN = Duration.ofSeconds(12);

    private static final int PORT = 19_400;

    private ErrandNode() {}

    static DurableIgnite start(String name, Path work, BackendFactory backend, Errand.Service service) {
        DurableIgnite node = DurableIgnite.start(EmbeddedNode.builder()
                .name(name)
                .workDirectory(work.resolve(name))
                .discoveryPort(PORT)
                .portRange(8)
                .communicationPort(PORT + 50)
                .memoryBytes(64L << 20)
                .failureDetection(Duration.ofSeconds(3))
                .servers(DurableServersConfig.builder()
                        .prefix("errands/")
                        .type(Tally.TYPE)
                        .type(Errand.TYPE)
                        .type(Errand.HASTY)
                        .service(Tally.Gate.class, key -> {})
                        .service(Errand.Service.class, service)
                        .timeouts(Timeouts.builder().drain(DRAIN).build())
                        .lease(LeaseConfig.builder()
                                .time(Duration.ofSeconds(6))
                                .renewEvery(Duration.ofMillis(500))
                                .margin(Duration.ofSeconds(1))
                                .build())
                        .backend(backend)
                        .build())
                .build());
        node.servers().awaitReady(Duration.ofSeconds(30));
        return node;
    }

    static ChildJvm child(String name, Path work, StoreServer store) {
        return ChildJvm.start(
                ErrandNode.class, work.resolve(name + ".log"), ChildJvm::needed, name, work, store.port());
    }

    public static void main(String[] arguments) throws InterruptedException {
        int port = Integer.parseInt(arguments[2]);
        start(
                arguments[0],
                Path.of(arguments[1]),
                context -> new StoreClient(port, context.scheduler().internal()),
                new SlowService());
        System.out.println("ready");
        Thread.currentThread().join();
    }

    /** Answers after a while, and prints what happens. */
    static final class SlowService implements Errand.Service {
        @Override
        public CompletionStage<Void> answer(long millis) {
            Executor later = CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS);
            return CompletableFuture.runAsync(() -> {}, later);
        }

        @Override
        public void tell(String what, String key) {
            System.out.println(what + " " + key + " ");
        }
    }
}
