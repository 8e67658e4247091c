package io.durableserver.backend.ignite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.ignite.configuration.IgniteConfiguration;

/**
 * What a node says to the cluster it is about to join. One item a line: a name for the format, its expected nodes, whether it accepts
 * split writes, and its {@link CopyMark}.
 */
record Introduction(int expectedNodes, boolean splitWrites, CopyMark mark) {
    private static final String FORMAT = "durable-kv-2";
    /** The same with a mark that does not name its format. */
    private static final String OLD = "durable-kv-1";

    /** Of a node that has not joined yet. */
    static Introduction of(IgniteConfiguration node, IgniteKvConfig config, String prefix) {
        return new Introduction(
                config.expectedNodes(),
                config.splitWrites(),
                MarkTask.of(node, config.cacheNameFor(prefix)).orElse(CopyMark.NONE));
    }

    String text() {
        List<String> lines = new ArrayList<>();
        lines.add(FORMAT);
        lines.add(String.valueOf(expectedNodes));
        lines.add(String.valueOf(splitWrites));
        lines.addAll(mark.lines());
        return String.join("\n", lines);
    }

    /** Empty for what another release says in another way. */
    static Optional<Introduction> parse(String text) {
        // A node with a mirror says what both its stores say; a node without one wants what this store says.
        return Stream.of(text.split("\u001E", -1))
                .map(Introduction::parseOne)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Introduction> parseOne(String text) {
        List<String> lines = List.of(text.split("\n", -1));
        if (lines.size() < 4 || !(lines.get(0).equals(FORMAT) || lines.get(0).equals(OLD))) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Introduction(
                    Integer.parseInt(lines.get(1)),
                    Boolean.parseBoolean(lines.get(2)),
                    CopyMark.parse(lines.subList(3, lines.size()))));
        } catch (NumberFormatException foreign) {
            return Optional.empty();
        }
    }
}
