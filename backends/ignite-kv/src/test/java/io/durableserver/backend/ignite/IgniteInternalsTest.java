package io.durableserver.backend.ignite;

import static org.apache.ignite.internal.processors.cache.distributed.dht.topology.GridDhtPartitionState.OWNING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.apache.ignite.internal.processors.cache.distributed.dht.topology.GridDhtPartitionState;
import org.junit.jupiter.api.Test;

class IgniteInternalsTest {
    /** A node that has just got into the baseline has no partition yet. */
    @Test
    void aNodeIsWholeThatOwnsAllItIsToHaveAndNoOther() {
        assertThat(IgniteInternals.ownsAll(Set.of(1, 2), Map.of(1, OWNING, 2, OWNING)::get))
                .isTrue();
        assertThat(IgniteInternals.ownsAll(Set.of(), Map.<Integer, GridDhtPartitionState>of()::get))
                .as("a node outside of the baseline")
                .isTrue();
        assertThat(IgniteInternals.ownsAll(Set.of(1, 2), Map.of(1, OWNING)::get))
                .as("2 is not there yet")
                .isFalse();
        for (GridDhtPartitionState state : GridDhtPartitionState.values()) {
            assertThat(IgniteInternals.ownsAll(Set.of(1, 2), Map.of(1, OWNING, 2, state)::get))
                    .as("%s", state)
                    .isEqualTo(state == OWNING);
        }
    }
}
