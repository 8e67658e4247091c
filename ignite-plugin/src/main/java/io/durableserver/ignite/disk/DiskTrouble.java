package io.durableserver.ignite.disk;

import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.NodeState.Trouble;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with the disk of a node, as what Ignite or the system threw tells it, and what to do about it.
 *
 * @param trouble what it is
 * @param text a few sentences for people, without the last full stop
 * @param bound what the work directory must be, for an error of the configuration
 */
public record DiskTrouble(Trouble trouble, String text, String bound) {
    private static final long MIB = 1L << 20;
    /** What the system says of a full disk or a used up quota, on Linux, macOS and Windows. */
    private static final List<String> FULL =
            List.of("No space left on device", "Disk quota exceeded", "There is not enough space on the disk");
    /** Ignite's, by their names: they are internal. */
    private static final List<String> DAMAGED_CLASSES = List.of(
            "CorruptedDataStructureException",
            "CorruptedTreeException",
            "CorruptedFreeListException",
            "CorruptedPartitionMetaPageException",
            "IgniteDataIntegrityViolationException");

    private static final List<String> DAMAGED = List.of(
            "CRC validation failed",
            "Page is broken",
            "Failed to verify, file",
            "Failed to verify store file",
            "Failed to initialize WAL segment",
            "Failed to read checkpoint record from WAL",
            "Unknown page IO type",
            // What a disk says that cannot read any more.
            "Input/output error",
            // Of the small files of stores.
            "was not written by this library");

    /** What is wrong with the disk; empty where it is something else. */
    public static Optional<DiskTrouble> of(@Nullable Throwable failure, EmbeddedNode node) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Throwable damage = null;
        for (Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
            if (says(cause, FULL)) {
                return Optional.of(full(node, cause));
            }
            if (DAMAGED_CLASSES.contains(cause.getClass().getSimpleName()) || says(cause, DAMAGED)) {
                damage = cause;
            }
        }
        return Optional.ofNullable(damage).map(cause -> damaged(node, cause));
    }

    private static boolean says(Throwable cause, List<String> texts) {
        String message = String.valueOf(cause.getMessage());
        return texts.stream().anyMatch(message::contains);
    }

    /** A disk without room; no attempt to write is needed to know. */
    public static Optional<DiskTrouble> full(EmbeddedNode node) {
        try {
            FileStore disk = Files.getFileStore(existing(node.workDirectory()));
            // What has no size at all, such as /proc, is no disk.
            return disk.getTotalSpace() > 0 && disk.getUsableSpace() < MIB
                    ? Optional.of(full(node, null))
                    : Optional.empty();
        } catch (IOException unknown) {
            // Ignite will say what is wrong with it.
            return Optional.empty();
        }
    }

    private static DiskTrouble full(EmbeddedNode node, @Nullable Throwable cause) {
        Path directory = node.workDirectory();
        long room = Math.max(1, (node.persistence() ? 2L * node.walSegmentBytes() : 16 * MIB) / MIB);
        return new DiskTrouble(
                Trouble.DISK_FULL,
                "The disk of " + directory + " is full" + space(directory) + ": make room of " + room
                        + " MiB or more on it, of files that are not Ignite's; what was acknowledged is there, and nothing of db may be"
                        + " deleted" + (cause == null ? "" : " (" + cause + ")"),
                "on a disk with " + room + " MiB or more free");
    }

    private static DiskTrouble damaged(EmbeddedNode node, Throwable cause) {
        Path data = node.workDirectory().resolve("db");
        return new DiskTrouble(
                Trouble.DISK_DAMAGED,
                "A file of the data of " + node.name()
                        + " is damaged: what it has cannot be trusted. Where other nodes have copies, move "
                        + data
                        + " away and start the node with an empty directory and the same name: it is filled from them ("
                        + cause + ")",
                "a directory with undamaged data, or an empty one");
    }

    private static String space(Path directory) {
        try {
            FileStore disk = Files.getFileStore(existing(directory));
            return " (" + disk.getUsableSpace() / MIB + " of " + disk.getTotalSpace() / MIB + " MiB free)";
        } catch (IOException unknown) {
            return "";
        }
    }

    private static Path existing(Path directory) {
        Path there = directory.toAbsolutePath();
        for (Path parent = there.getParent(); !Files.exists(there) && parent != null; parent = there.getParent()) {
            there = parent;
        }
        return there;
    }
}
