package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.backend.ignite.CopyMark.Away;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CopyMarkTest {
    private static CopyMark mark(long number, String... needed) {
        return mark(number, Set.of(needed), Map.of());
    }

    /** Made in one run, each by the version of the topology that is its number. */
    private static CopyMark mark(long number, Set<String> needed, Map<String, Away> away) {
        return new CopyMark(number, needed, away, Set.of(), Past.NONE.then(new Dot("run", number, number), List.of()));
    }

    private static CopyMark.Moment at(long topology) {
        return new CopyMark.Moment("run", topology, List.of());
    }

    private static CopyMark next(CopyMark before, Set<String> alive, boolean partitionsLost, String... unfilled) {
        return before.next(Seen.of(List.of(), alive), partitionsLost, Set.of(unfilled), at(before.number() + 1));
    }

    private static CopyMark renew(
            CopyMark before, CopyMark known, Seen seen, boolean partitionsLost, long topology, String... unfilled) {
        return CopyMark.renew(
                        before, known, base -> seen, alive -> true, partitionsLost, Set.of(unfilled), at(topology))
                .orElseThrow();
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
        CopyMark first = next(CopyMark.NONE, Set.of("a", "b"), false);
        assertThat(first).isEqualTo(mark(1, "a", "b"));
        assertThat(next(first, Set.of("a", "b"), false)).isEqualTo(first);
        assertThat(next(first, Set.of("a"), false))
                .as("it says since when the other one is away")
                .isEqualTo(mark(2, Set.of("a"), Map.of("b", new Away(1, 1, false))));
        assertThat(first.next(Seen.only(Set.of("a", "b")), false, Set.of(), new CopyMark.Moment("next", 2, List.of()))
                        .number())
                .as("in another run nobody knows who was here meanwhile")
                .isEqualTo(2);
    }

    @Test
    void whoeverHadTheOnlyCopyStaysNeededUntilItIsBack() {
        CopyMark lost = next(mark(4, "a", "b"), Set.of("a"), true);
        assertThat(lost).isEqualTo(mark(5, Set.of("a", "b"), Map.of("b", new Away(4, 4, false))));
        assertThat(next(lost, Set.of("a"), true)).isEqualTo(lost);
        CopyMark back = next(lost, Set.of("a", "b"), true, "b");
        assertThat(back)
                .as("until its copies are open")
                .isEqualTo(mark(6, Set.of("a", "b"), Map.of("b", new Away(4, 4, true))));
        assertThat(next(back, Set.of("a"), true).away())
                .as("it left once more, with other copies")
                .isEqualTo(Map.of("b", new Away(4, 6, false)));
        assertThat(next(back, Set.of("a", "b"), false)).isEqualTo(mark(7, "a", "b"));
        assertThat(next(lost, Set.of("a"), false)).isEqualTo(mark(6, Set.of("a"), Map.of("b", new Away(4, 4, false))));
    }

    @Test
    void eachLossTellsSinceWhenItsNodesAreGone() {
        CopyMark first = next(mark(4, "a", "b", "c"), Set.of("a", "b"), true);
        CopyMark second = next(first, Set.of("a"), true);
        assertThat(second.needed()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(second.away()).isEqualTo(Map.of("c", new Away(4, 4, false), "b", new Away(5, 5, false)));
        assertThat(second.pairs()).containsExactly(new LostPair("b", "c"));
        assertThat(second.since("b")).isEqualTo(new Away(5, 5, false));
        assertThat(second.since("a")).as("not gone so far").isEqualTo(new Away(6, 6, false));
        assertThat(second.since("d")).as("away before all of it").isEqualTo(new Away(0, 0, false));
    }

    /** Of a, b and c: c was away, b left, c came. */
    @Test
    void onlyWhoHasSeenAllKnowsThatTwoWereAwayAtOnce() {
        CopyMark before = mark(2, "a", "b");
        Set<String> now = Set.of("a", "c");
        CopyMark known = renew(before, before, Seen.of(List.of(Set.of("a"), now), now), true, 4, "c");
        assertThat(known.pairs()).containsExactly(new LostPair("b", "c"));
        assertThat(renew(mark(1, "a", "b", "c"), before, Seen.only(now), true, 4)
                        .pairs())
                .as("joined later")
                .isEmpty();
        assertThat(renew(before, before, Seen.of(List.of(Set.of("a", "b", "c"), now), now), true, 4)
                        .pairs())
                .as("c came before b left, and may have been filled")
                .isEmpty();
        CopyMark left = renew(known, known, Seen.of(List.of(), Set.of("a")), true, 5);
        assertThat(left.pairs()).as("c left again").isEqualTo(known.pairs());
        Set<String> both = Set.of("a", "b", "c");
        assertThat(renew(left, left, Seen.of(List.of(both), Set.of("a")), true, 7)
                        .pairs())
                .as("they met, and may have been opened")
                .isEmpty();
        assertThat(renew(left, left, Seen.only(now), true, 6).pairs())
                .as("nobody knows")
                .isEmpty();
        assertThat(renew(before, known, Seen.of(List.of(), now), true, 4, "c"))
                .as("it takes over what another one knows")
                .isEqualTo(known);
    }

    /** One that came and is gone again may have remembered more, and been given newer copies. */
    @Test
    void whatHappenedInBetweenRaisesTheNumberToo() {
        CopyMark before = mark(2, "a", "b");
        Seen bounced = Seen.of(List.of(Set.of("a", "b", "c")), Set.of("a", "b"));
        assertThat(renew(before, before, bounced, false, 3))
                .isEqualTo(mark(3, Set.of("a", "b"), Map.of("c", new Away(0, 2, false))));
        assertThat(renew(before, before, Seen.of(List.of(Set.of("a", "b")), Set.of("a", "b")), false, 3))
                .isEqualTo(before);
    }

    @Test
    void whoeverHasSeenLessThanOthersRemembersNothing() {
        CopyMark ahead = mark(5, "a", "b");
        assertThat(CopyMark.renew(
                        mark(2, "a"), ahead, base -> Seen.only(Set.of("a")), here -> true, false, Set.of(), at(4)))
                .isEmpty();
    }

    private static CopyMark of(String run, long topology, CopyMark before, String... alive) {
        return before.next(Seen.only(Set.of(alive)), false, Set.of(), new CopyMark.Moment(run, topology, List.of()));
    }

    /** Two runs that went on from one, each without the other. */
    @Test
    void marksThatDoNotKnowEachOtherAreNeverEqual() {
        CopyMark before = mark(3, "a", "b", "c");
        CopyMark one = of("one", 7, before, "a", "b");
        CopyMark other = of("other", 2, before, "a", "c");
        CopyMark both = CopyMark.newest(List.of(one, before, other));
        assertThat(both.needed()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(both.since("b")).isEqualTo(new Away(0, 4, false)).isEqualTo(both.since("c"));
        assertThat(both.since("a")).as("which was in both").isEqualTo(new Away(4, 4, false));
        assertThat(CopyMark.newest(List.of(both, one, other))).isEqualTo(both);
        CopyMark after = of("one", 8, both, "a", "b", "c");
        assertThat(CopyMark.newest(List.of(one, after, other)))
                .as("it knows both")
                .isEqualTo(after);
    }

    @Test
    void whatAllAgreedOnCountsBeforeWhatOneOfThemNeverHeld() {
        CopyMark before = mark(3, "a", "b", "c").agreed();
        CopyMark alone = of("one", 7, before, "a", "b");
        CopyMark agreed = of("other", 2, before, "a", "c").agreed();
        CopyMark newest = CopyMark.newest(List.of(alone, agreed));
        assertThat(newest.needed()).containsExactlyInAnyOrder("a", "c");
        assertThat(newest.since("b")).isEqualTo(new Away(3, 3, false));
        assertThat(CopyMark.newest(List.of(alone, newest))).isEqualTo(newest);
        assertThat(CopyMark.newest(List.of(alone.agreed(), agreed)).needed())
                .as("both sides wrote")
                .containsExactlyInAnyOrder("a", "b", "c");
        CopyMark later = of("more", 1, of("one", 7, before, "b").agreed(), "a", "b");
        assertThat(CopyMark.newest(List.of(later, agreed)).needed())
                .as("it stands on something else that was agreed")
                .containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void ofOneRunTheHigherVersionOfTheTopologyIsNewerWhateverIsKnown() {
        CopyMark before = mark(3, "a", "b", "c");
        CopyMark alone = of("run", 4, of("run", 4, before, "b"), "b", "c");
        CopyMark later = of("run", 6, before, "a", "b");
        assertThat(alone.number()).isGreaterThan(later.number());
        assertThat(CopyMark.newest(List.of(alone, later))).isEqualTo(later);
    }

    /** Both count on from one version, and the one side has seen more changes. */
    @Test
    void versionsOfTwoSidesOfASplitAreNotCompared() {
        CopyMark before = of("abc", 5, CopyMark.NONE, "a", "b", "c").agreed();
        List<Dot> ended = List.of(new Dot("abc", 6, 0));
        CopyMark kept = before.next(Seen.only(Set.of("a", "b")), false, Set.of(), new CopyMark.Moment("ab", 6, ended))
                .agreed();
        CopyMark other = before.next(Seen.only(Set.of("c")), false, Set.of(), new CopyMark.Moment("c", 40, ended))
                .agreed();
        assertThat(CopyMark.missing(List.of(kept, other), Set.of("a", "c")))
                .as("neither counts alone")
                .containsExactly("b");
        List<Dot> longer = List.of(new Dot("ab", 7, 0), new Dot("abc", 6, 0));
        CopyMark.Moment now = new CopyMark.Moment("abc2", 7, longer);
        Set<String> all = Set.of("a", "b", "c");
        assertThat(CopyMark.renew(kept, other, base -> Seen.only(all), here -> true, false, Set.of(), now))
                .as("the kept side goes on at once")
                .get()
                .satisfies(next ->
                        assertThat(CopyMark.newest(List.of(next, kept, other))).isEqualTo(next));
        assertThat(OtherSide.of(kept, other, now)).isEqualTo(OtherSide.BOTH);
        assertThat(OtherSide.of(other, kept, now)).as("made elsewhere").isEqualTo(OtherSide.NONE);
        assertThat(OtherSide.of(kept, before, now)).isEqualTo(OtherSide.NONE);
        assertThat(OtherSide.of(kept, CopyMark.NONE, now)).isEqualTo(OtherSide.NONE);
        CopyMark.Moment cut = new CopyMark.Moment("c", 9, ended);
        assertThat(OtherSide.of(before, kept, cut)).as("went on without it").isEqualTo(OtherSide.LATER);
        CopyMark notAgreed =
                before.next(Seen.only(Set.of("a", "b")), false, Set.of(), new CopyMark.Moment("ab", 6, ended));
        assertThat(OtherSide.of(before, notAgreed, cut))
                .as("nobody may have heard yet that all held it")
                .isEqualTo(OtherSide.LATER);
        assertThat(OtherSide.of(other, notAgreed, new CopyMark.Moment("c", 41, ended)))
                .as("writes do not wait until nodes know that all of them held it")
                .isEqualTo(OtherSide.BOTH);
        CopyMark shared = before.next(
                        Seen.only(Set.of("b", "c")), false, Set.of(), new CopyMark.Moment("bc", 40, ended))
                .agreed();
        assertThat(OtherSide.of(shared, notAgreed, new CopyMark.Moment("bc", 41, ended)))
                .as("b is in both, and held that of c")
                .isEqualTo(OtherSide.NONE);
    }

    /** One that a node made alone and took with it. */
    @Test
    void whatWasMadeOnThisSideIsKnownToWhateverIsMadeLater() {
        CopyMark before = mark(3, "a", "b", "c");
        CopyMark alone = of("bc", 4, of("bc", 4, before, "b"), "b", "c");
        CopyMark later = before.next(
                Seen.only(Set.of("a", "b")),
                false,
                Set.of(),
                new CopyMark.Moment("ab", 6, List.of(new Dot("bc", 5, 0), new Dot("b", 3, 0), new Dot("bc", 2, 0))));
        assertThat(alone.number()).isGreaterThan(later.number());
        assertThat(CopyMark.newest(List.of(alone, later))).isEqualTo(later);
        assertThat(OtherSide.of(before, alone, new CopyMark.Moment("run", 9, List.of(new Dot("bc", 5, 0)))))
                .isEqualTo(OtherSide.NONE);
    }

    @Test
    void viewsThatEndedAreToldFromTheHistoryThatIsKnown() {
        List<String> names = List.of("a", "ab", "ab", "a", "ab");
        assertThat(Views.moment(version -> Optional.of(names.get((int) version - 1)), 5))
                .hasValue(new CopyMark.Moment(
                        "ab", 5, List.of(new Dot("a", 5, 0), new Dot("ab", 4, 0), new Dot("a", 2, 0))));
        assertThat(Views.moment(version -> version < 5 ? Optional.empty() : Optional.of("x"), 6))
                .hasValue(new CopyMark.Moment("x", 6, List.of()));
        assertThat(Views.moment(version -> Optional.empty(), 5)).isEmpty();
        assertThat(Views.moment(version -> Optional.of("v" + version), 1_000)
                        .map(now -> now.ended().size()))
                .hasValue(Views.MOST);
    }

    @Test
    void aNodeThatWasAwayBeforeTheLossHasOlderCopies() {
        CopyMark lost = next(mark(4, "a", "b"), Set.of("a", "c"), true, "c");
        assertThat(lost.away()).isEqualTo(Map.of("b", new Away(4, 4, false), "c", new Away(0, 0, true)));
    }

    /** Whoever leaves while it is filled may have older copies than those that left before, and newer ones. */
    @Test
    void aNodeThatIsBeingFilledHasNotAll() {
        CopyMark filling = next(mark(4, "a", "b"), Set.of("a", "b", "c"), false, "c");
        assertThat(filling.needed()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(filling.since("c")).isEqualTo(new Away(0, 5, false));
        CopyMark lost = next(filling, Set.of("a", "c"), true, "c");
        assertThat(lost.away()).isEqualTo(Map.of("b", new Away(5, 5, false), "c", new Away(0, 0, true)));
        assertThat(next(lost, Set.of("a"), true).since("c")).isEqualTo(new Away(0, 6, false));
        assertThat(next(filling, Set.of("a", "b", "c"), false).away())
                .as("filled")
                .isEmpty();
        assertThat(next(lost, Set.of("a", "c"), true).away())
                .as("filled, while others are lost")
                .isEqualTo(Map.of("b", new Away(5, 5, false)));
        assertThat(next(mark(4, "a", "c"), Set.of("a", "c"), false, "c").since("c"))
                .as("with what it never had")
                .isEqualTo(new Away(0, 5, false));
    }

    @Test
    void whatNodesRememberDifferentlyOfOneTimeIsTakenTogether() {
        CopyMark one = mark(5, Set.of("a", "b"), Map.of("b", new Away(4, 4, true)));
        CopyMark other = mark(5, Set.of("a", "b", "c"), Map.of("b", new Away(3, 3, true), "c", new Away(4, 4, false)));
        CopyMark both = CopyMark.newest(List.of(one, other, mark(4, "d")));
        assertThat(both)
                .isEqualTo(
                        mark(5, Set.of("a", "b", "c"), Map.of("b", new Away(3, 4, true), "c", new Away(4, 4, false))));
        assertThat(CopyMark.newest(List.of())).isEqualTo(CopyMark.NONE);
    }

    @Test
    void nobodyIsNeededWhoIsTakenOutOfTheBaseline() {
        CopyMark lost = next(mark(4, "a", "b", "c"), Set.of("a"), true);
        assertThat(lost.of(Set.of("a", "b")).needed()).containsExactlyInAnyOrder("a", "b");
        assertThat(lost.of(Set.of("a", "b")).away()).isEqualTo(lost.away());
    }

    /** The answer of the node that asks may be old when a node writes. */
    @Test
    void aNodeThatLostItsQuorumRemembersNothingNew() {
        CopyMark before = mark(4, "a", "b", "c");
        Set<String> majority = Set.of("a", "b");
        for (Set<String> alive : List.of(majority, Set.of("a"))) {
            assertThat(CopyMark.renew(
                                    before,
                                    before,
                                    base -> Seen.only(alive),
                                    here -> here.size() > 1,
                                    alive.size() < 2,
                                    Set.of(),
                                    at(5))
                            .isPresent())
                    .isEqualTo(alive.equals(majority));
        }
    }

    @Test
    void aNodeSaysWhatItRemembersWhenItJoins() {
        Introduction said = new Introduction(3, true, next(mark(4, "a", "b"), Set.of("a"), true));
        assertThat(Introduction.parse(said.text())).hasValue(said);
        for (String mirrored : List.of(said.text() + "\u001E", "\u001E" + said.text(), "other\u001E" + said.text())) {
            assertThat(Introduction.parse(mirrored)).as("a node with a mirror").hasValue(said);
        }
        Introduction first = new Introduction(0, false, CopyMark.NONE);
        assertThat(Introduction.parse(first.text())).hasValue(first);
        Introduction withoutPast = new Introduction(3, true, said.mark().with(Past.NONE));
        String unnamed = said.text().replace("durable-kv-3\n", "durable-kv-1\n").replace("durable-copies-3\n", "");
        assertThat(Introduction.parse(unnamed)).as("before formats had names").hasValue(withoutPast);
        String old = said.text()
                .replace("durable-kv-3\n", "durable-kv-2\n")
                .replace("durable-copies-3\n", "durable-copies-2\n");
        assertThat(Introduction.parse(old)).as("a node of the build before").hasValue(withoutPast);
        for (String foreign :
                List.of("", "durable-kv-4\n0\nfalse\n0", "durable-kv-1\n0", "durable-kv-1\nx\nfalse\n0")) {
            assertThat(Introduction.parse(foreign)).isEmpty();
        }
    }

    /** An image of yesterday, or the wrong volume. */
    @Test
    void aNodeThatHeldTheNewestMarkAndComesWithAnOlderOneIsNotPresent() {
        CopyMark old = mark(3, "a", "b", "c").agreed();
        CopyMark newest = of("view", 7, old, "a", "b").agreed();
        Map<String, CopyMark> marks = Map.of("a", newest, "b", old, "c", old);
        assertThat(CopyMark.present(marks)).as("c was away").containsExactly("a", "c");
        assertThat(new Answers(marks, false, Set.of(), true).missing()).containsExactly("b");
        assertThat(CopyMark.present(Map.of("a", of("view", 7, old, "a", "b"), "b", old)))
                .as("b may never have held it")
                .containsExactly("a", "b");
        assertThat(CopyMark.present(Map.of("a", newest, "b", of("view", 8, newest, "b"))))
                .as("it knows more")
                .containsExactly("a", "b");
        assertThat(CopyMark.present(Map.of())).isEmpty();
    }

    @Test
    void anAnswerOfAnotherShapeIsNoAnswer() {
        List<String> lines = mark(4, "a", "b").lines();
        List<String> whole = new ArrayList<>(List.of("a", "false", "true"));
        whole.addAll(lines);
        Answers answers = Answers.of(List.of(whole, List.of("b", "true", "false")));
        assertThat(answers.marks()).isEqualTo(Map.of("a", mark(4, "a", "b")));
        assertThat(answers.whole()).containsExactly("a");
        assertThat(answers.served()).isTrue();
        List<String> before = new ArrayList<>(List.of("a", "false"));
        before.addAll(lines);
        for (List<String> other : List.of(before, List.<String>of(), List.of("a"), List.of("a", "true"))) {
            assertThatThrownBy(() -> Answers.of(List.of(whole, other)))
                    .as("%s", other)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("another release");
        }
    }

    @Test
    void aClusterThatWasStoppedVeryOftenForgetsItsFirstRuns() {
        CopyMark first = mark(1, "a");
        CopyMark last = first;
        for (int run = 0; run < 2 * Past.VIEWS; run++) {
            last = of("run-" + run, 1, last, "a");
        }
        assertThat(last.past().seen()).hasSize(Past.VIEWS);
        assertThat(CopyMark.newest(List.of(first, last))).isEqualTo(last);
        assertThat(CopyMark.parse(last.lines())).isEqualTo(last);
    }

    @Test
    void anAcceptedLossIsNewerThanAllMarks() {
        CopyMark newest = mark(5, "a", "b", "c");
        CopyMark accepted = newest.without(Set.of("b"), "accepted");
        assertThat(accepted.needed()).containsExactlyInAnyOrder("a", "c");
        assertThat(CopyMark.newest(List.of(newest, accepted, mark(4, "d")))).isEqualTo(accepted);
        assertThat(CopyMark.newest(List.of(accepted, next(accepted, Set.of("a"), false)))
                        .needed())
                .as("and what is remembered after it is newer than that")
                .containsExactly("a");
    }

    /** Five nodes; c, d and e went one after the other, e is back. */
    @Test
    void anAcceptedLossNeedsNobodyWhoWasAwayBefore() {
        CopyMark newest = mark(3, "a", "b", "c");
        CopyMark own = mark(1, "a", "b", "c", "d", "e");
        assertThat(MarkTask.accepted(own, newest, Set.of("c"), "x").needed()).containsExactlyInAnyOrder("a", "b");
        assertThat(MarkTask.accepted(newest, newest, Set.of("c"), "x").needed()).containsExactlyInAnyOrder("a", "b");
        assertThat(MarkTask.accepted(mark(3, "d"), newest, Set.of("c"), "x").needed())
                .as("both wrote")
                .containsExactlyInAnyOrder("a", "b", "d");
    }

    @Test
    void marksAreWrittenAsTheyAreReadAndNothingElseIsTakenForOne() {
        CopyMark mark = mark(12, "node-1", "node 2");
        assertThat(CopyMark.parse(mark.lines())).isEqualTo(mark);
        CopyMark lost = mark(
                13,
                Set.of("node-1", "3 node"),
                Map.of("3 node", new Away(10, 12, true), "node-1", new Away(0, 0, false)));
        assertThat(CopyMark.parse(lost.lines())).isEqualTo(lost);
        CopyMark pairs = new CopyMark(
                13,
                lost.needed(),
                lost.away(),
                Set.of(new LostPair("3 node", "node-1"), new LostPair("a b", "c d")),
                lost.past().agreedNow().then(new Dot("accepted-1", 0, 14), List.of()));
        assertThat(CopyMark.parse(pairs.lines())).isEqualTo(pairs);
        assertThat(CopyMark.parse(CopyMark.NONE.lines())).isEqualTo(CopyMark.NONE);
        List<String> old = pairs.lines().subList(1, pairs.lines().size());
        assertThat(pairs.lines().get(0)).isEqualTo("durable-copies-3");
        CopyMark withoutPast = pairs.with(Past.NONE);
        assertThat(CopyMark.parse(old)).as("without a name for the format").isEqualTo(withoutPast);
        List<String> before = new ArrayList<>(List.of("durable-copies-2"));
        before.addAll(old);
        assertThat(CopyMark.parse(before)).as("of the build before").isEqualTo(withoutPast);
        for (String foreign : List.of(
                "",
                "durable-copies-",
                "durable-copies-x\n3|a||own 1 3 run",
                "durable-copies-3",
                "durable-copies-3\ndurable-copies-3\n3|a||own 1 3 run",
                "node-1|||",
                "3|a|",
                "3|a||own 1 3 run|",
                "3|1 x 0 a||",
                "3||4 a b|",
                "3||x a b|",
                "3|||own 1 run",
                "3|||own 1 x run",
                "3|||other 1 3 run")) {
            List<String> lines = List.of(foreign.replace("|", "\n\n").split("\n", -1));
            assertThatThrownBy(() -> CopyMark.parse(lines)).as(foreign).isInstanceOf(NumberFormatException.class);
        }
    }
}
