package io.durableserver.examples.counter;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The command line of a {@link CounterNode}.
 *
 * @param name the node's name, kept across restarts
 * @param workDirectory where Ignite keeps its files, the stored counters among them
 * @param discoveryPort the port other nodes find this one at
 * @param communicationPort the port other nodes talk to this one at
 * @param peers discovery addresses of the cluster, {@code host:port}; empty for a node that is alone
 * @param nodes the nodes of the whole cluster: it begins to work when all have come, and a minority of them cannot write
 * @param storage where the counters are stored
 * @param failureDetection how long a silent node is waited for; a killed one is noticed sooner, by its closed connections
 */
record NodeSettings(
        String name,
        Path workDirectory,
        int discoveryPort,
        int communicationPort,
        List<String> peers,
        int nodes,
        Storage storage,
        Duration failureDetection) {
    static final String USAGE = """
            CounterNode --name NAME --work-dir DIRECTORY [--discovery-port 47500] [--communication-port 47100]
                        [--peers HOST:PORT,HOST:PORT,...] [--nodes 1]
                        [--backend ignite|s3|mirror] [--failure-detection-ms 3000]
            """;

    private static final Set<String> OPTIONS = Set.of(
            "name",
            "work-dir",
            "discovery-port",
            "communication-port",
            "peers",
            "nodes",
            "backend",
            "failure-detection-ms");

    static NodeSettings parse(String... args) {
        CommandLine options = CommandLine.parse(args, OPTIONS);
        return new NodeSettings(
                options.required("name"),
                Path.of(options.required("work-dir")),
                options.number("discovery-port", 47_500, 1_024, 65_000),
                options.number("communication-port", 47_100, 1_024, 65_000),
                options.text("peers")
                        .filter(peers -> !peers.isEmpty())
                        .map(peers -> List.of(peers.split(",")))
                        .orElse(List.of()),
                options.number("nodes", 1, 1, 100),
                Storage.parse(options.text("backend").orElse("ignite")),
                Duration.ofMillis(options.number("failure-detection-ms", 3_000, 500, 600_000)));
    }

    /** The arguments that {@link #parse} turns into these settings. */
    List<String> arguments() {
        return List.of(
                "--name",
                name,
                "--work-dir",
                workDirectory.toString(),
                "--discovery-port",
                Integer.toString(discoveryPort),
                "--communication-port",
                Integer.toString(communicationPort),
                "--peers",
                String.join(",", peers),
                "--nodes",
                Integer.toString(nodes),
                "--backend",
                storage.toString(),
                "--failure-detection-ms",
                Long.toString(failureDetection.toMillis()));
    }
}
