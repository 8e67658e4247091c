package io.durableserver.benchmarks.node;

import io.durableserver.DurableServers;
import io.durableserver.ServerRef;
import io.durableserver.StartOptions;
import io.durableserver.benchmarks.load.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Two nodes on loopback: one in this JVM, which drives, and one in a child JVM. */
public final class Grid implements AutoCloseable {
    private static final int STARTS_AT_ONCE = 256;

    private final Path work;
    private final GridNode here;
    private final ChildJvm child;

    private Grid(Path work, GridNode here, ChildJvm child) {
        this.work = work;
        this.here = here;
        this.child = child;
    }

    /** Starts both nodes and waits until they serve. */
    public static Grid start(GridNode.Store store, Path logs) throws IOException {
        Path work = Files.createTempDirectory("durable-bench");
        List<Integer> ports = GridNode.ports(2);
        List<String> arguments = List.of(
                "1",
                store.name(),
                work.resolve("b").toString(),
                "2",
                ports.stream().map(String::valueOf).collect(Collectors.joining(",")));
        Files.createDirectories(logs);
        GridNode here = GridNode.start(0, ports, work.resolve("a"), store, 2);
        ChildJvm child = null;
        try {
            child = ChildJvm.start(flags(), GridChild.class, arguments, logs.resolve("node-1.log"));
            child.answer();
            child.ask("ready");
            here.awaitReady();
            return new Grid(work, here, child);
        } catch (RuntimeException e) {
            if (child != null) {
                child.close();
            }
            here.close();
            throw e;
        }
    }

    /** The one place that lists the flags Ignite needs. */
    static List<String> flags() {
        return List.of("@" + System.getProperty("bench.root", ".") + "/ignite-plugin/jvm.opts", "-Xmx1g");
    }

    public GridNode here() {
        return here;
    }

    public DurableServers servers() {
        return here.servers();
    }

    /** What both processes have used. */
    public Usage usage() {
        return Usage.here().plus(child.usage());
    }

    /** Counters of which all, or only those on this node, or only those on the other are handed out. */
    public List<ServerRef> counters(String name, int count, Where where) {
        List<ServerRef> found = new ArrayList<>();
        int number = 0;
        while (found.size() < count) {
            List<String> keys = new ArrayList<>();
            List<CompletableFuture<ServerRef>> starts = new ArrayList<>();
            for (int i = 0; i < STARTS_AT_ONCE; i++) {
                String key = name + "-" + number++;
                keys.add(key);
                starts.add(servers()
                        .ensureStartedAsync(Counter.TYPE, key, new Counter.State(0), StartOptions.DEFAULT)
                        .toCompletableFuture());
            }
            for (int i = 0; i < keys.size() && found.size() < count; i++) {
                ServerRef ref = starts.get(i).join();
                if (where == Where.ANYWHERE || isHere(keys.get(i)) == (where == Where.HERE)) {
                    found.add(ref);
                }
            }
        }
        return found;
    }

    private boolean isHere(String key) {
        return servers().admin().lookup(key).orElseThrow().session().node().equals("node-0");
    }

    /** On which node a server shall be. */
    public enum Where {
        ANYWHERE,
        HERE,
        THERE
    }

    @Override
    public void close() {
        child.close();
        here.close();
        try (Stream<Path> files = Files.walk(work)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.err.println("Left behind: " + work + ": " + e);
        }
    }
}
