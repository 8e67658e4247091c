package io.durableserver.runtime.split;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.runtime.record.ClaimRecord;
import io.durableserver.runtime.split.SplitSteps.Alive;
import io.durableserver.runtime.split.SplitSteps.Look;
import io.durableserver.spi.Session;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an operator reads of a split in which each side has a store of its own. */
class OwnStoresTest {
    private static final Session SELF = new Session("n1", "a");
    private static final Session RIVAL = new Session("n2", "b");
    private static final Side SIDE = new Side(SELF, Set.of(SELF), Set.of("c"), List.of("n1:1"), 1, true);

    private final SplitSteps steps = new SplitSteps(1);
    private long now;

    private String look(ClaimRecord record, Alive rival, Set<String> answering) {
        steps.look(new Look(now++, SIDE, true, answering, Optional.of(record), rival, Set.of(), Set.of()));
        return steps.alarm();
    }

    @Test
    void sidesThatLeaveNoWordAreGivenUpByAnOperator() {
        assertThat(look(SIDE.claim(), Alive.NOT_KNOWN, Set.of("n2:1"))).isEmpty();
        for (int i = 0; i < 2; i++) {
            assertThat(look(SIDE.claim(), Alive.NOT_KNOWN, Set.of("n2:1")))
                    .as("who has just met may not have looked yet")
                    .contains("[n2:1]")
                    .doesNotContain("giveUpSide");
        }
        assertThat(look(SIDE.claim(), Alive.NOT_KNOWN, Set.of("n2:1")))
                .contains("[n2:1]")
                .contains("giveUpSide");
        assertThat(look(SIDE.claim(), Alive.NOT_KNOWN, Set.of()))
                .as("one probe that is lost")
                .contains("[n2:1]");
        assertThat(look(SIDE.claim(), Alive.NOT_KNOWN, Set.of())).isEmpty();
    }

    @Test
    void sidesThatShareAStoreAreNotForAnOperator() {
        ClaimRecord word = SIDE.claim().rivalled(RIVAL, "there are two of us");
        for (int i = 0; i < 9; i++) {
            assertThat(look(word, Alive.YES, Set.of("n2:1"))).isEqualTo("there are two of us");
        }
    }
}
