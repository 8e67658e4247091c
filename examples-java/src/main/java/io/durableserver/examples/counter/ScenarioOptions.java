package io.durableserver.examples.counter;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * The command line of {@link CounterScenario}.
 *
 * @param seconds how long the callers run, with and without the killed node
 * @param keys counters, the hot one included
 * @param callers callers in each node
 * @param storage where the counters are stored
 * @param heap largest heap of each node, as in {@code -Xmx}
 * @param failureDetection how long a node that is silent, but not dead, is waited for
 * @param jvmOptions file with the flags that a JVM with Ignite needs
 */
record ScenarioOptions(
        int seconds, int keys, int callers, Storage storage, String heap, Duration failureDetection, Path jvmOptions) {
    static final String USAGE = """
            counter [--seconds 15] [--keys 48] [--callers 4] [--heap 512m] [--backend ignite|s3|mirror]
                    [--failure-detection-ms 3000]
              --seconds N   how long the callers run, 3 to 3600
              --keys N      counters, 2 to 10000; one of them is hot and gets most increments
              --callers N   callers in each of the three nodes, 1 to 256
              --heap SIZE   largest heap of each node
              --backend B   where counters are stored: ignite; s3, the bucket DURABLE_S3_BUCKET names or one in this process;
                            mirror, from ignite to s3
              --failure-detection-ms N  how long a silent node is waited for; raise it where the machine is very busy
            """;

    private static final Set<String> OPTIONS =
            Set.of("seconds", "keys", "callers", "heap", "backend", "failure-detection-ms", "jvm-options");

    static ScenarioOptions parse(String... args) {
        CommandLine options = CommandLine.parse(args, OPTIONS);
        Storage storage = Storage.parse(options.text("backend").orElse("ignite"));
        String heap = options.text("heap").orElse("512m");
        if (!heap.matches("[1-9][0-9]{0,5}[mg]")) {
            throw new UsageException("--heap is " + heap + ", expected a size like 512m or 2g");
        }
        return new ScenarioOptions(
                options.number("seconds", 15, 3, 3_600),
                options.number("keys", 48, 2, 10_000),
                options.number("callers", 4, 1, 256),
                storage,
                heap,
                Duration.ofMillis(options.number("failure-detection-ms", 3_000, 500, 60_000)),
                Path.of(options.text("jvm-options").orElse("ignite-plugin/jvm.opts")));
    }

    ScenarioOptions with(Storage value) {
        return new ScenarioOptions(seconds, keys, callers, value, heap, failureDetection, jvmOptions);
    }
}
