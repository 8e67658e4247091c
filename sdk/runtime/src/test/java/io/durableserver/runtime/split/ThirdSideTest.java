package io.durableserver.runtime.split;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.runtime.record.ClaimFormat;
import io.durableserver.runtime.record.ClaimRecord;
import io.durableserver.runtime.split.SplitSteps.Alive;
import io.durableserver.runtime.split.SplitSteps.Deed;
import io.durableserver.runtime.split.SplitSteps.Look;
import io.durableserver.runtime.testing.LaterRelease;
import io.durableserver.spi.Session;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Three sides: the first two have settled, and the third one answers. Its turn comes when the one named is over. */
class ThirdSideTest {
    private static final Session SELF = new Session("n1", "a");
    private static final Session NAMED = new Session("n3", "c");
    private static final Side SIDE = new Side(SELF, Set.of(SELF), Set.of("x"), List.of("n1:1"), 1, true);
    private static final ClaimRecord SETTLED =
            SIDE.claim().rivalled(NAMED, "there are more of us").settle(List.of("c"), List.of("n1:1"));

    private final SplitSteps steps = new SplitSteps(10);

    private Deed look(long now, Alive rival, Set<Session> over) {
        return steps.look(new Look(now, SIDE, true, Set.of("n2:1"), Optional.of(SETTLED), rival, Set.of(), over));
    }

    /** As a claim of a later release, which is written anew while its members stay and are no reason to. */
    @Test
    void whatALaterReleaseWroteStaysAndIsNoReasonToWrite() {
        byte[] later = LaterRelease.withInSession(
                LaterRelease.with(ClaimFormat.encode(SIDE.claim()), "\"witness\" : 1e400"), "\"zone\":{}");
        ClaimRecord there = ClaimFormat.decode("k", later);

        assertThat(steps.look(look(SIDE, there))).isEqualTo(new Deed.Nothing());
        Session second = new Session("n2", "b");
        Side grown = new Side(SELF, Set.of(SELF, second), Set.of("x"), List.of("n1:1"), 1, true);
        Deed deed = steps.look(look(grown, there));
        assertThat(deed).isEqualTo(new Deed.Write(grown.claim().over(there)));
        assertThat(new String(ClaimFormat.encode(((Deed.Write) deed).record()), UTF_8))
                .contains(",\"zone\":{}}", ",\"witness\" : 1e400,\"crc32c\"");
        ClaimRecord rivalled = there.rivalled(NAMED, "hello").settle(List.of("c"), List.of());
        assertThat(rivalled.extra()).isEqualTo(there.extra());
    }

    private static Look look(Side side, ClaimRecord record) {
        return new Look(0, side, true, Set.of(), Optional.of(record), Alive.NOT_KNOWN, Set.of(), Set.of());
    }

    @Test
    void nobodyWaitsForASideThatIsKnownToHaveSteppedDown() {
        assertThat(look(0, Alive.YES, Set.of())).isEqualTo(new Deed.Nothing());
        assertThat(look(1, Alive.NO, Set.of(NAMED))).isEqualTo(new Deed.Write(SIDE.claim()));
    }

    @Test
    void whoAnswersMayBeOfTheSideThatStepsDownAndIsWaitedForOneLeaseTime() {
        assertThat(look(0, Alive.NO, Set.of())).isEqualTo(new Deed.Nothing());
        assertThat(look(9, Alive.NO, Set.of())).isEqualTo(new Deed.Nothing());
        assertThat(look(10, Alive.NO, Set.of())).isEqualTo(new Deed.Write(SIDE.claim()));
    }

    @Test
    void whoClaimedLastSpeaksOnWhenOneWithAnEarlierNameJoins() {
        Session earlier = new Session("n0", "e");
        Side grown = new Side(SELF, Set.of(SELF, earlier), Set.of("x"), List.of("n0:1", "n1:1"), 1, true);
        Look look = new Look(0, grown, true, Set.of(), Optional.of(SIDE.claim()), Alive.NOT_KNOWN, Set.of(), Set.of());
        assertThat(steps.look(look)).isEqualTo(new Deed.Write(grown.claim()));
        Side newcomer = new Side(earlier, grown.sessions(), grown.clusters(), grown.addresses(), 2, true);
        assertThat(new SplitSteps(10)
                        .look(new Look(
                                0,
                                newcomer,
                                true,
                                Set.of(),
                                Optional.of(SIDE.claim()),
                                Alive.NOT_KNOWN,
                                Set.of(),
                                Set.of())))
                .isEqualTo(new Deed.Nothing());
    }
}
