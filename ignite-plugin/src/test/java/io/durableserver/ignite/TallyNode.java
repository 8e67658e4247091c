package io.durableserver.ignite;

import io.durableserver.CallOptions;
import io.durableserver.DurableServers;
import io.durableserver.DurableServersConfig;
import io.durableserver.LeaseConfig;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.spi.BackendFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** A node with tallies: in the JVM of a test, or as the main class of a child. */
final class TallyNode {
    /** The keys a child with the job "load" adds to. */
    static final List<String> LOADED =
            IntStream.range(0, 8).mapToObj(i -> "loaded-" + i).toList();

    private static final int PORT = 43_300;

    private TallyNode() {}

    static DurableIgnite start(String name, Path work, BackendFactory backend, Tally.Gate gate) {
        DurableIgnite node = DurableIgnite.start(EmbeddedNode.builder()
                .name(name)
                .workDirectory(work.resolve(name))
                .discoveryPort(PORT)
                .portRange(8)
                .communicationPort(PORT + 50)
                .memoryBytes(64L << 20)
                .failureDetection(Duration.ofSeconds(3))
                .servers(DurableServersConfig.builder()
                        .prefix("tallies/")
                        .type(Tally.TYPE)
                        .service(Tally.Gate.class, gate)
                        .lease(new LeaseConfig(Duration.ofSeconds(6), Duration.ofMillis(500), Duration.ofSeconds(1)))
                        .backend(backend)
                        .build())
                .build());
        node.servers().awaitReady(Duration.ofSeconds(30));
        return node;
    }

    /** A child with this name and a job to do once it is ready. */
    static ChildJvm child(String name, Path work, StoreServer store, String job) {
        return ChildJvm.start(
                TallyNode.class, work.resolve(name + ".log"), ChildJvm::needed, name, work, store.port(), job);
    }

    public static void main(String[] arguments) throws InterruptedException {
        int port = Integer.parseInt(arguments[2]);
        String job = arguments[3];
        Tally.Gate gate = key -> {
            System.out.println("starting " + key);
            if (job.equals("hang")) {
                new CountDownLatch(1).await();
            }
        };
        DurableServers servers = start(
                        arguments[0],
                        Path.of(arguments[1]),
                        context -> new StoreClient(port, context.scheduler().internal()),
                        gate)
                .servers();
        System.out.println("ready");
        if (job.equals("load")) {
            load(servers);
        }
        Thread.currentThread().join();
    }

    /** Adds to a few keys, one after another, until this node serves no more, and tells how each call ended. */
    private static void load(DurableServers servers) {
        LOADED.forEach(key -> servers.ensureStarted(Tally.TYPE, key, new Tally.State(0)));
        boolean serving = true;
        while (serving) {
            serving = servers.isReady();
            LOADED.forEach(key -> System.out.println(add(servers, key)));
        }
        System.out.println("over");
    }

    private static String add(DurableServers servers, String key) {
        try {
            long count = servers.ref(Tally.TYPE, key)
                    .call(new Tally.Add(1, true), CallOptions.timeout(Duration.ofSeconds(2)));
            return "applied " + key + " " + count;
        } catch (NotAppliedException refused) {
            return "refused " + key + " " + refused.reason();
        } catch (OutcomeUnknownException unknown) {
            return "unknown " + key + " " + unknown.reason();
        }
    }
}
