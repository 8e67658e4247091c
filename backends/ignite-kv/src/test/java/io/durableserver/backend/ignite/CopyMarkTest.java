package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.backend.ignite.CopyMark.Away;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CopyMarkTest {
    private static CopyMark mark(long number, String... needed) {
        return new CopyMark(number, Set.of(needed), Map.of());
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
        CopyMark first = CopyMark.NONE.next(Set.of("a", "b"), false);
        assertThat(first).isEqualTo(mark(1, "a", "b"));
        assertThat(first.next(Set.of("a", "b"), false)).isEqualTo(first);
        assertThat(first.next(Set.of("a"), false)).isEqualTo(mark(2, "a"));
    }

    @Test
    void whoeverHadTheOnlyCopyStaysNeededUntilItIsBack() {
        CopyMark lost = mark(4, "a", "b").next(Set.of("a"), true);
        assertThat(lost).isEqualTo(new CopyMark(5, Set.of("a", "b"), Map.of("b", new Away(4, 4, false))));
        assertThat(lost.next(Set.of("a"), true)).isEqualTo(lost);
        CopyMark back = lost.next(Set.of("a", "b"), true);
        assertThat(back)
                .as("until its copies are open")
                .isEqualTo(new CopyMark(6, Set.of("a", "b"), Map.of("b", new Away(4, 4, true))));
        assertThat(back.next(Set.of("a"), true).away())
                .as("it left once more, with other copies")
                .isEqualTo(Map.of("b", new Away(4, 6, false)));
        assertThat(back.next(Set.of("a", "b"), false)).isEqualTo(mark(7, "a", "b"));
        assertThat(lost.next(Set.of("a"), false)).isEqualTo(mark(6, "a"));
    }

    @Test
    void eachLossTellsSinceWhenItsNodesAreGone() {
        CopyMark first = mark(4, "a", "b", "c").next(Set.of("a", "b"), true);
        CopyMark second = first.next(Set.of("a"), true);
        assertThat(second)
                .isEqualTo(new CopyMark(
                        6, Set.of("a", "b", "c"), Map.of("c", new Away(4, 4, false), "b", new Away(5, 5, false))));
        assertThat(second.since("b")).isEqualTo(new Away(5, 5, false));
        assertThat(second.since("a")).as("not gone so far").isEqualTo(new Away(6, 6, false));
        assertThat(second.since("d")).as("away before all of it").isEqualTo(new Away(0, 0, false));
    }

    /** Of a, b and c: c was away, b left, c came. */
    @Test
    void onlyWhoHasSeenAllKnowsThatTwoWereAwayAtOnce() {
        CopyMark before = mark(2, "a", "b");
        Set<String> now = Set.of("a", "c");
        CopyMark known = CopyMark.renew(before, before, Seen.of(List.of(Set.of("a"), now), now), true);
        assertThat(known.pairs()).containsExactly(new LostPair("b", "c"));
        assertThat(CopyMark.renew(mark(1, "a", "b", "c"), before, Seen.only(now), true)
                        .pairs())
                .as("joined later")
                .isEmpty();
        assertThat(CopyMark.renew(before, before, Seen.of(List.of(Set.of("a", "b", "c"), now), now), true)
                        .pairs())
                .as("c came before b left, and may have been filled")
                .isEmpty();
        CopyMark left = CopyMark.renew(known, known, Seen.of(List.of(), Set.of("a")), true);
        assertThat(left.pairs()).as("c left again").isEqualTo(known.pairs());
        Set<String> both = Set.of("a", "b", "c");
        assertThat(CopyMark.renew(left, left, Seen.of(List.of(both), Set.of("a")), true)
                        .pairs())
                .as("they met, and may have been opened")
                .isEmpty();
        assertThat(CopyMark.renew(left, left, Seen.only(now), true).pairs())
                .as("nobody knows")
                .isEmpty();
        assertThat(CopyMark.renew(before, known, Seen.only(now), true))
                .as("it takes over what another one knows")
                .isEqualTo(known);
    }

    /** One that came and is gone again may have remembered more. */
    @Test
    void whatHappenedInBetweenRaisesTheNumberToo() {
        CopyMark before = mark(2, "a", "b");
        Seen bounced = Seen.of(List.of(Set.of("a", "b", "c")), Set.of("a", "b"));
        assertThat(CopyMark.renew(before, before, bounced, false)).isEqualTo(mark(3, "a", "b"));
        assertThat(CopyMark.renew(before, before, Seen.of(List.of(Set.of("a", "b")), Set.of("a", "b")), false))
                .isEqualTo(before);
    }

    @Test
    void aNodeThatWasAwayBeforeTheLossHasOlderCopies() {
        CopyMark lost = mark(4, "a", "b").next(Set.of("a", "c"), true);
        assertThat(lost.away()).isEqualTo(Map.of("b", new Away(4, 4, false), "c", new Away(0, 0, true)));
    }

    @Test
    void whatNodesRememberDifferentlyIsTakenTogether() {
        CopyMark one = new CopyMark(5, Set.of("a", "b"), Map.of("b", new Away(4, 4, false)));
        CopyMark other = new CopyMark(5, Set.of("b", "c"), Map.of("b", new Away(3, 3, true)));
        CopyMark both = CopyMark.newest(List.of(one, other, mark(4, "d")));
        assertThat(both).isEqualTo(new CopyMark(5, Set.of("a", "b", "c"), Map.of("b", new Away(3, 4, true))));
        assertThat(CopyMark.newest(List.of())).isEqualTo(CopyMark.NONE);
    }

    @Test
    void nobodyIsNeededWhoIsTakenOutOfTheBaseline() {
        CopyMark lost = mark(4, "a", "b", "c").next(Set.of("a"), true);
        assertThat(lost.of(Set.of("a", "b")).needed()).containsExactlyInAnyOrder("a", "b");
        assertThat(lost.of(Set.of("a", "b")).away()).isEqualTo(lost.away());
    }

    @Test
    void aNodeSaysWhatItRemembersWhenItJoins() {
        Introduction said = new Introduction(3, true, mark(4, "a", "b").next(Set.of("a"), true));
        assertThat(Introduction.parse(said.text())).hasValue(said);
        for (String mirrored : List.of(said.text() + "\u001E", "\u001E" + said.text(), "other\u001E" + said.text())) {
            assertThat(Introduction.parse(mirrored)).as("a node with a mirror").hasValue(said);
        }
        Introduction first = new Introduction(0, false, CopyMark.NONE);
        assertThat(Introduction.parse(first.text())).hasValue(first);
        for (String foreign :
                List.of("", "durable-kv-2\n0\nfalse\n0", "durable-kv-1\n0", "durable-kv-1\nx\nfalse\n0")) {
            assertThat(Introduction.parse(foreign)).isEmpty();
        }
    }

    @Test
    void anAcceptedLossIsNewerThanAllMarks() {
        assertThat(mark(2, "a", "b", "c").without(Set.of("b"), 5)).isEqualTo(mark(6, "a", "c"));
    }

    /** Five nodes; c, d and e went one after the other, e is back. */
    @Test
    void anAcceptedLossNeedsNobodyWhoWasAwayBefore() {
        CopyMark newest = mark(3, "a", "b", "c");
        CopyMark own = mark(1, "a", "b", "c", "d", "e");
        assertThat(MarkTask.accepted(own, newest, Set.of("c"))).isEqualTo(mark(4, "a", "b"));
        assertThat(MarkTask.accepted(newest, newest, Set.of("c"))).isEqualTo(mark(4, "a", "b"));
        assertThat(MarkTask.accepted(mark(3, "d"), newest, Set.of("c")))
                .as("both wrote")
                .isEqualTo(mark(4, "a", "b", "d"));
    }

    @Test
    void aNodeOfAnOlderReleaseSaysTheNumberOfItsMarkOnly() {
        assertThat(MarkTask.known(null, 7)).isEqualTo(mark(7));
        assertThat(MarkTask.known(mark(7, "a").lines(), 7)).isEqualTo(mark(7, "a"));
    }

    @Test
    void marksAreWrittenAsTheyAreReadAndNothingElseIsTakenForOne() {
        CopyMark mark = mark(12, "node-1", "node 2");
        assertThat(CopyMark.parse(mark.lines())).isEqualTo(mark);
        CopyMark lost = new CopyMark(
                13,
                Set.of("node-1", "3 node"),
                Map.of("3 node", new Away(10, 12, true), "node-1", new Away(0, 0, false)));
        assertThat(CopyMark.parse(lost.lines())).isEqualTo(lost);
        CopyMark pairs = new CopyMark(
                13, lost.needed(), lost.away(), Set.of(new LostPair("3 node", "node-1"), new LostPair("a b", "c d")));
        assertThat(CopyMark.parse(pairs.lines())).isEqualTo(pairs);
        assertThat(CopyMark.parse(CopyMark.NONE.lines())).isEqualTo(CopyMark.NONE);
        for (List<String> foreign : List.of(
                List.<String>of(),
                List.of(""),
                List.of("node-1"),
                List.of("3", "a", "", "a"),
                List.of("3", "", "1 x 0 a"),
                List.of("3", "", "", "4 a b"),
                List.of("3", "", "", "x a b"))) {
            assertThatThrownBy(() -> CopyMark.parse(foreign)).isInstanceOf(NumberFormatException.class);
        }
    }
}
