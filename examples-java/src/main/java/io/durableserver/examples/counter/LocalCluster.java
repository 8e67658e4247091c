package io.durableserver.examples.counter;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** Three {@link CounterNode}s on this machine, each with a name, a directory and ports that it keeps. */
final class LocalCluster implements AutoCloseable {
    static final List<String> NAMES = List.of("counter-1", "counter-2", "counter-3");

    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration STOP = Duration.ofSeconds(75);

    private final ScenarioOptions options;
    private final Map<String, String> environment;
    private final Path directory;
    private final Ledger ledger;
    private final List<Integer> ports = freePorts(2 * NAMES.size());
    private final Map<String, NodeProcess> running = new ConcurrentHashMap<>();
    private Storage storage;

    /** Nodes that will be started with these variables in their environment. */
    LocalCluster(ScenarioOptions options, Map<String, String> environment, Path directory, Ledger ledger) {
        this.options = options;
        this.storage = options.storage();
        this.environment = environment;
        this.directory = directory;
        this.ledger = ledger;
    }

    /** Below the range that the system takes for outgoing connections, so that a node finds its ports again. */
    private static List<Integer> freePorts(int count) {
        Set<Integer> ports = new HashSet<>();
        Random random = new Random();
        for (int tries = 0; ports.size() < count && tries < 1_000; tries++) {
            int port = 12_000 + random.nextInt(18_000);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                ports.add(port);
            } catch (IOException e) {
                // Taken.
            }
        }
        return new ArrayList<>(ports);
    }

    /** Starts all nodes; returns when all take commands. */
    void startAll() {
        NAMES.forEach(this::launch);
        NAMES.forEach(name -> node(name).awaitReady(START));
    }

    /** Starts nodes that have ended, all at once; returns when they take commands. */
    void start(String... names) {
        List<String> ended = List.of(names);
        ended.forEach(this::launch);
        ended.forEach(name -> node(name).awaitReady(START));
    }

    /** What the nodes that are started from now on store their counters in. */
    void storage(Storage value) {
        storage = value;
    }

    private void launch(String name) {
        Path log = directory.resolve(name + ".log");
        running.put(name, NodeProcess.start(name, command(name), environment, log, ledger));
    }

    private List<String> command(String name) {
        int index = NAMES.indexOf(name);
        NodeSettings settings = new NodeSettings(
                name,
                directory.resolve(name),
                ports.get(index),
                ports.get(NAMES.size() + index),
                IntStream.range(0, NAMES.size())
                        .mapToObj(i -> "127.0.0.1:" + ports.get(i))
                        .toList(),
                NAMES.size(),
                storage,
                options.failureDetection());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + options.jvmOptions(),
                "-Xmx" + options.heap(),
                // Short lives on a shared machine: less work for the compiler and for threads that collect garbage.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                CounterNode.class.getName()));
        command.addAll(settings.arguments());
        return command;
    }

    NodeProcess node(String name) {
        NodeProcess node = running.get(name);
        if (node == null) {
            throw new ScenarioException(name + " does not run");
        }
        return node;
    }

    /** The nodes that run, by name. */
    List<NodeProcess> nodes() {
        return NAMES.stream().filter(running::containsKey).map(this::node).toList();
    }

    /** kill -9. */
    void kill(String name) {
        node(name).kill();
        running.remove(name);
    }

    /** SIGTERM to all. */
    void stopAll() {
        List<NodeProcess> nodes = nodes();
        nodes.forEach(NodeProcess::requestStop);
        nodes.forEach(node -> {
            node.awaitStop(STOP);
            running.remove(node.name());
        });
    }

    /** Ends what still runs. */
    @Override
    public void close() {
        running.values().forEach(NodeProcess::destroy);
    }
}
