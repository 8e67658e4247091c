package io.durableserver.ignite.disk;

import io.durableserver.ConfigurationException;
import io.durableserver.ignite.EmbeddedNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.ignite.Ignite;
import org.apache.ignite.Ignition;
import org.jspecify.annotations.Nullable;

/**
 * The work directory of an embedded node, looked at before Ignite starts: whether it is one, can be written, is in use by
 * another process, and whose data is in it. Ignite's own errors come late and do not say so.
 */
public final class WorkDirectory {
    /** What Ignite keeps beside the directories of nodes. */
    private static final Set<String> SHARED = Set.of("wal", "binary_meta", "marshaller", "cdc");

    /** A process that runs the same node may be about to end, as in a restart. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final long POLL_NANOS = 100_000_000;

    /** Files that were found locked by this process. To close one of them would drop that lock, so they stay open until it is gone. */
    private static final Map<Path, FileChannel> OURS = new HashMap<>();

    private enum Lock {
        FREE,
        OTHER_PROCESS,
        /** Locked by Ignite of another class loader, such as that of a second web application. */
        THIS_PROCESS
    }

    private final EmbeddedNode node;
    private final Path directory;
    private final Path data;

    private WorkDirectory(EmbeddedNode node) {
        this.node = node;
        this.directory = node.workDirectory().toAbsolutePath().normalize();
        this.data = directory.resolve("db");
    }

    /**
     * Makes the directory where it is missing.
     *
     * @param patience how long another process that holds the node's data is waited for: it may be about to end
     * @return the nodes whose data is there while this one has none there: maybe it was renamed
     * @throws ConfigurationException naming {@code workDirectory}
     */
    public static List<String> check(EmbeddedNode node, Duration patience) {
        WorkDirectory work = new WorkDirectory(node);
        work.checkRoom();
        work.checkWritable();
        if (!node.persistence()) {
            return List.of();
        }
        work.checkUnused(patience);
        return work.strangers();
    }

    /** The nodes whose data is in the directory while this one has none there, and that do not run. */
    static List<String> strangers(EmbeddedNode node) {
        return new WorkDirectory(node).strangers();
    }

    private void checkRoom() {
        DiskTrouble.full(node).ifPresent(full -> {
            throw refused(full.text(), full.bound(), null);
        });
    }

    private void checkWritable() {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw refused(
                    "The work directory is not a directory", "a directory, or a path where one can be made", null);
        }
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw refused("The work directory does not exist and cannot be made", "a path where it can be made", e);
        }
        try {
            Files.delete(Files.createTempFile(directory, "durable", ".check"));
        } catch (IOException e) {
            throw refused("The work directory cannot be written", "writable for " + System.getProperty("user.name"), e);
        }
    }

    /** The data of a node belongs to one process; Ignite would wait a minute before it says which lock it wants. */
    private void checkUnused(Duration patience) {
        Path lock = data.resolve(folder(node.name())).resolve("lock");
        if (runsHere(folder(node.name()))) {
            throw inUse("This process", lock);
        }
        long start = System.nanoTime();
        for (Lock now = look(lock); now != Lock.FREE; now = look(lock)) {
            if (System.nanoTime() - start >= patience.toNanos()
                    || Thread.currentThread().isInterrupted()) {
                throw inUse(
                        now == Lock.OTHER_PROCESS ? "Another process" : "Another class loader of this process", lock);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private ConfigurationException inUse(String who, Path lock) {
        return refused(
                who + " runs a node on this data: its lock is held",
                "a directory, or a node name, of its own (" + lock + ")",
                null);
    }

    /** Whether a node of this JVM has that data. Its lock must not be touched: closing a file drops all locks on it. */
    private boolean runsHere(String folder) {
        for (Ignite other : Ignition.allGrids()) {
            String work = other.configuration().getWorkDirectory();
            if (work != null
                    && Path.of(work).toAbsolutePath().normalize().equals(directory)
                    && folder(String.valueOf(other.configuration().getConsistentId()))
                            .equals(folder)) {
                return true;
            }
        }
        return false;
    }

    /** A channel is closed unless that would drop the lock of another node. */
    private static Lock look(Path lock) {
        synchronized (OURS) {
            FileChannel channel = OURS.remove(lock);
            try {
                if (channel == null) {
                    if (!Files.exists(lock)) {
                        return Lock.FREE;
                    }
                    channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                }
                FileLock mine = channel.tryLock();
                channel.close();
                return mine == null ? Lock.OTHER_PROCESS : Lock.FREE;
            } catch (OverlappingFileLockException ours) {
                OURS.put(lock, Objects.requireNonNull(channel));
                return Lock.THIS_PROCESS;
            } catch (IOException e) {
                // Ignite will say what is wrong with it.
                return Lock.FREE;
            }
        }
    }

    private List<String> strangers() {
        String own = folder(node.name());
        if (Files.exists(data.resolve(own)) || !Files.isDirectory(data)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(data)) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .filter(folder -> !SHARED.contains(folder) && !runsHere(folder))
                    .filter(folder -> look(data.resolve(folder).resolve("lock")) == Lock.FREE)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            // Ignite says what is wrong with it.
            return List.of();
        }
    }

    /** The directory Ignite gives to a consistent id. */
    static String folder(String name) {
        StringBuilder folder = new StringBuilder(name.length());
        name.chars().forEach(c -> folder.append(Character.isLetterOrDigit(c) ? (char) c : '_'));
        return folder.toString();
    }

    private ConfigurationException refused(String message, String bound, @Nullable Throwable cause) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("option", "workDirectory");
        context.put("value", directory);
        context.put("bound", bound);
        context.put("node", node.name());
        return new ConfigurationException(ConfigurationException.Reason.INVALID_OPTION, message, context, cause);
    }
}
