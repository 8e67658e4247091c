package io.durableserver.ignite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * A few lines that a node keeps in its work directory beside Ignite's files. What was written holds also when the power fails the
 * next moment, and a write that fails or is cut off leaves what was there before. One writer at a time.
 */
final class StateFile {
    private final Path path;

    /** @param kind what the file is for; nodes of one work directory have one each */
    StateFile(EmbeddedNode node, String kind) {
        this(node.workDirectory().resolve(kind + node.name()));
    }

    StateFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    private Path directory() {
        return Objects.requireNonNull(path.toAbsolutePath().getParent());
    }

    boolean exists() {
        return Files.exists(path);
    }

    /** The lines; none where there is no file. */
    List<String> read() throws IOException {
        return exists() ? Files.readAllLines(path) : List.of();
    }

    void write(Collection<String> lines) throws IOException {
        Path directory = directory();
        Files.createDirectories(directory);
        // No name of a node has this character, so it is the file of no other one.
        Path next = directory.resolve(path.getFileName() + "~");
        Files.write(
                next,
                lines,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.SYNC);
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(directory);
    }

    void delete() throws IOException {
        if (Files.deleteIfExists(path)) {
            force(directory());
        }
    }

    /** What was made, moved or deleted in a directory stays so. */
    static void force(Path directory) throws IOException {
        // Elsewhere a directory cannot be opened, and needs no more than the move.
        if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
