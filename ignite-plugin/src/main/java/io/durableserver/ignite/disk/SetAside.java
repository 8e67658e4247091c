package io.durableserver.ignite.disk;

import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.spi.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/** Moves what Ignite keeps of one node on disk to {@code given-up} in its work directory, by renames only: quick, and nothing is copied. */
public final class SetAside {
    private static final String METADATA = "binary_meta";
    /** Below {@code db}: where Ignite keeps what belongs to one node. */
    private static final List<String> PARTS = List.of("", "wal", "wal/archive", METADATA, "cdc", "wal/cdc");

    private SetAside() {}

    public static Path place(EmbeddedNode node, String name) {
        return node.workDirectory().resolve("given-up").resolve(name);
    }

    /** A name where nothing is yet. */
    public static String free(EmbeddedNode node) {
        String name = node.name();
        for (int i = 2; Files.exists(place(node, name)); i++) {
            name = node.name() + "-" + i;
        }
        return name;
    }

    /** Moves what is not there yet: done again after it was cut off, it goes on, also where only what was moved was not forced. */
    public static void move(EmbeddedNode node, String name) throws IOException {
        move(node, name, DurableFile::force);
    }

    static void move(EmbeddedNode node, String name, DurableFile.Force force) throws IOException {
        for (String part : PARTS) {
            Path from = from(node, part);
            Path parent = place(node, name).resolve("db").resolve(part);
            Path to = parent.resolve(folder(node));
            if (Files.exists(from)) {
                Files.createDirectories(parent);
                Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            }
            if (Files.exists(to)) {
                force.directory(node.workDirectory().resolve("db").resolve(part));
                for (Path made = parent;
                        made != null && made.startsWith(node.workDirectory());
                        made = made.getParent()) {
                    force.directory(made);
                }
            }
        }
    }

    private static Path from(EmbeddedNode node, String part) {
        return node.workDirectory().resolve("db").resolve(part).resolve(folder(node));
    }

    private static String folder(EmbeddedNode node) {
        return WorkDirectory.folder(node.name());
    }

    /** Why the data cannot be moved; empty where it can. Tried with a file from each directory: one of them may be a disk of its own. */
    public static Optional<String> cannot(EmbeddedNode node) {
        for (String part : PARTS) {
            Path from = from(node, part);
            if (Files.exists(from)) {
                try {
                    probe(node, part, from);
                } catch (IOException e) {
                    return Optional.of("its data in " + from + " cannot be moved to "
                            + node.workDirectory().resolve("given-up") + " (" + e
                            + "): all of its work directory must be on one disk that can be written. Otherwise stop it, move"
                            + " its data away, and start it again");
                }
            }
        }
        return Optional.empty();
    }

    private static void probe(EmbeddedNode node, String part, Path from) throws IOException {
        Path aside = Files.createDirectories(node.workDirectory().resolve("given-up"));
        // A link is moved as such, wherever it leads; and Ignite reads all files among its
        // metadata, also one left by a kill.
        boolean beside = part.equals(METADATA) || Files.isSymbolicLink(from);
        Path tried = beside ? node.workDirectory().resolve("db").resolve(part) : from;
        Path file = Files.createTempFile(tried, "durable", ".check");
        Path moved = aside.resolve(file.getFileName());
        try {
            Files.move(file, moved, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(moved);
        }
    }
}
