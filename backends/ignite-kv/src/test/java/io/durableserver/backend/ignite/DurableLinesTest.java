package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.durableserver.spi.DurableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableLinesTest {
    @TempDir
    private Path directory;

    private static List<String> lines(long number) {
        return new CopyMark(number, Set.of("a"), Map.of(), Set.of(), Past.NONE).lines();
    }

    private Optional<CopyMark> read(Path file) {
        return DurableLines.read(file, CopyMark::parse, "which nodes have the newest records");
    }

    @Test
    void whatIsNotThereIsEmptyAndWhatWasWrittenIsReadAgain() {
        Path file = directory.resolve("below").resolve("lines");
        assertThat(read(file)).isEmpty();
        DurableLines.write(file, lines(3));
        assertThat(read(file)).map(CopyMark::lines).contains(lines(3));
    }

    /** A node that forgot what it had would count as one that never had anything. */
    @Test
    void whatCannotBeLookedAtIsNotTakenForNothing() throws IOException {
        Path loop = directory.resolve("loop");
        Files.createSymbolicLink(loop, loop);
        for (Path file : List.of(loop, loop.resolve("lines"), directory.resolve("x".repeat(5_000)))) {
            assertThatExceptionOfType(FileFailure.class).isThrownBy(() -> read(file));
            assertThatExceptionOfType(FileFailure.class).isThrownBy(() -> DurableLines.exists(file));
            assertThatExceptionOfType(FileFailure.class).isThrownBy(() -> DurableLines.mark(file));
        }
    }

    /** As that of a disk: it is found after the interrupt, and nobody writes it again. */
    @Test
    void aMarkThatWasMovedAndNotForcedIsForcedWhenItIsFound() {
        Path file = directory.resolve("disk");
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> DurableLines.mark(new DurableFile(file, place -> {
                    throw new ClosedByInterruptException();
                })));
        List<Path> forced = new ArrayList<>();
        DurableFile found = new DurableFile(file, forced::add);
        assertThat(DurableLines.mark(found)).as("it was there").isTrue();
        assertThat(DurableLines.mark(found)).isTrue();
        assertThat(forced).as("once").containsExactly(directory);
        assertThat(DurableLines.mark(new DurableFile(directory.resolve("other"), forced::add)))
                .isFalse();
        assertThat(forced).containsExactly(directory, directory);
    }

    @Test
    void aFileOfAnotherReleaseIsSaidToBeOne() throws IOException {
        Path mark = Files.write(directory.resolve("mark"), List.of("durable-copies-4", "what is to come"));
        assertThatExceptionOfType(FileFailure.class)
                .isThrownBy(() -> read(mark))
                .withMessageContainingAll(mark.toString(), "was written by another release");
        Path size = Files.write(directory.resolve("size"), List.of("durable-size-2", "3"));
        assertThatExceptionOfType(FileFailure.class)
                .isThrownBy(() -> SizeTask.remembered(size))
                .withMessageContainingAll(size.toString(), "was written by another release");
    }

    /** Empty, zeros after a loss of power, another text, and bytes that are no text. */
    @Test
    void aForeignFileIsTheFailureOfAFileAndIsNamed() throws IOException {
        for (byte[] foreign :
                List.of(new byte[0], new byte[64], new byte[] {'<', 'x', '>'}, new byte[] {(byte) 0xff, 0x31})) {
            Path file = Files.write(directory.resolve("lines"), foreign);
            assertThatExceptionOfType(FileFailure.class)
                    .isThrownBy(() -> read(file))
                    .withMessageContainingAll(file.toString(), "was not written by this library");
        }
    }

    @Test
    void aFileThatCannotBeReadOrWrittenIsTheFailureOfAFile() throws IOException {
        Path file = directory.resolve("lines");
        Files.createDirectories(directory.resolve("lines~").resolve("full"));
        assertThatExceptionOfType(FileFailure.class)
                .isThrownBy(() -> DurableLines.write(file, lines(3)))
                .withMessageContainingAll(file.toString(), "cannot be written");
        Files.createDirectory(file);
        assertThatExceptionOfType(FileFailure.class)
                .isThrownBy(() -> read(file))
                .withMessageContainingAll(file.toString(), "cannot be read");
    }

    /** Ignite interrupts the tasks of a node that left: no node has to end for that. */
    @Test
    void anInterruptIsNotTheFailureOfAFile() {
        Thread.currentThread().interrupt();
        try {
            Throwable ending = catchThrowable(() -> DurableLines.write(directory.resolve("lines"), lines(3)));
            assertThat(ending instanceof FileFailure).as("%s", ending).isFalse();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
