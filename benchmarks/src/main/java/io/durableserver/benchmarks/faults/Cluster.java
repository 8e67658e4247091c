package io.durableserver.benchmarks.faults;

import io.durableserver.s3test.S3TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Three nodes in processes of their own, their network, disks and store. */
final class Cluster implements AutoCloseable {
    static final List<Integer> ALL =
            IntStream.rangeClosed(1, NodePlan.NODES).boxed().toList();

    private static final int PORT = 22_100;
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration ANSWER = Duration.ofSeconds(90);

    private final Settings settings;
    private final Wires wires;
    private final Path logs;
    private final Path work;
    private final History history = new History();
    private final Map<Integer, SmallDisk> disks = new HashMap<>();
    private final Map<Integer, NodeProcess> nodes = new TreeMap<>();
    private final Optional<S3TestServer> bucket;
    private int lives;

    private Cluster(Settings settings, Wires wires, Path logs) throws IOException {
        this.settings = settings;
        this.wires = wires;
        this.logs = Files.createDirectories(logs);
        this.work = Files.createTempDirectory("durable-faults");
        this.bucket = settings.store() == Settings.Store.S3
                ? Optional.of(S3TestServer.builder()
                        .allAddresses()
                        .bucket(NodePlan.BUCKET)
                        .start())
                : Optional.empty();
    }

    /** Starts all nodes, the lists and the clients. The wires are closed with it. */
    static Cluster start(Settings settings, Wires wires, List<Integer> smallDisks, Path logs) throws IOException {
        Cluster cluster = new Cluster(settings, wires, logs);
        try {
            for (int node : smallDisks) {
                cluster.disks.put(node, SmallDisk.mount(cluster.directory(node)));
            }
            cluster.launch(ALL);
            if (!Shell.await(START, () -> cluster.ask(1, "create").equals("ok"))) {
                throw new IllegalStateException("The lists cannot be made: " + cluster.ask(1, "create"));
            }
            cluster.load(ALL);
            return cluster;
        } catch (IOException | RuntimeException failed) {
            cluster.close();
            throw failed;
        }
    }

    History history() {
        return history;
    }

    List<String> keys() {
        return NodeMain.keys(settings.keys());
    }

    Wires wires() {
        return wires;
    }

    S3TestServer bucket() {
        return bucket.orElseThrow();
    }

    SmallDisk disk(int node) {
        return Optional.ofNullable(disks.get(node)).orElseThrow();
    }

    NodeProcess node(int node) {
        return Optional.ofNullable(nodes.get(node)).orElseThrow();
    }

    /** Which node each key is on, as far as one of them knows. */
    Map<String, Integer> owners() {
        String[] names = ask(1, "owners").split(" ", -1);
        Map<String, Integer> owners = new HashMap<>();
        for (int i = 0; i < names.length; i++) {
            if (names[i].startsWith("n")) {
                owners.put(keys().get(i), Integer.parseInt(names[i].substring(1)));
            }
        }
        return owners;
    }

    /** kill -9 of all of them, one right after the other. */
    void kill(Collection<Integer> killed) {
        killed.forEach(node -> node(node).signal("KILL"));
        killed.forEach(node -> node(node).close());
    }

    /** Starts processes of these nodes and their clients; returns when they have joined. */
    void start(Collection<Integer> started) {
        launch(started);
        load(started);
    }

    private void launch(Collection<Integer> started) {
        for (int node : started) {
            nodes.put(node, NodeProcess.start(plan(node), wires, history, logs));
        }
        started.forEach(node -> node(node).awaitUp(START));
    }

    private void load(Collection<Integer> loaded) {
        for (int node : loaded) {
            String answer = ask(node, "load");
            if (!answer.equals("ok")) {
                throw new IllegalStateException("No clients on n" + node + ": " + answer);
            }
        }
    }

    private NodePlan plan(int node) {
        return new NodePlan(
                node,
                ++lives,
                wires.host(node),
                PORT + 10 * node,
                PORT + 10 * node + 1,
                ALL.stream()
                        .map(peer -> wires.host(peer) + ":" + (PORT + 10 * peer))
                        .toList(),
                directory(node),
                bucket.map(server -> "http://" + wires.storeHost() + ":"
                                + server.endpoint().getPort())
                        .orElse(""),
                settings.failureDetection(),
                settings.callTimeout(),
                settings.keys());
    }

    private Path directory(int node) {
        return work.resolve(NodePlan.name(node));
    }

    private String ask(int node, String question) {
        return node(node)
                .ask(question, ANSWER)
                .orElseThrow(() -> new IllegalStateException("n" + node + " does not answer to " + question));
    }

    /** Ends the clients; returns when no request is under way. */
    void stopClients() {
        for (int node : ALL) {
            if (!Shell.await(ANSWER, () -> ask(node, "stop").equals("stopped"))) {
                throw new IllegalStateException("Clients of n" + node + " do not end");
            }
        }
    }

    /** The lists as they are now; one that no node gives in time is missing. */
    Map<String, List<Long>> lists(Duration patience) {
        Map<String, List<Long>> lists = new HashMap<>();
        List<String> missing = new ArrayList<>(keys());
        Shell.await(patience, () -> {
            for (String key : List.copyOf(missing)) {
                for (int node : ALL) {
                    String answer = ask(node, "read " + key);
                    if (answer.startsWith("ids ")) {
                        lists.put(key, ids(answer.substring(4)));
                        missing.remove(key);
                        break;
                    }
                }
            }
            return missing.isEmpty();
        });
        return lists;
    }

    private static List<Long> ids(String text) {
        return text.isEmpty()
                ? List.of()
                : Stream.of(text.split(",", -1)).map(Long::parseLong).toList();
    }

    @Override
    public void close() {
        try {
            nodes.values().forEach(NodeProcess::close);
        } finally {
            try {
                bucket.ifPresent(S3TestServer::close);
                disks.values().forEach(SmallDisk::close);
            } finally {
                wires.close();
            }
            delete();
        }
    }

    private void delete() {
        try (Stream<Path> files = Files.walk(work)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.err.println("Left behind: " + work + ": " + e);
        }
    }
}
