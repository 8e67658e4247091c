package io.durableserver.backend.ignite;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Which nodes a cluster had since a mark was made.
 *
 * @param views the nodes that were here, one set after each change; the last is now
 * @param all whether that is all; not where the mark was made in another run of the cluster
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

    /** Whether a node may have been here, and have gone since. */
    boolean left(String name) {
        boolean came = !all;
        for (Set<String> here : views) {
            if (came && !here.contains(name)) {
                return true;
            }
            came |= here.contains(name);
        }
        return false;
    }

    /** Whether a node that was here when the mark was made may have gone since; it may be back. */
    boolean wentAway(String name) {
        return !all || views.stream().anyMatch(here -> !here.contains(name));
    }

    boolean met(String one, String two) {
        return views.stream().anyMatch(here -> here.contains(one) && here.contains(two));
    }

    /** Whether both were away at once, and did not meet since. */
    boolean stayedApart(String one, String two) {
        boolean apart = false;
        for (Set<String> here : views) {
            apart = !(here.contains(one) && here.contains(two))
                    && (apart || !(here.contains(one) || here.contains(two)));
        }
        return apart;
    }

    /** Whether no other node was here meanwhile. */
    boolean isStill() {
        return all && views.stream().allMatch(alive()::equals);
    }

    boolean bothWereAway(String one, String two) {
        return views.stream().anyMatch(here -> !here.contains(one) && !here.contains(two));
    }
}
