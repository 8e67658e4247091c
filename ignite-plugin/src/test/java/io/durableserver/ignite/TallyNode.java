package io.durableserver.ignite;

import io.durableserver.CallOptions;
import io.durableserver.DurableServers;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerRef;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.LeaseConfig;
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

    private static final int PORT = 19_300;

    private TallyNode() {}

    static DurableIgnite start(String name, Path work, BackendFactory backend, Tally.Gate gate) {
        return start(name, work, backend, gate, WhenCutOff.RESTART);
    }

    private static DurableIgnite start(
            String name, Path work, BackendFactory backend, Tally.Gate gate, WhenCutOff whenCutOff) {
        DurableIgnite node = DurableIgnite.start(EmbeddedNode.builder()
                .name(name)
                .workDirectory(work.resolve(name))
                .discoveryPort(PORT)
                .portRange(8)
                .communicationPort(PORT + 50)
                .memoryBytes(64L << 20)
                .failureDetection(Duration.ofSeconds(3))
                .whenCutOff(whenCutOff)
                .servers(DurableServersConfig.builder()
                        .prefix("tallies/")
                        .type(Tally.TYPE)
                        .service(Tally.Gate.class, gate)
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
        DurableIgnite node = start(
                arguments[0],
                Path.of(arguments[1]),
                context -> new StoreClient(port, context.scheduler().internal()),
                gate,
                switch (job) {
                    case "load" -> WhenCutOff.STAY_DOWN;
                    case "exit" -> WhenCutOff.EXIT;
                    default -> WhenCutOff.RESTART;
                });
        DurableServers servers = node.servers();
        System.out.println("ready");
        if (job.equals("load")) {
            load(servers);
        }
        if (job.equals("stay") || job.equals("exit")) {
            stay(node);
        }
        Thread.currentThread().join();
    }

    /** Adds to a few keys, one after another, until this node serves no more, and tells how each call ended. */
    private static void load(DurableServers servers) {
        List<ServerRef> refs = LOADED.stream()
                .map(key -> servers.ensureStarted(Tally.TYPE, key, new Tally.State(0)))
                .toList();
        boolean serving = true;
        while (serving) {
            serving = servers.isReady();
            refs.forEach(ref -> System.out.println(add(ref)));
        }
        System.out.println("over");
    }

    /** Adds for ever, through references it got once, and tells how the node stands. */
    private static void stay(DurableIgnite node) {
        node.onStateChange(state -> System.out.println("state " + state));
        List<ServerRef> refs = LOADED.stream()
                .map(key -> node.servers().ensureStarted(Tally.TYPE, key, new Tally.State(0)))
                .toList();
        while (true) {
            refs.forEach(ref -> System.out.println(add(ref)));
        }
    }

    private static String add(ServerRef ref) {
        String key = ref.key();
        try {
            long count = ref.call(new Tally.Add(1, true), CallOptions.timeout(Duration.ofSeconds(2)));
            return "applied " + key + " " + count;
        } catch (NotAppliedException refused) {
            return "refused " + key + " " + refused.reason() + " " + refused.getMessage();
        } catch (OutcomeUnknownException unknown) {
            return "unknown " + key + " " + unknown.reason();
        }
    }
}
