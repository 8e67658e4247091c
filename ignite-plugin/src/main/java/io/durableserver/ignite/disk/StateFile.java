package io.durableserver.ignite.disk;

import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A few lines that a node keeps in its work directory beside Ignite's files. What was written holds also when the power fails the
 * next moment, and a write that fails or is cut off leaves what was there before. One writer at a time.
 */
public final class StateFile {
    /**
     * The files of which this process knows that they stay as they are found: what was moved or deleted before may have been interrupted
     * before that was certain, or be the work of a process that ended.
     */
    private static final Set<Path> STAY = ConcurrentHashMap.newKeySet();

    /** Makes what was made, moved or deleted in a directory stay so. */
    interface Force {
        void directory(Path directory) throws IOException;
    }

    private final String node;
    private final Path path;
    private final Force force;

    /** @param kind what the file is for; nodes of one work directory have one each */
    public StateFile(EmbeddedNode node, String kind) {
        this(node.name(), node.workDirectory().resolve(kind + node.name()), StateFile::force);
    }

    StateFile(Path path) {
        this(path, StateFile::force);
    }

    StateFile(Path path, Force force) {
        this(path.getFileName().toString(), path, force);
    }

    private StateFile(String node, Path path, Force force) {
        this.node = node;
        this.path = path.toAbsolutePath();
        this.force = force;
    }

    /** The fact that it cannot be used, and what happens because of that. */
    public RuntimeEvent unusable(String problem, IOException error) {
        return new ClusterEvent.FileUnusable(node, path.toString(), problem, error);
    }

    public Path path() {
        return path;
    }

    private Path directory() {
        return Objects.requireNonNull(path.getParent());
    }

    public boolean exists() {
        return Files.exists(path);
    }

    /** The lines; none where there is no file. What is found stays. */
    public List<String> read() throws IOException {
        if (!exists()) {
            return List.of();
        }
        stays();
        return Files.readAllLines(path);
    }

    public void write(Collection<String> lines) throws IOException {
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
        STAY.remove(path);
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        stays();
    }

    public void delete() throws IOException {
        if (Files.deleteIfExists(path)) {
            STAY.remove(path);
        }
        if (Files.isDirectory(directory())) {
            stays();
        }
    }

    private void stays() throws IOException {
        if (!STAY.contains(path)) {
            force.directory(directory());
            STAY.add(path);
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
