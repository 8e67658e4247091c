package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class HeldTest {
    private static final Set<String> NODES = Set.of("a", "b");

    private final Object baseline = new Object();
    private final Held held = new Held(NODES, baseline, new Topology(5, 2));

    @Test
    void aChangeOfTheBaselineIsOneAlsoWhereTheSameNodesAreHere() {
        assertThat(held.isStill(new Topology(5, 2), baseline)).isTrue();
        assertThat(held.isStill(new Topology(5, 2), new Object())).isFalse();
        assertThat(held.has(NODES, new Object())).isFalse();
        assertThat(held.has(Set.of("a"), baseline)).isFalse();
    }

    @Test
    void aChangeThatKeepsNodesAndBaselineIsOneOfOthers() {
        assertThat(held.isStill(new Topology(5, 3), baseline)).as("a cache").isFalse();
        assertThat(held.isStill(new Topology(6, 0), baseline)).as("a client").isFalse();
        assertThat(held.has(NODES, baseline)).isTrue();
    }

    @Test
    void nothingHoldsBeforeItIsKnown() {
        assertThat(Held.NOTHING.isStill(Topology.NONE, null)).isFalse();
        assertThat(Held.NOTHING.has(Set.of(), null)).isFalse();
    }
}
