package io.durableserver.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {
    @TempDir
    private Path directory;

    private final List<Path> forced = new ArrayList<>();

    private DurableFile file(DurableFile.Force force) {
        return new DurableFile(directory.resolve("lines"), force);
    }

    private static DurableFile.Force interrupted() {
        return place -> {
            throw new ClosedByInterruptException();
        };
    }

    @Test
    void aFileIsMadeWithItsDirectoryReplacedAndDeleted() throws IOException {
        DurableFile file = new DurableFile(directory.resolve("below").resolve("lines"));
        file.delete();
        file.write(List.of("one", "two"));
        file.write(List.of("three"));
        assertThat(file.path()).hasContent("three");
        file.delete();
        file.delete();
        assertThat(directory.resolve("below")).isEmptyDirectory();
    }

    /** Else the file of before may be back after a loss of power. */
    @Test
    void theDirectoryIsForcedOnceTheFileIsInItsPlace() throws IOException {
        file(place -> {
                    assertThat(directory.resolve("lines")).hasContent("new");
                    forced.add(place);
                })
                .write(List.of("new"));
        assertThat(forced).containsExactly(directory);
    }

    /** The next one to ask finds the new file, and must not take it for granted. */
    @Test
    void aFileThatWasMovedOrDeletedAndNotForcedIsForcedWhenItIsFound() throws IOException {
        DurableFile cutOff = file(interrupted());
        DurableFile file = file(forced::add);
        assertThatThrownBy(() -> cutOff.write(List.of("one"))).isInstanceOf(ClosedByInterruptException.class);
        assertThatThrownBy(cutOff::confirm).isInstanceOf(ClosedByInterruptException.class);
        file.confirm();
        file.confirm();
        assertThat(forced).as("once").containsExactly(directory);
        assertThatThrownBy(cutOff::delete).isInstanceOf(ClosedByInterruptException.class);
        file.delete();
        file.delete();
        assertThat(forced).as("once more").containsExactly(directory, directory);
    }

    @Test
    void aFileOfAProcessBeforeIsForcedOnce() throws IOException {
        Files.write(directory.resolve("lines"), List.of("before"));
        DurableFile file = file(forced::add);
        file.confirm();
        file.confirm();
        assertThat(forced).containsExactly(directory);
        file.write(List.of("after"));
        file.confirm();
        assertThat(forced).containsExactly(directory, directory);
    }

    @Test
    void aWriteThatFailsLeavesTheContentOfBefore() throws IOException {
        DurableFile file = new DurableFile(directory.resolve("lines"));
        file.write(List.of("before"));
        // As a full disk does, before all is written.
        Files.createDirectories(directory.resolve("lines~/full"));
        assertThatThrownBy(() -> file.write(List.of("after"))).isInstanceOf(IOException.class);
        assertThat(file.path()).hasContent("before");
    }

    @Test
    void manyMayWriteTheSameFileAtOnce() throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String line = "line " + i;
                ends.add(writers.submit(() -> {
                    file(place -> {}).write(List.of(line));
                    return null;
                }));
            }
            for (Future<?> end : ends) {
                end.get(30, TimeUnit.SECONDS);
            }
        } finally {
            writers.shutdownNow();
        }
        assertThat(Files.readAllLines(directory.resolve("lines")))
                .singleElement()
                .asString()
                .startsWith("line ");
    }
}
