package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keeps nodes from writing side by side without a quorum: after a split of the network both sides would, and what one of them
 * acknowledged would be lost (P1). One node alone needs none. Pure.
 */
final class SplitWrites {
    private SplitWrites() {}

    /**
     * Throws {@link ConfigurationException} where a node must not join as it is configured: it would not serve, and the next activation
     * would have it in the baseline. Where it knows how many nodes there are it may come and wait for the others to be restarted.
     *
     * @param rule whether the nodes know how many they are meant to be, or may know
     * @param said by the node that joins
     * @param baseline the nodes that are meant to have records
     */
    static void checkJoin(boolean rule, Introduction said, Set<String> baseline, String joining) {
        refuse(rule || said.expectedNodes() > 0, said.expectedNodes(), said.splitWrites(), baseline, joining)
                .ifPresent(reason -> {
                    throw reason;
                });
    }

    /**
     * Why a node must not serve yet; empty when it may.
     *
     * @param rule whether the nodes know how many they are meant to be
     * @param configured what this node's configuration says of that; 0 for nothing
     * @param accepted whether an operator accepts split writes
     * @param baseline the nodes that are meant to have records
     */
    static Optional<DurableServerException> refuse(
            boolean rule, int configured, boolean accepted, Set<String> baseline, String self) {
        Set<String> others = new TreeSet<>(baseline);
        others.remove(self);
        if (rule || accepted || others.isEmpty()) {
            return Optional.empty();
        }
        List<String> names = List.copyOf(others);
        if (configured == 0) {
            int nodes = others.size() + 1;
            return Optional.of(ConfigurationException.option(
                    "igniteKv.expectedNodes",
                    0,
                    "how many server nodes there are, as in IgniteKvConfig.builder().expectedNodes(" + nodes
                            + "), since " + self + " is not alone: " + names
                            + " have records too, and after a split of the network both sides would write"
                            + " (splitWrites(true) accepts that, and the loss of what one side wrote)"));
        }
        return Optional.of(new NotAppliedException(
                NotAppliedException.Reason.STORAGE_UNAVAILABLE,
                "The nodes that have the records write without a quorum: restart them with expectedNodes, then take this node into"
                        + " the baseline",
                Map.of("nodes", names, "expectedNodes", configured)));
    }
}
