package io.durableserver.runtime.split;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.runtime.record.ClaimRecord;
import io.durableserver.runtime.split.SplitSteps.Alive;
import io.durableserver.runtime.split.SplitSteps.Deed;
import io.durableserver.runtime.split.SplitSteps.Look;
import io.durableserver.spi.Session;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A side whose speaker does not look any more, or not at this prefix. */
class SpeakingTest {
    private static final long LEASE = 10;
    private static final Session OTHER = new Session("x1", "x");
    private static final ClaimRecord THEIRS =
            new Side(OTHER, Set.of(OTHER), Set.of("c"), List.of("x1:1"), 1, true).claim();

    private static Session session(String name) {
        return new Session(name, name + "-0");
    }

    private static Side side(String self, String... all) {
        return new Side(
                session(self),
                Stream.of(all).map(SpeakingTest::session).collect(Collectors.toSet()),
                Set.of("c"),
                List.of(self + ":1"),
                1,
                true);
    }

    private static Look look(long now, Side side, Optional<ClaimRecord> record, Alive foreigner, String... answering) {
        return new Look(now, side, true, Set.of(answering), record, foreigner, Set.of(), Set.of());
    }

    /** When a node writes, looking at each unit of time; -1 for never. */
    private static long writesAt(Side side, ClaimRecord record, Alive foreigner, String... answering) {
        SplitSteps steps = new SplitSteps(LEASE);
        for (long now = 0; now < 10 * LEASE; now++) {
            if (steps.look(look(now, side, Optional.of(record), foreigner, answering)) instanceof Deed.Write) {
                return now;
            }
        }
        return -1;
    }

    @Test
    void theNextOneByNameSpeaksWhenTheFirstHasNotInTwoLeaseTimes() {
        assertThat(writesAt(side("n1", "n1", "n2", "n3"), THEIRS, Alive.YES, "x1:1"))
                .isEqualTo(0);
        assertThat(writesAt(side("n2", "n1", "n2", "n3"), THEIRS, Alive.YES, "x1:1"))
                .isEqualTo(2 * LEASE);
        assertThat(writesAt(side("n3", "n1", "n2", "n3"), THEIRS, Alive.YES, "x1:1"))
                .isEqualTo(4 * LEASE);
    }

    @Test
    void aClaimIsRenewedByAnotherWhenItsClaimantDoesNotLook() {
        ClaimRecord old = side("n3", "n1", "n3").claim();
        assertThat(writesAt(side("n3", "n1", "n2", "n3"), old, Alive.NOT_KNOWN)).isEqualTo(0);
        assertThat(writesAt(side("n1", "n1", "n2", "n3"), old, Alive.NOT_KNOWN)).isEqualTo(2 * LEASE);
    }

    @Test
    void aClaimThatIsRightIsLeftToItsClaimant() {
        ClaimRecord right = side("n3", "n1", "n2", "n3").claim();
        assertThat(writesAt(side("n1", "n1", "n2", "n3"), right, Alive.NOT_KNOWN))
                .isEqualTo(-1);
    }

    @Test
    void whoWaitsBeginsAnewWhenTheRecordChanges() {
        SplitSteps steps = new SplitSteps(LEASE);
        Side side = side("n2", "n1", "n2");
        for (long now = 0; now < 10 * LEASE; now++) {
            ClaimRecord changing = THEIRS.rivalled(session("n1"), "look " + now / LEASE);
            assertThat(steps.look(look(now, side, Optional.of(changing), Alive.YES, "x1:1")))
                    .isEqualTo(new Deed.Nothing());
        }
    }

    /** Otherwise both sides may be named: seeds 7418 and 8634 of the simulation that heals. */
    @Test
    void nothingIsSettledOnAClaimThatIsOlderThanTheSplit() {
        ClaimRecord old = side("n1", "n1", "n2", "n3").claim();
        SplitSteps steps = new SplitSteps(LEASE);
        Side left = side("n2", "n2", "n3", "n4");
        for (long now = 0; now < 10 * LEASE; now++) {
            if (steps.look(look(now, left, Optional.of(old), Alive.YES, "n1:1")) instanceof Deed.Write write) {
                assertThat(write.record().settled()).isFalse();
                assertThat(write.record().sessions()).isEqualTo(old.sessions());
            }
        }
        ClaimRecord renewed = side("n1", "n1").claim();
        Deed deed = steps.look(look(10 * LEASE, left, Optional.of(renewed), Alive.YES, "n1:1"));
        assertThat(((Deed.Write) deed).record().down()).containsExactly("n1-0");
    }

    /** Two other sides that reach only the store must not write over each other at every look. */
    @Test
    void theWordOfAThirdSideIsNotWrittenOver() {
        ClaimRecord worded = THEIRS.rivalled(session("y1"), "y1 was here");
        assertThat(writesAt(side("n1", "n1"), worded, Alive.YES)).isEqualTo(-1);
        assertThat(writesAt(side("n1", "n1"), THEIRS, Alive.YES)).isEqualTo(0);
    }

    @Test
    void onlyASideThatServesInTheStoreOfAnotherIsDivided() {
        SplitSteps steps = new SplitSteps(LEASE);
        Side side = side("n1", "n1");
        steps.look(look(0, side, Optional.of(THEIRS), Alive.YES));
        assertThat(steps.isDivided()).isTrue();
        steps.look(new Look(1, side, false, Set.of("x1:1"), Optional.of(THEIRS), Alive.YES, Set.of(), Set.of()));
        assertThat(steps.isDivided()).as("it does not serve").isFalse();
        steps.look(look(2, side, Optional.of(side.claim()), Alive.NOT_KNOWN, "x1:1"));
        assertThat(steps.isDivided()).as("a store of its own").isFalse();
        Side stranger = new Side(session("n1"), Set.of(session("n1")), Set.of("d"), List.of("n1:1"), 1, true);
        steps.look(look(3, stranger, Optional.of(THEIRS), Alive.YES));
        assertThat(steps.isDivided()).as("strangers").isFalse();
        String word = steps.alarm();
        steps.look(look(4, side, Optional.of(side.claim().rivalled(OTHER, word)), Alive.YES));
        assertThat(steps.isDivided()).as("the word of strangers").isFalse();
        steps.look(look(5, side, Optional.of(side.claim().rivalled(OTHER, "a side")), Alive.YES));
        assertThat(steps.isDivided()).isTrue();
    }
}
