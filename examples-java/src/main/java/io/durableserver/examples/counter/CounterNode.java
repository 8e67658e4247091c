package io.durableserver.examples.counter;

import io.durableserver.ConfigurationException;
import io.durableserver.backend.mirror.Mirror;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.ignite.DurableIgnite;
import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.spi.BackendFactory;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A service that hosts counters: an Ignite node in its own JVM, with the commands of {@link Console} on standard input.
 * It stops after {@code stop}, at the end of its input, and on SIGTERM, each time with everything stored.
 */
public final class CounterNode {
    private static final Duration READY = Duration.ofMinutes(2);

    private static final String PREFIX = "counters/";
    private static final int WAL_SEGMENT_BYTES = 8 << 20;

    private CounterNode() {}

    public static void main(String[] args) throws IOException {
        // Standard output belongs to the answers, whatever a library wants to print.
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        try {
            run(NodeSettings.parse(args), answers);
        } catch (UsageException | ConfigurationException e) {
            System.err.println(e.getMessage());
            System.err.print(NodeSettings.USAGE);
            System.exit(2);
        }
    }

    private static void run(NodeSettings settings, PrintStream answers) throws IOException {
        // SIGTERM closes the node too: Ignite has a shutdown hook.
        BackendFactory backend = settings.storage().backend(settings.nodes());
        try (DurableIgnite ignite = DurableIgnite.start(node(settings, backend));
                Console console = new Console(ignite.servers(), answers)) {
            ignite.servers().awaitReady(READY);
            if (backend instanceof Mirror mirror) {
                console.rollout(mirror.rollout(PREFIX));
            }
            answers.println("ready " + settings.name());
            console.run(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
        }
    }

    private static EmbeddedNode node(NodeSettings settings, BackendFactory backend) {
        DurableServersConfig counters = DurableServersConfig.builder()
                .prefix(PREFIX)
                .type(Counter.TYPE)
                .backend(backend)
                .build();
        return EmbeddedNode.builder()
                .name(settings.name())
                .workDirectory(settings.workDirectory())
                .discoveryPort(settings.discoveryPort())
                .communicationPort(settings.communicationPort())
                .portRange(0)
                .peers(settings.peers().toArray(String[]::new))
                .persistence(settings.storage().needsDisk())
                .walSegmentBytes(WAL_SEGMENT_BYTES)
                .activateWhen(settings.nodes())
                .failureDetection(settings.failureDetection())
                .servers(counters)
                .build();
    }
}
