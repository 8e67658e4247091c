package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FilledTest {
    private static final Optional<Topology> FIRST = Optional.of(new Topology(7, 1));
    private static final Optional<Topology> NEXT = Optional.of(new Topology(7, 2));

    private static Filled look(boolean ownsAll, Optional<Topology> before, Optional<Topology> after) {
        Iterator<Optional<Topology>> seen = List.of(before, after).iterator();
        return Filled.look(seen::next, () -> ownsAll);
    }

    @Test
    void aLookTellsWhereTheTopologyStoodStill() {
        assertThat(look(true, FIRST, FIRST)).isEqualTo(Filled.WHOLE);
        assertThat(look(false, FIRST, FIRST)).isEqualTo(Filled.PARTLY);
    }

    /** A node that is only late would be remembered as one that has not all, and be waited for when it leaves. */
    @Test
    void aChangeBeforeOrDuringALookTellsNothing() {
        for (boolean ownsAll : List.of(true, false)) {
            assertThat(look(ownsAll, Optional.empty(), FIRST)).as("before").isEqualTo(Filled.UNSETTLED);
            assertThat(look(ownsAll, FIRST, Optional.empty())).as("began").isEqualTo(Filled.UNSETTLED);
            assertThat(look(ownsAll, FIRST, NEXT)).as("came and went").isEqualTo(Filled.UNSETTLED);
        }
    }

    /** Nodes of both releases are in a cluster during an upgrade. */
    @Test
    void theWordsOnTheWireStay() {
        assertThat(Filled.of("true")).contains(Filled.WHOLE);
        assertThat(Filled.of("false")).contains(Filled.PARTLY);
        assertThat(Filled.of("unsettled")).contains(Filled.UNSETTLED);
        assertThat(Filled.of("whole")).isEmpty();
    }
}
