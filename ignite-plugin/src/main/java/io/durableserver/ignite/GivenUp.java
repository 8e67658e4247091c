package io.durableserver.ignite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node has stored and an operator gave up: a file in its work directory says so, until the node has joined the side that was
 * kept. Until then it joins nobody else and begins no cluster of its own, also not in another process. Its data is moved aside,
 * never destroyed, and only once the other side answers. Not thread-safe.
 */
final class GivenUp {
    private static final Logger LOG = LoggerFactory.getLogger(GivenUp.class);
    private static final String MARK = "durable-gave-up-";
    private static final String MOVED = "moved";
    /** Below {@code db}: where Ignite keeps what belongs to one node. */
    private static final List<String> PARTS = List.of("", "wal", "wal/archive", "binary_meta", "cdc", "wal/cdc");

    private final EmbeddedNode node;
    private final Path mark;
    private final List<String> addresses;
    private boolean moved;

    private GivenUp(EmbeddedNode node, List<String> lines) {
        this.node = node;
        this.mark = mark(node);
        this.addresses = lines.stream().filter(line -> !line.equals(MOVED)).toList();
        this.moved = lines.contains(MOVED);
    }

    private static Path mark(EmbeddedNode node) {
        return node.workDirectory().resolve(MARK + node.name());
    }

    /** The node gives up what it has, for the side at these addresses. It holds when this has returned. */
    static void mark(EmbeddedNode node, List<String> addresses) {
        write(mark(node), addresses);
    }

    /** Empty where nothing is given up. */
    static Optional<GivenUp> of(EmbeddedNode node) {
        Path mark = mark(node);
        try {
            return Files.exists(mark) ? Optional.of(new GivenUp(node, Files.readAllLines(mark))) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(mark + " cannot be read, and says whether this node's data is given up", e);
        }
    }

    List<String> addresses() {
        return addresses;
    }

    /** What the node waits for. */
    String waits() {
        return "the side that was kept does not answer at " + addresses
                + "; this node gave up its own, whose data is in "
                + (moved ? aside() : node.workDirectory().resolve("db")) + " (see " + mark + ")";
    }

    private Path aside() {
        return node.workDirectory().resolve("given-up").resolve(node.name());
    }

    /** Moves the data of the node aside. What an attempt to join left after that is no data. */
    void moveAside() {
        String folder = WorkDirectory.folder(node.name());
        try {
            Path into = moved ? aside().resolve("leftover") : next();
            for (String part : PARTS) {
                Path from = node.workDirectory().resolve("db").resolve(part).resolve(folder);
                if (Files.exists(from)) {
                    Path to = into.resolve("db").resolve(part).resolve(folder);
                    Files.createDirectories(to.getParent());
                    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
                }
            }
            if (moved) {
                delete(into);
            } else {
                LOG.warn("{} gave up its side: what it had stored is now in {}", node.name(), into);
            }
            moved = true;
            List<String> lines = new ArrayList<>(addresses);
            lines.add(MOVED);
            write(mark, lines);
        } catch (IOException e) {
            throw new UncheckedIOException("The data that was given up cannot be moved aside", e);
        }
    }

    private Path next() {
        Path into = aside();
        for (int i = 2; Files.exists(into); i++) {
            into = aside().resolveSibling(node.name() + "-" + i);
        }
        return into;
    }

    /** The node has joined the side that was kept. */
    void done() {
        try {
            Files.deleteIfExists(mark);
        } catch (IOException e) {
            throw new UncheckedIOException(mark + " cannot be deleted: the node would give up its data again", e);
        }
    }

    private static void write(Path mark, List<String> lines) {
        Path next = mark.resolveSibling(mark.getFileName() + ".new");
        try {
            Files.write(
                    next,
                    lines,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.SYNC);
            Files.move(next, mark, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(mark + " cannot be written", e);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
