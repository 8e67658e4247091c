package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A change of the expected number of nodes, in steps: first all nodes of the baseline know both numbers, then all know the new one. A
 * pure function of what the nodes that are here remember; the caller performs the step and asks again. It may stop anywhere, and
 * the same change goes on from there, or its opposite, from the old number to itself, takes it back.
 */
final class SizeChange {
    static final int LARGEST = 1_000;

    private SizeChange() {}

    /** What the nodes that are here remember, and which nodes are meant to be here. */
    record View(Set<String> baseline, Map<String, Optional<ClusterSize>> here) {
        View {
            baseline = Set.copyOf(baseline);
            here = Map.copyOf(here);
        }

        private Optional<ClusterSize> newest() {
            return ClusterSize.newest(
                    here.values().stream().flatMap(Optional::stream).toList());
        }

        private Set<String> away() {
            Set<String> away = new TreeSet<>(baseline);
            away.removeAll(here.keySet());
            return away;
        }

        private boolean allKnow(ClusterSize size) {
            return here.values().stream().allMatch(Optional.of(size)::equals);
        }
    }

    /** What to do next. */
    sealed interface Step {
        /** All nodes know the new number. */
        record Done(ClusterSize size) implements Step {}

        /** Every node that is here is to remember this, unless it remembers something newer: they do not agree yet. */
        record Spread(ClusterSize size) implements Step {}

        /** Every node that is here is to remember {@code next} in the place of {@code now}, and of nothing else. */
        record Swap(ClusterSize now, ClusterSize next) implements Step {}

        /** It must not go on. */
        record Refused(DurableServerException reason) implements Step {}
    }

    static Step next(View view, int from, int to) {
        Optional<ClusterSize> known = view.newest();
        if (known.isEmpty()) {
            return invalid(
                    "from", from, "set by expectedNodes in the configuration of all nodes first: none is stored");
        }
        ClusterSize now = known.get();
        return refusal(view, now, from, to).orElseGet(() -> go(view, now, to));
    }

    private static Step go(View view, ClusterSize now, int to) {
        if (!view.allKnow(now)) {
            return new Step.Spread(now);
        }
        if (now.pending() != to) {
            return new Step.Swap(now, now.towards(to));
        }
        return now.changing() ? new Step.Swap(now, now.done()) : new Step.Done(now);
    }

    private static Optional<Step> refusal(View view, ClusterSize now, int from, int to) {
        // The stored number may be larger: it was another version's, and to take a change back to it is always allowed.
        if (to != now.expected() && (to < 1 || to > LARGEST)) {
            return Optional.of(invalid("to", to, "1 to " + LARGEST));
        }
        if (!now.changing() && now.expected() == to) {
            // Also for a call that is made once more, since it stopped half-way or its answer was lost.
            return Optional.of(view.allKnow(now) ? new Step.Done(now) : new Step.Spread(now));
        }
        if (now.expected() != from) {
            return Optional.of(invalid("from", from, now.expected() + ", the stored number"));
        }
        if (now.changing() && to != now.pending() && to != from) {
            return Optional.of(invalid(
                    "to",
                    to,
                    now.pending() + ", which a change that is not done began with, or " + from + " to take that back"));
        }
        return whoIsThere(view, now).or(() -> size(view, now, to));
    }

    /** A node that is away would come back with the number it knew. */
    private static Optional<Step> whoIsThere(View view, ClusterSize now) {
        Set<String> away = view.away();
        if (!away.isEmpty()) {
            return Optional.of(notNow(
                    "Nodes of the baseline are away, and would come back with the old number of expected nodes: start them,"
                            + " or take those that never come back out of the baseline",
                    Map.of("nodes", List.copyOf(away))));
        }
        int nodes = view.baseline().size();
        return nodes >= now.quorum(nodes)
                ? Optional.empty()
                : Optional.of(notNow(
                        "These nodes are no quorum, and others may be alive elsewhere: start more nodes of the baseline",
                        Map.of("nodes", nodes, "quorum", now.quorum(nodes))));
    }

    private static Optional<Step> size(View view, ClusterSize now, int to) {
        int nodes = view.baseline().size();
        int most = Math.min(LARGEST, 2 * nodes - 1);
        // To take a change back is always allowed: the old number holds all the time.
        return (to >= nodes && to <= most) || to == now.expected()
                ? Optional.empty()
                : Optional.of(invalid(
                        "to",
                        to,
                        nodes + " to " + most + ", with " + nodes
                                + " nodes in the baseline: fewer would let parts of it write, more would stop it"));
    }

    private static Step notNow(String message, Map<String, ?> context) {
        return new Step.Refused(new NotAppliedException(NotAppliedException.Reason.NOT_READY, message, context));
    }

    private static Step invalid(String option, int value, String bound) {
        return new Step.Refused(ConfigurationException.option(option, value, bound));
    }

    /** Whether so many nodes of a baseline may write: the rule by which every node counts. */
    static boolean mayWrite(Optional<ClusterSize> size, Collection<String> baseline, Collection<String> here) {
        if (size.isEmpty()) {
            return true;
        }
        Set<String> there = new HashSet<>(here);
        if (!baseline.isEmpty()) {
            there.retainAll(baseline);
        }
        return there.size() >= size.get().quorum(baseline.size());
    }
}
