package io.durableserver.backend.ignite;

import io.durableserver.spi.DurableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The {@link DurableFile}s of this store: what they say, and the failure of one that cannot be used. */
final class DurableLines {
    private DurableLines() {}

    /**
     * What a file says; empty where there is none. Throws {@link FileFailure} where it cannot be used, and something else where only
     * this thread is to end.
     *
     * @param parse throws {@link NumberFormatException} for what this library did not write
     * @param what the file says, for people
     */
    static <T> Optional<T> read(Path file, Function<List<String>, T> parse, String what) {
        try {
            return Optional.of(parse.apply(Files.readAllLines(file)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (OtherRelease other) {
            throw new FileFailure(file + " was written by another release of this library", other);
        } catch (NumberFormatException | CharacterCodingException foreign) {
            throw new FileFailure(
                    file + " does not say " + what + ": what is in it was not written by this library", foreign);
        } catch (IOException failure) {
            throw failure(file + " cannot be read", failure);
        }
    }

    /** Throws as {@link #read} does. */
    static void write(Path file, List<String> lines) {
        write(new DurableFile(file), lines);
    }

    static void write(DurableFile file, List<String> lines) {
        try {
            // The old one must not be back after a power failure: an older copy could win (P2).
            file.write(lines);
        } catch (IOException failure) {
            throw failure(file.path() + " cannot be written", failure);
        }
    }

    /** Makes sure that a file which was found as it should be stays so, see {@link DurableFile#confirm}. Throws as {@link #read} does. */
    static void confirm(Path file) {
        confirm(new DurableFile(file));
    }

    private static void confirm(DurableFile file) {
        try {
            file.confirm();
        } catch (IOException failure) {
            throw failure(file.path() + " cannot be written", failure);
        }
    }

    /** False only where there is none for certain: what cannot be looked at may be there. Throws as {@link #read} does. */
    static boolean exists(Path file) {
        try {
            Files.readAttributes(file, BasicFileAttributes.class);
            return true;
        } catch (NoSuchFileException none) {
            return false;
        } catch (IOException failure) {
            throw failure(file + " cannot be looked at", failure);
        }
    }

    /** An empty file, whose being there is all it says: made, or found and sure to stay. Answers whether it was there. Throws as {@link #read} does. */
    static boolean mark(Path file) {
        return mark(new DurableFile(file));
    }

    static boolean mark(DurableFile file) {
        boolean there = exists(file.path());
        if (there) {
            confirm(file);
        } else {
            write(file, List.of());
        }
        return there;
    }

    private static RuntimeException failure(String message, IOException failure) {
        // Ignite interrupts what a node asked for that has just left: that is nothing the disk did.
        return failure instanceof ClosedByInterruptException
                ? new UncheckedIOException(message, failure)
                : new FileFailure(message, failure);
    }
}
