package io.durableserver.backend.ignite;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a node has seen of a cluster.
 *
 * @param views the nodes that were here, one set after each change; the last is now
 * @param all whether that is all since the mark that it remembers
 */
record Seen(List<Set<String>> views, boolean all) {
    /** Nothing is known of what was before. */
    static Seen only(Set<String> alive) {
        return new Seen(List.of(alive), false);
    }

    /** All that was before, and what is now. */
    static Seen of(List<Set<String>> before, Set<String> alive) {
        List<Set<String>> views = new ArrayList<>(before);
        views.add(alive);
        return new Seen(List.copyOf(views), true);
    }

    Set<String> alive() {
        return views.get(views.size() - 1);
    }

    /** Where what was before is in the mark already. */
    Seen last() {
        return only(alive());
    }

    boolean met(String one, String two) {
        return views.stream().anyMatch(here -> here.contains(one) && here.contains(two));
    }

    boolean bothWereAway(String one, String two) {
        return views.stream().anyMatch(here -> !here.contains(one) && !here.contains(two));
    }
}
