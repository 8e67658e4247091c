package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LostPartitionsTest {
    private static final Set<String> NONE = Set.of();

    @Test
    void theNodesThatAreWaitedForAreNamed() {
        assertThat(LostPartitions.waits(Set.of("n3"), Set.of("n2", "n3"), NONE))
                .hasValueSatisfying(why -> assertThat(why).contains("[n3]", "acceptLoss"));
        assertThat(LostPartitions.waits(NONE, Set.of("n2"), NONE))
                .as("nobody but the newest")
                .isEmpty();
        assertThat(LostPartitions.waits(Set.of("n3"), NONE, NONE))
                .as("out of the baseline")
                .isEmpty();
    }

    /** Also while others of the baseline are away; what is lost by it is told. */
    @Test
    void aNodeThatWasTakenOutOfTheBaselineIsNotWaitedFor() {
        Set<String> newest = Set.of("n2", "n3");
        assertThat(LostPartitions.meant(newest, Set.of("n1", "n2", "n4"))).containsExactly("n2");
        assertThat(LostPartitions.givenUp(newest, Set.of("n1", "n2", "n4"))).containsExactly("n3");
        Set<String> missing = LostPartitions.meant(Set.of("n3"), Set.of("n1", "n4"));
        assertThat(LostPartitions.waits(missing, Set.of("n4"), NONE)).isEmpty();
    }

    @Test
    void aNodeWithoutItsDiskKeepsThemClosedAndIsNamed() {
        assertThat(LostPartitions.waits(NONE, NONE, Set.of("n2")))
                .hasValueSatisfying(why -> assertThat(why).contains("[n2]", "stop them", "acceptLoss"));
    }

    @Test
    void aLossIsAcceptedByTheNamesOfAllThatAreMissingOnly() {
        assertThat(LossAcceptance.refuse(Set.of("n3"), Set.of("n3"), NONE)).isEmpty();
        assertThat(LossAcceptance.refuse(NONE, NONE, NONE))
                .hasValueSatisfying(wrong -> assertThat(wrong).hasMessageContaining("no node is missing"));
        assertThat(LossAcceptance.refuse(Set.of("n2"), Set.of("n3"), NONE))
                .hasValueSatisfying(wrong -> assertThat(wrong).hasMessageContaining("[n3]"));
    }

    /** Of the copies of a lost partition Ignite would take its empty one. */
    @Test
    void theLossOfANodeThatIsHereWithoutItsDiskIsNotAcceptedBeforeItIsStopped() {
        assertThat(LossAcceptance.refuse(Set.of("n3"), NONE, Set.of("n3")))
                .hasValueSatisfying(wrong -> assertThat(wrong).hasMessageContaining("stop [n3] first"));
        assertThat(LossAcceptance.refuse(Set.of("n2", "n3"), Set.of("n2"), Set.of("n3")))
                .hasValueSatisfying(wrong -> assertThat(wrong).hasMessageContainingAll("[n2, n3]", "stop [n3] first"));
    }

    /** A node that stayed up knows where the newest copies are of all but what is lost. */
    @Test
    void whileTheClusterServesOnlyWhatIsLostIsMissed() {
        CopyMarks.Answers answers = new CopyMarks.Answers(Map.of("n1", CopyMark.parse(List.of("4", "n1", "n2"))), true);
        assertThat(answers.missing()).isEmpty();
        assertThat(answers.away()).containsExactly("n2");
    }
}
