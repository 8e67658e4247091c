package io.durableserver.backend.ignite;

import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.backend.StoreContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.Ignite;
import org.apache.ignite.Ignition;

/**
 * A JVM with a node that counts up in records, and says each acknowledged count to the JVM that started it. It ends when
 * its input does, and without ceremony when it is killed.
 */
final class CountersProcess implements AutoCloseable {
    static final IgniteKvConfig CONFIG = TestCluster.config().expectedNodes(3).build();

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int COUNTERS = 4;
    private static final String ACKNOWLEDGED = "acknowledged ";

    private final Process process;
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();

    private CountersProcess(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "counters-reader");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts node {@code number} of a cluster in a JVM of its own. */
    static CountersProcess start(TestCluster cluster, int number) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--add-"))
                .forEach(command::add);
        command.addAll(List.of("-Xmx256m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp"));
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(CountersProcess.class.getName());
        command.addAll(List.of(
                String.valueOf(cluster.id()),
                String.valueOf(number),
                cluster.directory().toString()));
        return new CountersProcess(new ProcessBuilder(command)
                .redirectError(
                        cluster.directory().resolve("node-" + number + ".log").toFile())
                .start());
    }

    /** The last acknowledged count of each counter. */
    Map<String, Long> acknowledged() {
        return acknowledged;
    }

    boolean alive() {
        return process.isAlive();
    }

    /** {@code kill -9}, and waits for the end. */
    void kill() {
        process.destroyForcibly();
        process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        kill();
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(ACKNOWLEDGED)) {
                    String[] words = line.split(" ", -1);
                    acknowledged.put(words[1], Long.parseLong(words[2]));
                }
            }
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    /** Arguments: id of the cluster, number of the node, directory. */
    public static void main(String[] arguments) throws IOException {
        int number = Integer.parseInt(arguments[1]);
        Ignite ignite = Ignition.start(
                TestCluster.configuration(Integer.parseInt(arguments[0]), number, Path.of(arguments[2]), true));
        StoreContext context = StoreContext.real(TestCluster.PREFIX).withResource(ignite);
        Backend backend = IgniteKv.backend(CONFIG).open(context);
        backend.ready().toCompletableFuture().join();
        for (int i = 0; i < COUNTERS; i++) {
            String key = "counter-" + number + "-" + i;
            Thread thread = new Thread(() -> count(backend, key), key);
            thread.setDaemon(true);
            thread.start();
        }
        int input = System.in.read();
        System.exit(Math.max(0, input));
    }

    private static void count(Backend backend, String key) {
        while (true) {
            ReadResult read = backend.get(key, ReadMode.STRONG, TIMEOUT)
                    .toCompletableFuture()
                    .join();
            if (read instanceof ReadResult.Failed) {
                continue;
            }
            long next = number(read) + 1;
            byte[] record = Long.toString(next).getBytes(StandardCharsets.UTF_8);
            WriteResult written = (read instanceof ReadResult.Found found
                            ? backend.replace(key, record, found.version(), TIMEOUT)
                            : backend.create(key, record, TIMEOUT))
                    .toCompletableFuture()
                    .join();
            if (written instanceof WriteResult.Stored) {
                say(ACKNOWLEDGED + key + " " + next);
            }
        }
    }

    /** The count in a record; 0 where there is none. */
    static long number(ReadResult read) {
        return read instanceof ReadResult.Found found
                ? Long.parseLong(new String(found.record(), StandardCharsets.UTF_8))
                : 0;
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
