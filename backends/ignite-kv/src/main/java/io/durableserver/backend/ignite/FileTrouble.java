package io.durableserver.backend.ignite;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.ignite.Ignite;

/**
 * What becomes of a {@link FileFailure}: its node ends, and the others, which hear of it as an answer like any other, go on without
 * that node. The answers of nodes are a name and more; where a node has this trouble they are the name, a word, and a text.
 */
final class FileTrouble {
    /** Part of the wire form: no other answer has it at this place. */
    private static final String WORD = "file-trouble";

    private FileTrouble() {}

    /** Tells the failure handler of the node whose file it is, and returns the node's answer. */
    static List<String> end(Ignite node, FileFailure failure) {
        IgniteInternals.fail(node, failure);
        return answer(String.valueOf(node.cluster().localNode().consistentId()), failure);
    }

    static List<String> answer(String name, FileFailure failure) {
        Throwable cause = failure.getCause();
        return new ArrayList<>(List.of(name, WORD, failure.getMessage() + (cause == null ? "" : " (" + cause + ")")));
    }

    /** Throws when one of the nodes that answered has such a trouble. */
    static void check(String cacheName, Collection<List<String>> answers) {
        Map<String, String> nodes = new TreeMap<>();
        for (List<String> answer : answers) {
            if (answer.size() > 2 && answer.get(1).equals(WORD)) {
                nodes.put(answer.get(0), answer.get(2));
            }
        }
        if (!nodes.isEmpty()) {
            throw new NotAppliedException(
                    Reason.STORAGE_UNAVAILABLE,
                    "A node cannot use a file beside its records, and stops; all others wait until it is gone",
                    Map.of("cache", cacheName, "nodes", nodes));
        }
    }
}
