package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No secret is in any log line at DEBUG, of whatever library, nor in anything that can be printed. */
class S3SecretsIT {
    /** Loggers that show headers, temporary credentials' session token among them; the page on S3 names them. */
    private static final List<String> OF_HEADERS = List.of(
            "org.apache.hc.client5.http.headers",
            "org.apache.hc.client5.http.wire",
            "software.amazon.awssdk.http.auth.aws.internal.signer");

    private static final Pattern BEGIN =
            Pattern.compile("(?:\\S+ )?\\[[^\\]]+\\] (TRACE|DEBUG|INFO|WARN|ERROR) (\\S+) - .*");

    @TempDir
    private Path directory;

    @Test
    void secretsAreInNoLogAndInNoText() throws Exception {
        List<String> printed = everythingPrinted();
        assertThat(printed)
                .as("%s", printed.subList(Math.max(0, printed.size() - 20), printed.size()))
                .contains("done");
        assertThat(shown(printed, "s3.endpoint", logger -> true))
                .as("texts of refusals")
                .isNotEmpty();
        for (String logger : List.of("software.amazon.awssdk.request", OF_HEADERS.get(0))) {
            assertThat(shown(printed, "", name -> name.startsWith(logger)))
                    .as("what %s logs at DEBUG", logger)
                    .isNotEmpty();
        }
        for (String secret : List.of(SecretsProcess.SECRET, SecretsProcess.WRONG, SecretsProcess.PASSWORD)) {
            assertThat(shown(printed, secret, logger -> true))
                    .as("where %s is", secret)
                    .isEmpty();
        }
        assertThat(shown(
                        printed,
                        SecretsProcess.TOKEN,
                        logger -> OF_HEADERS.stream().noneMatch(logger::startsWith)))
                .as("where the session token is")
                .isEmpty();
    }

    /** The first lines with this text, each with the logger that wrote it, or nothing where none did. */
    private static List<String> shown(List<String> lines, String text, Predicate<String> logger) {
        List<String> found = new ArrayList<>();
        String last = "";
        for (String line : lines) {
            Matcher begin = BEGIN.matcher(line);
            last = begin.matches() ? begin.group(2) : line.startsWith("printed ") ? "" : last;
            if (line.contains(text) && logger.test(last) && found.size() < 3) {
                found.add("[" + last + "] " + line);
            }
        }
        return found;
    }

    private List<String> everythingPrinted() throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=debug",
                        // The store itself, which is in the same process here, sees what it is sent.
                        "-Dorg.slf4j.simpleLogger.log.org.eclipse.jetty=off",
                        "-Dorg.slf4j.simpleLogger.log.org.gaul=off",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        SecretsProcess.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(300, TimeUnit.SECONDS)).as("it ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readAllLines(output, StandardCharsets.ISO_8859_1);
    }
}
