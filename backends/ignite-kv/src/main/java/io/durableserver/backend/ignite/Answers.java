package io.durableserver.backend.ignite;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the nodes that are here remember, as their {@link MarkTask}s answer it.
 *
 * @param marks by node; nodes without one are left out
 * @param served whether one of them had its mark since the cluster was activated: then Ignite knows where the newest copies are
 * @param whole the nodes that have the newest copy of all they are to have
 * @param settled whether all of them can tell that
 */
record Answers(Map<String, CopyMark> marks, boolean served, Set<String> whole, boolean settled) {
    private static final Set<String> BOTH = Set.of("true", "false");

    /** Throws {@link IllegalStateException} for what a node of another build answers in another way. */
    static Answers of(Collection<List<String>> answers) {
        Map<String, CopyMark> marks = new HashMap<>();
        Set<String> whole = new TreeSet<>();
        boolean served = false;
        boolean settled = true;
        for (List<String> answer : answers) {
            Filled filled = (answer.size() < 3 ? Optional.<Filled>empty() : Filled.of(answer.get(2))).orElse(null);
            if (filled == null || !BOTH.contains(answer.get(1))) {
                throw new IllegalStateException(
                        "What a node remembers was answered in a way of another release: " + answer);
            }
            served |= Boolean.parseBoolean(answer.get(1));
            settled &= filled != Filled.UNSETTLED;
            if (filled == Filled.WHOLE) {
                whole.add(answer.get(0));
            }
            if (answer.size() > 3) {
                marks.put(answer.get(0), CopyMark.parse(answer.subList(3, answer.size())));
            }
        }
        return new Answers(marks, served, whole, settled);
    }

    /** The nodes that are missing and may have the newest copies. */
    Set<String> missing() {
        return served ? Set.of() : away();
    }

    /** The same whether Ignite knows it or not: of what is lost it knows it no more. */
    Set<String> away() {
        return CopyMark.missing(marks.values(), CopyMark.present(marks));
    }

    /** {@link CopyMark#NONE} where nothing is remembered. */
    CopyMark newest() {
        return CopyMark.newest(marks.values());
    }
}
