package io.durableserver.spi;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A small file of lines that a platform or a store keeps beside its data. A write that returned holds also when the power fails the next
 * moment; one that fails or is cut off leaves the content of before, or the new one. Thread-safe in one process, across all objects of a
 * path; no other process writes the file.
 */
public final class DurableFile {
    /** Two writers of one file would each move away what the other is about to. */
    private static final Object ONE_WRITER = new Object();

    /**
     * The files of which this process knows that they stay as they are found: a file that was moved or deleted before may be the work of
     * a process that ended, or was interrupted, before that was certain.
     */
    private static final Set<Path> STAY = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final Force force;

    /** Makes the changes of names in a directory outlive a loss of power. */
    @FunctionalInterface
    public interface Force {
        /** Returns once all that was made, moved or deleted in the directory stays so. */
        void directory(Path directory) throws IOException;
    }

    /** A file, which need not exist. */
    public DurableFile(Path path) {
        this(path, DurableFile::force);
    }

    /** A file whose directory is forced in another way, as tests do. */
    public DurableFile(Path path, Force force) {
        this.path = path.toAbsolutePath();
        this.force = force;
    }

    public Path path() {
        return path;
    }

    private Path directory() {
        return Objects.requireNonNull(path.getParent());
    }

    /** Replaces the content, and makes the file and its directory where there are none. */
    public void write(Collection<String> lines) throws IOException {
        synchronized (ONE_WRITER) {
            Files.createDirectories(directory());
            // No name of a node has this character, so it is the file of no other one.
            Path next = path.resolveSibling(path.getFileName() + "~");
            Files.write(
                    next,
                    lines,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.SYNC);
            STAY.remove(path);
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            stays();
        }
    }

    /** Makes sure that the file stays as it was found. The directory exists. */
    public void confirm() throws IOException {
        synchronized (ONE_WRITER) {
            stays();
        }
    }

    /** Removes the file, where there is one. */
    public void delete() throws IOException {
        synchronized (ONE_WRITER) {
            if (Files.deleteIfExists(path)) {
                STAY.remove(path);
            }
            if (Files.isDirectory(directory())) {
                stays();
            }
        }
    }

    private void stays() throws IOException {
        if (!STAY.contains(path)) {
            force.directory(directory());
            STAY.add(path);
        }
    }

    /** Makes the changes of names in a directory outlive a loss of power, see {@link Force}. */
    public static void force(Path directory) throws IOException {
        // Elsewhere a directory cannot be opened, and needs no more than the move.
        if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
