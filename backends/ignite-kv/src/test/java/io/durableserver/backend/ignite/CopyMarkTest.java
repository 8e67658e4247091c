package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CopyMarkTest {
    private static CopyMark mark(long number, String... needed) {
        return new CopyMark(number, Set.of(needed));
    }

    @Test
    void nodesOfTheNewestMarkAreNeededAndNoOthers() {
        assertThat(CopyMark.missing(List.of(mark(3, "a", "b"), mark(2, "a", "b", "c")), Set.of("a", "c")))
                .containsExactly("b");
        assertThat(CopyMark.missing(List.of(mark(3, "a"), mark(2, "a", "b", "c")), Set.of("a", "c")))
                .isEmpty();
        assertThat(CopyMark.missing(List.of(), Set.of())).as("a new cluster").isEmpty();
    }

    @Test
    void aNodeThatWasAwayNeedsAllWhoWereThereWhenItLeft() {
        assertThat(CopyMark.missing(List.of(mark(2, "a", "b", "c")), Set.of("c")))
                .containsExactly("a", "b");
    }

    @Test
    void sidesThatBothWroteNeedEachOther() {
        assertThat(CopyMark.missing(List.of(mark(3, "a", "b")), Set.of("a"))).containsExactly("b");
        assertThat(CopyMark.missing(List.of(mark(3, "a"), mark(3, "b", "c")), Set.of("a", "b")))
                .containsExactly("c");
    }

    @Test
    void eachChangeRaisesTheNumberAndNothingElseDoes() {
        CopyMark first = CopyMark.next(Optional.empty(), Set.of("a", "b"), false, 0);
        assertThat(first).isEqualTo(mark(1, "a", "b"));
        assertThat(CopyMark.next(Optional.of(first), Set.of("a", "b"), false, 0))
                .isEqualTo(first);
        assertThat(CopyMark.next(Optional.of(first), Set.of("a"), false, 0)).isEqualTo(mark(2, "a"));
        assertThat(CopyMark.next(Optional.of(first), Set.of("a", "b"), false, 7))
                .isEqualTo(mark(7, "a", "b"));
        assertThat(CopyMark.next(Optional.of(first), Set.of("a"), false, 1)).isEqualTo(mark(2, "a"));
    }

    @Test
    void whoeverHadTheOnlyCopyStaysNeededUntilItIsBack() {
        CopyMark before = mark(4, "a", "b");
        CopyMark lost = CopyMark.next(Optional.of(before), Set.of("a"), true, 0);
        assertThat(lost).isEqualTo(before);
        assertThat(CopyMark.next(Optional.of(lost), Set.of("a"), false, 0)).isEqualTo(mark(5, "a"));
    }

    @Test
    void anAcceptedLossIsNewerThanAllMarks() {
        assertThat(mark(2, "a", "b", "c").without(Set.of("b"), 5)).isEqualTo(mark(6, "a", "c"));
    }

    @Test
    void marksAreWrittenAsTheyAreReadAndNothingElseIsTakenForOne() {
        CopyMark mark = mark(12, "node-1", "node 2");
        assertThat(CopyMark.parse(mark.lines())).isEqualTo(mark);
        for (List<String> foreign : List.of(List.<String>of(), List.of(""), List.of("node-1"))) {
            assertThatThrownBy(() -> CopyMark.parse(foreign)).isInstanceOf(NumberFormatException.class);
        }
    }
}
