package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.backend.ignite.CopyMark.Away;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JoinGuardTest {
    private static final Set<String> BASELINE = Set.of("a", "b", "c");
    private static final CopyMark LOST = new CopyMark(
            7, BASELINE, Map.of("b", new Away(5, 5, false), "c", new Away(6, 6, false)), Set.of(), Past.NONE);

    private static final Map<OtherSide, String> TEXTS = Map.of(
            OtherSide.NOT_ASKED, "activated without it: deactivate",
            OtherSide.LATER, "stop [a], and start b first",
            OtherSide.BOTH, "give up one");

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
            for (OtherSide side : EnumSet.complementOf(EnumSet.of(OtherSide.NONE))) {
                JoinGuard.View view =
                        new JoinGuard.View(Set.of("a"), BASELINE, nothingIsLost, false, CopyMark.NONE, side);
                assertThat(guard.refuse("b", view, 0))
                        .hasValueSatisfying(text -> assertThat(text).contains(TEXTS.get(side)));
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

    /** Whoever let it in may be gone since. */
    @Test
    void whatANodeBroughtAlongIsKnownWhileItIsHere() {
        Past before = Past.NONE.then(new Dot("abc", 1, 6), List.of());
        CopyMark older = new CopyMark(6, BASELINE, Map.of(), Set.of(), before);
        CopyMark newer = new CopyMark(7, Set.of("a"), Map.of(), Set.of(), before.then(new Dot("a", 2, 7), List.of()));
        assertThat(JoinGuard.known(older, List.of(CopyMark.NONE, newer)).needed())
                .containsExactly("a");
        assertThat(JoinGuard.known(newer, List.of(older)).needed()).containsExactly("a");
        assertThat(JoinGuard.known(older, List.of())).isEqualTo(older);
    }
}
