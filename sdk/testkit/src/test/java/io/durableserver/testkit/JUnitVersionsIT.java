package io.durableserver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The extension as users run it, in a JVM with their own JUnit and without AssertJ: the oldest JUnit it supports, one
 * between, and the newest. The build puts them into {@code target/junit}.
 */
class JUnitVersionsIT {
    private static final List<String> OURS = List.of("junit-", "opentest4j", "assertj", "awaitility", "archunit");

    @ParameterizedTest
    @ValueSource(strings = {"5.10.3", "5.11.4", "6.1.3"})
    void theExtensionRunsUnder(String version) throws IOException, InterruptedException {
        Path output = Files.createTempFile("junit-" + version, ".txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath(version),
                        UserCounterLauncher.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
            String told = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(told).contains("JUnit " + version, "succeeded 2, failed 0, open 0");
            assertThat(process.exitValue()).as(told).isZero();
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    private static String classPath(String version) throws IOException {
        String own = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry ->
                        OURS.stream().noneMatch(Path.of(entry).getFileName().toString()::startsWith))
                .collect(Collectors.joining(File.pathSeparator));
        Path jars = Path.of("target", "junit", version);
        assertThat(jars).as("the JUnit that maven-dependency-plugin copies").isNotEmptyDirectory();
        return own + File.pathSeparator + jars + File.separator + "*";
    }
}
