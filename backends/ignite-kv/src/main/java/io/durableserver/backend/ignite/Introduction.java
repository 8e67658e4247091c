package io.durableserver.backend.ignite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.ignite.configuration.IgniteConfiguration;

/**
 * What a node says to the cluster it is about to join. One item a line: a name for the format, its expected nodes, whether it accepts
 * split writes, and its {@link CopyMark}.
 */
record Introduction(int expectedNodes, boolean splitWrites, CopyMark mark) {
    private static final String FORMATS = "durable-kv-";
    private static final String FORMAT = FORMATS + "3";
    /** The same with a mark of an earlier format, or one that does not name its format. */
    private static final Set<String> BEFORE = Set.of("durable-kv-1", "durable-kv-2");

    /** What nodes said, by node and cache. A node may be asked about joins before its store is open, and must not look at its disk then. */
    private static final Map<IgniteConfiguration, Map<String, CopyMark>> SAID =
            Collections.synchronizedMap(new WeakHashMap<>());

    /** The introduction of a node that has not joined yet. */
    static Introduction of(IgniteConfiguration node, IgniteKvConfig config, String prefix) {
        String cacheName = config.cacheNameFor(prefix);
        CopyMark mark = MarkTask.of(node, cacheName).orElse(CopyMark.NONE);
        SAID.computeIfAbsent(node, first -> new ConcurrentHashMap<>()).put(cacheName, mark);
        return new Introduction(config.expectedNodes(), config.splitWrites(), mark);
    }

    /** What a node of this process remembered when it started; {@link CopyMark#NONE} where it remembered nothing. Does not block. */
    static CopyMark said(IgniteConfiguration node, String cacheName) {
        return SAID.getOrDefault(node, Map.of()).getOrDefault(cacheName, CopyMark.NONE);
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

    /** Whether a store of this kind said something that is not understood here. */
    static boolean isOfAnotherRelease(String text) {
        return parse(text).isEmpty() && Stream.of(text.split("\u001E", -1)).anyMatch(part -> part.startsWith(FORMATS));
    }

    private static Optional<Introduction> parseOne(String text) {
        List<String> lines = List.of(text.split("\n", -1));
        if (lines.size() < 4 || !(lines.get(0).equals(FORMAT) || BEFORE.contains(lines.get(0)))) {
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
