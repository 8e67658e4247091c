package io.durableserver.ignite;

import io.durableserver.CallOptions;
import io.durableserver.DurableServerException;
import io.durableserver.DurableServers;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.spi.Backend;
import io.durableserver.spi.BackendFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A program that is told to end, as the main class of a child: it counts in memory until its node takes no more. */
final class ShutdownNode {
    static final int PORT = 22_100;
    static final List<String> KEYS = List.of("k0", "k1", "k2", "k3");

    private ShutdownNode() {}

    static DurableIgnite start(String name, Path work, boolean hook, BackendFactory backend) {
        return DurableIgnite.start(EmbeddedNode.builder()
                .name(name)
                .workDirectory(work.resolve(name))
                .discoveryPort(PORT)
                .portRange(8)
                .communicationPort(PORT + 50)
                .memoryBytes(64L << 20)
                .shutdownHook(hook)
                .servers(DurableServersConfig.builder()
                        .prefix("tallies/")
                        .type(Tally.TYPE)
                        .service(Tally.Gate.class, key -> {})
                        .backend(backend)
                        .build())
                .build());
    }

    /** The arguments are the work directory, the port of the store, and {@code plain}, {@code two}, {@code container} or {@code starting}. */
    public static void main(String[] arguments) throws InterruptedException {
        Path work = Path.of(arguments[0]);
        int store = Integer.parseInt(arguments[1]);
        String job = arguments[2];
        boolean container = job.equals("container");
        List<DurableIgnite> nodes = new ArrayList<>();
        nodes.add(start("child-1", work, !container, new Store(store, job.equals("starting"))));
        System.out.println("started");
        if (job.equals("two")) {
            nodes.add(start("child-2", work, true, new Store(store, false)));
        }
        nodes.forEach(node -> node.servers().awaitReady(Duration.ofSeconds(60)));
        CountDownLatch over = new CountDownLatch(KEYS.size());
        if (container) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                // What a container does: it lets requests end that need the node, and then closes it in its turn.
                KEYS.forEach(key -> count(nodes.get(0).servers(), key, "late"));
                nodes.get(0).close();
                System.out.println("container closed");
            }));
        }
        for (int i = 0; i < KEYS.size(); i++) {
            String key = KEYS.get(i);
            DurableServers servers = nodes.get(i % nodes.size()).servers();
            new Thread(() -> {
                        while (count(servers, key, "applied")) {
                            Thread.onSpinWait();
                        }
                        over.countDown();
                    })
                    .start();
        }
        over.await();
        // Beside the hook, which is at it.
        nodes.forEach(DurableIgnite::close);
        System.out.println("main closed");
    }

    /** Adds one without asking for a sync; false when the node takes no more. */
    private static boolean count(DurableServers servers, String key, String word) {
        try {
            long count = servers.ensureStarted(Tally.TYPE, key, new Tally.State(0))
                    .call(new Tally.Add(1, false), CallOptions.timeout(Duration.ofSeconds(10)));
            System.out.println(word + " " + key + " " + count);
            return true;
        } catch (DurableServerException refused) {
            return servers.isReady();
        }
    }

    /** The store of the test; one that is slow to check holds up the start until a line comes in. */
    private record Store(int port, boolean slow) implements BackendFactory {
        @Override
        public Backend open(Context context) {
            return new StoreClient(port, context.scheduler().internal());
        }

        @Override
        public void check(Environment environment) {
            if (slow) {
                System.out.println("checking");
                try {
                    if (System.in.read() < 0) {
                        throw new IllegalStateException("no line");
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
