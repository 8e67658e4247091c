package io.durableserver.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scenario as users run it: its own JVM, which starts three more. */
class CounterScenarioIT {
    // The module's directory is the current one.
    private static final Path JVM_OPTIONS = Path.of("..", "ignite-plugin", "jvm.opts");

    @TempDir
    private Path directory = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"ignite", "s3", "mirror"})
    void noAcknowledgedIncrementIsLostByAKillAndARestartOfAll(String backend) throws Exception {
        assertThat(outputOf(CounterScenario.class, "--backend", backend))
                .matches("acknowledged=[1-9][0-9]* final=[1-9][0-9]* lost=0 duplicated-by-unknown-outcome=[0-9]+"
                        + " recovery-ms=[0-9]+\n");
    }

    @Test
    void noAcknowledgedIncrementIsLostOnTheWayToAnotherStore() throws Exception {
        assertThat(outputOf(MigrationScenario.class))
                .matches("acknowledged=[1-9][0-9]* final=[1-9][0-9]* lost=0 duplicated-by-unknown-outcome=[0-9]+"
                        + " recovery-ms=[0-9]+ divergent=0 pause-ms=[0-9]+\n");
    }

    private String outputOf(Class<?> main, String... more) throws Exception {
        List<String> options = new ArrayList<>(
                List.of("--seconds", "6", "--keys", "8", "--callers", "2", "--failure-detection-ms", "10000"));
        options.addAll(List.of(more));
        Process scenario = start(main, options);
        try {
            assertThat(scenario.waitFor(8, TimeUnit.MINUTES)).as("ends in time").isTrue();
        } finally {
            scenario.destroy();
        }
        assertThat(scenario.exitValue()).as(output("err")).isZero();
        return output("out");
    }

    @Test
    void badOptionsEndItBeforeAnythingStarts() throws Exception {
        Process scenario = start(CounterScenario.class, List.of("--backend", "floppy"));
        assertThat(scenario.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(scenario.exitValue()).isEqualTo(2);
        assertThat(output("out")).isEmpty();
        assertThat(output("err")).startsWith("--backend is floppy, expected ignite, s3 or mirror");
    }

    private Process start(Class<?> main, List<String> options) throws IOException {
        ProcessBuilder command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                "--jvm-options",
                JVM_OPTIONS.toAbsolutePath().toString());
        command.command().addAll(options);
        return command.redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile())
                .start();
    }

    private String output(String stream) throws IOException {
        return Files.readString(directory.resolve(stream));
    }
}
