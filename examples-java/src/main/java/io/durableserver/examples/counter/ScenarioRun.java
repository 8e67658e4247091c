package io.durableserver.examples.counter;

import io.durableserver.s3test.S3TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A scenario from its options to its end: a directory, a bucket where one is needed, and the cluster. */
final class ScenarioRun {
    private ScenarioRun() {}

    /** Plays a scenario; what it stored stays only when it did not end well. */
    static boolean run(ScenarioOptions options, Predicate<Driver> scenario) throws IOException {
        Path directory = Files.createTempDirectory("durable-counter-");
        Ledger ledger = new Ledger();
        boolean passed = false;
        try (Store store = Store.open(options.storage(), directory.getFileName().toString());
                LocalCluster cluster = new LocalCluster(options, store.environment, directory, ledger)) {
            Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
            passed = scenario.test(new Driver(options, cluster, ledger));
        } catch (ScenarioException e) {
            Driver.progress("failed: " + e.getMessage() + (e.getCause() == null ? "" : ", " + e.getCause()));
        } finally {
            if (passed) {
                delete(directory);
            } else {
                Driver.progress("logs and stored data are in " + directory);
            }
        }
        return passed;
    }

    /** The bucket of the run: the one the environment names, or one in this process, which outlives the nodes. */
    private record Store(
            Map<String, String> environment, @Nullable S3TestServer server) implements AutoCloseable {
        static Store open(Storage storage, String run) {
            if (!storage.needsBucket()) {
                return new Store(Map.of(), null);
            }
            if (Bucket.named(System.getenv())) {
                return found(Bucket.of(System.getenv()), run, null);
            }
            S3TestServer server = S3TestServer.builder().bucket("counters").start();
            return found(Bucket.at(server.endpoint(), "counters"), run, server);
        }

        private static Store found(Bucket bucket, String run, @Nullable S3TestServer server) {
            Driver.progress("the bucket is " + bucket);
            return new Store(bucket.forRun(run), server);
        }

        @Override
        public void close() {
            if (server != null) {
                server.close();
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
