package io.durableserver.ignite.split;

import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.disk.SetAside;
import io.durableserver.ignite.disk.StateFile;
import io.durableserver.ignite.start.EmbeddedConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.ignite.IgniteException;

/**
 * What a node has stored and an operator gave up: a file in its work directory says so, until the node has joined the side that was
 * kept. Until then it joins no other side and begins no cluster of its own, also not in another process. Its data is moved aside,
 * never destroyed, and only once that side was seen. Not thread-safe.
 *
 * <p>The file has a line {@code node name} for each node of the side that was kept, {@code address ip:port} for where they were,
 * {@code into name} for where the data goes, before any of it is moved, and {@code moved} when all is there.
 */
public final class GivenUp {
    private static final String MARK = "durable-gave-up-";
    private static final String MOVED = "moved";

    /** The side that was kept is not there yet. */
    public static final class Waits extends IgniteException {
        private static final long serialVersionUID = 1L;

        Waits(String message) {
            super(message);
        }
    }

    private final EmbeddedNode node;
    private final StateFile mark;
    private final KeptSide kept;
    private Optional<String> into;
    private boolean moved;

    private GivenUp(EmbeddedNode node, StateFile mark, List<String> lines) {
        this.node = node;
        this.mark = mark;
        this.kept = new KeptSide(values(lines, "node "), values(lines, "address "));
        this.into = values(lines, "into ").stream().findFirst();
        this.moved = lines.contains(MOVED);
    }

    private static List<String> values(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()))
                .toList();
    }

    /** The node gives up what it has, for this side. It holds when this has returned. */
    public static void mark(EmbeddedNode node, KeptSide kept) {
        new GivenUp(node, new StateFile(node, MARK), lines(kept)).write();
    }

    /** Empty where nothing is given up. */
    public static Optional<GivenUp> of(EmbeddedNode node) {
        StateFile mark = new StateFile(node, MARK);
        try {
            return mark.exists() ? Optional.of(new GivenUp(node, mark, mark.read())) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    mark.path() + " cannot be read, and says whether this node's data is given up", e);
        }
    }

    public KeptSide kept() {
        return kept;
    }

    /** What the node waits for. */
    public Waits waits() {
        return new Waits("the side that was kept, nodes " + kept.nodes() + ", is not found at " + kept.addresses()
                + " nor at " + EmbeddedConfiguration.addresses(node)
                + "; this node gave up its own, whose data is in "
                + into.map(name -> SetAside.place(node, name) + " ").orElse("")
                + (moved ? "" : node.workDirectory().resolve("db") + " ") + "(see " + mark.path() + ")");
    }

    /** The name of the place the data goes to; written before any of it is moved, so that a move that is cut off goes on to the same place. */
    String choose() {
        String name = into.orElseGet(() -> SetAside.free(node));
        if (into.isEmpty()) {
            into = Optional.of(name);
            write();
        }
        return name;
    }

    /**
     * Moves the data of the node aside, and returns where it is; empty where that was done before. What a later attempt to join got is not
     * touched: it may be a copy.
     */
    public Optional<Path> moveAside() {
        if (moved) {
            return Optional.empty();
        }
        String name = choose();
        Path aside = SetAside.place(node, name);
        try {
            SetAside.move(node, name);
        } catch (IOException e) {
            throw new UncheckedIOException("The data that was given up cannot be moved to " + aside, e);
        }
        moved = true;
        write();
        return Optional.of(aside);
    }

    /** It joined others than the side that was kept: what it got from them goes aside too. */
    public void strayed() {
        if (moved) {
            into = Optional.empty();
            moved = false;
            write();
        }
    }

    /** The node has joined the side that was kept. */
    public void done() {
        try {
            mark.delete();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    mark.path() + " cannot be deleted: the node would wait for that side again", e);
        }
    }

    private static List<String> lines(KeptSide kept) {
        return Stream.concat(
                        kept.nodes().stream().map(name -> "node " + name),
                        kept.addresses().stream().map(address -> "address " + address))
                .toList();
    }

    private void write() {
        List<String> lines = new ArrayList<>(lines(kept));
        into.ifPresent(name -> lines.add("into " + name));
        if (moved) {
            lines.add(MOVED);
        }
        try {
            mark.write(lines);
        } catch (IOException e) {
            throw new UncheckedIOException(mark.path() + " cannot be written", e);
        }
    }
}
