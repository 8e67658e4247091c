package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.backend.ignite.CopyMark.Away;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JoinGuardTest {
    private static final Set<String> BASELINE = Set.of("a", "b", "c");
    private static final CopyMark LOST = new CopyMark(
            7, BASELINE, Map.of("b", new Away(5, 5, false), "c", new Away(6, 6, false)), Set.of(), Past.NONE);

    private final JoinGuard guard = new JoinGuard();

    private static JoinGuard.View view(boolean nothingIsLost, String... topology) {
        return new JoinGuard.View(Set.of(topology), BASELINE, nothingIsLost, false, LOST, OtherSide.NONE);
    }

    @Test
    void whoeverWasLetInCountsBeforeItIsSeen() {
        assertThat(guard.refuse("c", view(false, "a"), 0))
                .as("b has older ones, and is waited for")
                .isPresent();
        assertThat(guard.refuse("b", view(false, "a"), 0)).isEmpty();
        assertThat(guard.refuse("c", view(false, "a"), 0)).isEmpty();
        assertThat(guard.refuse("b", view(false, "a", "c"), 0)).as("c is newer").isPresent();
    }

    /** Ignite gives it no copy of anything. */
    @Test
    void aNodeOutsideOfTheBaselineJoinsAtAnyTime() {
        assertThat(guard.refuse("b", view(false, "a"), 0)).isEmpty();
        assertThat(guard.refuse("d", view(false, "a", "b"), 0)).isEmpty();
        assertThat(guard.refuse("d", view(true, "a", "b"), 0)).isEmpty();
        assertThat(guard.refuse("c", view(false, "a", "b", "d"), 0))
                .as("and is none of those that are back")
                .isEmpty();
    }

    @Test
    void nobodyComesFromAnotherSideWhetherSomethingIsLostOrNot() {
        for (boolean nothingIsLost : new boolean[] {true, false}) {
            for (OtherSide side : new OtherSide[] {OtherSide.LATER, OtherSide.BOTH}) {
                JoinGuard.View view =
                        new JoinGuard.View(Set.of("a"), BASELINE, nothingIsLost, false, CopyMark.NONE, side);
                assertThat(guard.refuse("b", view, 0))
                        .hasValueSatisfying(text -> assertThat(text)
                                .contains(side == OtherSide.LATER ? "stop [a], and start b first" : "give up one"));
                assertThat(guard.refuse("d", view, 0)).as("has no copies").isEmpty();
            }
        }
        assertThat(guard.refuse("b", view(true, "a"), 0)).isEmpty();
    }

    @Test
    void whomAnotherStoreKeptOutIsForgotten() {
        assertThat(guard.refuse("b", view(false, "a"), 0)).isEmpty();
        guard.keptOut("b");
        assertThat(guard.refuse("c", view(false, "a"), 0))
                .hasValueSatisfying(text -> assertThat(text).contains("start [b] first"));
        assertThat(guard.refuse("b", view(false, "a"), 0)).isEmpty();
        assertThat(guard.refuse("c", view(false, "a", "b"), 0)).isEmpty();
        guard.keptOut("b");
        assertThat(guard.refuse("b", view(false, "a", "c"), 0)).as("c is here").isPresent();
    }
}
