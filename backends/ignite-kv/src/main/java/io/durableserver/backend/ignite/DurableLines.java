package io.durableserver.backend.ignite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** A small file of lines that is either the old one or the new one whatever happens, and is on the disk once it is written. */
final class DurableLines {
    /** Several nodes ask one node to write the same file at once, and each would move away what the other is about to. */
    private static final Object ONE_WRITER = new Object();

    /** The files of which this process knows that they stay: what it moved before may be gone after a loss of power. */
    private static final Set<Path> STAY = ConcurrentHashMap.newKeySet();

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

    /** Makes what was moved in a directory stay so. */
    interface Force {
        void directory(Path directory) throws IOException;
    }

    /** Throws as {@link #read} does. */
    static void write(Path file, List<String> lines) {
        write(file, lines, DurableLines::force);
    }

    static void write(Path file, List<String> lines, Force force) {
        synchronized (ONE_WRITER) {
            writeAlone(file, lines, force);
        }
    }

    /**
     * Makes sure that a file which was found as it should be stays so: whoever moved it to its place may have been interrupted, or have
     * ended, before that was certain. Throws as {@link #read} does.
     */
    static void confirm(Path file) {
        confirm(file, DurableLines::force);
    }

    static void confirm(Path file, Force force) {
        synchronized (ONE_WRITER) {
            try {
                stays(file, force);
            } catch (IOException failure) {
                throw failure(file + " cannot be written", failure);
            }
        }
    }

    /** An empty file, whose being there is all it says: made, or found and sure to stay. Answers whether it was there. Throws as {@link #read} does. */
    static boolean mark(Path file) {
        return mark(file, DurableLines::force);
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

    static boolean mark(Path file, Force force) {
        boolean there = exists(file);
        if (there) {
            confirm(file, force);
        } else {
            write(file, List.of(), force);
        }
        return there;
    }

    private static void stays(Path file, Force force) throws IOException {
        if (!STAY.contains(file)) {
            force.directory(Objects.requireNonNull(file.getParent(), "parent"));
            STAY.add(file);
        }
    }

    private static void writeAlone(Path file, List<String> lines, Force force) {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try {
            Path directory = Objects.requireNonNull(file.getParent(), "parent");
            Files.createDirectories(directory);
            Files.write(
                    next,
                    lines,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.SYNC);
            STAY.remove(file);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            // Else the old one may be back after a power failure, and an older copy could win (P2).
            stays(file, force);
        } catch (IOException failure) {
            throw failure(file + " cannot be written", failure);
        }
    }

    private static void force(Path directory) throws IOException {
        // Elsewhere a directory cannot be opened, and needs no more than the move.
        if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static RuntimeException failure(String message, IOException failure) {
        // Ignite interrupts what a node asked for that has just left: that is nothing the disk did.
        return failure instanceof ClosedByInterruptException
                ? new UncheckedIOException(message, failure)
                : new FileFailure(message, failure);
    }
}
