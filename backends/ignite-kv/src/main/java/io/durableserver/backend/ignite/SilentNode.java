package io.durableserver.backend.ignite;

import java.util.Optional;
import java.util.Set;

/**
 * A node that wants to join and does not say what it remembers: it is not configured for the prefix, or is of a release that says it in
 * another way. It may have newer copies all the same, from another side of a split, which would be replaced. Pure.
 */
final class SilentNode {
    private SilentNode() {}

    /**
     * Why it must not join these; empty when it may.
     *
     * @param said what it said, in whatever way
     * @param baseline the nodes that are meant to have records; no other node has copies
     * @param went whether others may have gone on where these did not: these are active, and no quorum
     */
    static Optional<String> refuse(String joining, Optional<String> said, Set<String> baseline, boolean went) {
        if (said.filter(Introduction::isOfAnotherRelease).isPresent()) {
            return Optional.of("node " + joining
                    + " says in a way of another release what it remembers: start it with the release of this cluster, or update all nodes"
                    + " while none of them is away");
        }
        return went && baseline.contains(joining)
                ? Optional.of("node " + joining
                        + " does not say what it remembers, and may have newer records than these nodes, which"
                        + " are no quorum: configure the prefix on it, or start others of " + baseline + " first")
                : Optional.empty();
    }
}
