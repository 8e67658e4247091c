package io.durableserver.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.benchmarks.report.Report;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The suites run, and lose no increment. How fast they are is nobody's business here. */
class BenchmarksIT {
    @ParameterizedTest
    @ValueSource(strings = {"local", "remote", "durable", "memory", "s3", "backfill"})
    void runsQuicklyAndItsSumsAreExact(String suite, @TempDir Path directory) throws Exception {
        Report report = Main.run(suite, true, directory.resolve("logs"));

        assertThat(report.isSound()).as(report.markdown()).isTrue();
        assertThat(report.write(directory)).isNotEmptyFile();
    }
}
