package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTroubleTest {
    @TempDir
    private Path directory;

    @Test
    void allNodesWithATroubleAreNamedWithTheirFiles() {
        List<String> bad = FileTrouble.answer(
                "n3", new FileFailure("/data/n3.copies cannot be written", new IOException("No space left on device")));
        assertThatExceptionOfType(NotAppliedException.class)
                .isThrownBy(() -> FileTrouble.check("records", List.of(List.of("n1", "true", "3", "n1"), bad)))
                .withMessageContainingAll("n3", "/data/n3.copies", "No space left on device", "records");
    }

    @Test
    void answersOfMarksAndSizesAreNone() {
        assertThatCode(() -> FileTrouble.check(
                        "records",
                        List.of(
                                List.of("n1"),
                                List.of("n1", "false"),
                                List.of("n1", "true", "3", "n1"),
                                List.of("file-trouble", "true", "3", "file-trouble"),
                                List.of("n1", ClusterSize.first(3).lines().get(0), "1", "3", "3"))))
                .doesNotThrowAnyException();
    }

    @Test
    void aNodeWithAForeignFileIsRefusedBeforeItJoins() throws IOException {
        IgniteConfiguration node =
                new IgniteConfiguration().setConsistentId("n-3").setWorkDirectory(directory.toString());
        FilesCheck.check(node, "records");
        Path own = Files.createDirectories(directory.resolve("db").resolve("n_3"));
        for (String name : List.of("durable-records.copies", "durable-records.size")) {
            Path file = Files.createFile(own.resolve(name));
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() -> FilesCheck.check(node, "records"))
                    .withMessageContainingAll(file.toString(), "was not written by this library");
            Files.delete(file);
        }
        FilesCheck.check(node, "records");
    }
}
