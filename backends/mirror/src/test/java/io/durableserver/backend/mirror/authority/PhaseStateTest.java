package io.durableserver.backend.mirror.authority;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.backend.mirror.rollout.Side;
import org.junit.jupiter.api.Test;

/** Validity is 100, grace 50, in nanoseconds. */
final class PhaseStateTest {
    private final PhaseState state = new PhaseState(100, 50);

    private WritePermit entered(long now) {
        return state.enter(now).orElseThrow();
    }

    @Test
    void nothingIsAllowedBeforeThePhaseIsKnown() {
        assertThat(state.enter(0)).isEmpty();
        assertThat(state.read(0)).isEmpty();
    }

    @Test
    void aStalePhaseRefusesToWriteAndToAcknowledge() {
        state.observed(Phase.SHADOW, 1, 1_000, 1_010);
        WritePermit tenure = entered(1_099);
        assertThat(state.enter(1_100)).isEmpty();
        assertThat(state.holds(tenure, 1_149)).isTrue();
        assertThat(state.holds(tenure, 1_150)).isFalse();
        state.observed(Phase.SHADOW, 1, 1_140, 1_145);
        assertThat(state.holds(tenure, 1_200)).isTrue();
    }

    @Test
    void aPauseStopsWritesAndWaitsForThoseOnTheirWay() {
        state.observed(Phase.VERIFY, 1, 1_000, 1_000);
        WritePermit tenure = entered(1_010);
        state.observed(Phase.CUTTING_OVER, 2, 1_020, 1_020);
        assertThat(state.enter(1_021)).isEmpty();
        assertThat(state.closeWhenQuiet(1_030)).isFalse();
        assertThat(state.holds(tenure, 1_030)).isTrue();
        state.exit(tenure);
        assertThat(state.closeWhenQuiet(1_031)).isTrue();
        assertThat(state.mayMirror(Side.SOURCE, 1_032)).isTrue();
        state.seal();
        assertThat(state.mayMirror(Side.SOURCE, 1_033)).isFalse();
    }

    @Test
    void aWriteThatOutlastsTheGraceIsNotAcknowledged() {
        state.observed(Phase.VERIFY, 1, 1_000, 1_000);
        WritePermit tenure = entered(1_010);
        state.observed(Phase.CUTTING_OVER, 2, 1_020, 1_020);
        assertThat(state.closeWhenQuiet(1_070)).isTrue();
        assertThat(state.holds(tenure, 1_071)).isFalse();
    }

    @Test
    void aWriteFromBeforeACutOverIsNotAcknowledgedAfterIt() {
        state.observed(Phase.VERIFY, 1, 1_000, 1_000);
        WritePermit tenure = entered(1_010);
        state.observed(Phase.CUT_OVER, 3, 1_020, 1_020);
        assertThat(state.holds(tenure, 1_021)).isFalse();
        assertThat(entered(1_022).authority()).isEqualTo(Side.TARGET);
        assertThat(state.mayMirror(Side.SOURCE, 1_023)).isFalse();
        assertThat(state.mayMirror(Side.TARGET, 1_023)).isTrue();
    }

    @Test
    void anUndonePauseAllowsWritesAgain() {
        state.observed(Phase.VERIFY, 1, 1_000, 1_000);
        state.observed(Phase.CUTTING_OVER, 2, 1_010, 1_010);
        state.closeWhenQuiet(1_011);
        state.seal();
        state.observed(Phase.VERIFY, 3, 1_020, 1_020);
        assertThat(entered(1_021).authority()).isEqualTo(Side.SOURCE);
        assertThat(state.mayMirror(Side.SOURCE, 1_022)).isTrue();
    }

    @Test
    void anOlderRevisionChangesNothing() {
        state.observed(Phase.CUT_OVER, 5, 1_000, 1_000);
        state.observed(Phase.VERIFY, 4, 1_010, 1_010);
        assertThat(state.phase()).isEqualTo(Phase.CUT_OVER);
    }

    @Test
    void aRemovedMarkerTakesThePermissionAway() {
        state.observed(Phase.VERIFY, 1, 1_000, 1_000);
        WritePermit tenure = entered(1_001);
        state.doubted();
        assertThat(state.enter(1_002)).isEmpty();
        assertThat(state.holds(tenure, 1_002)).isFalse();
        assertThat(state.mayMirror(Side.SOURCE, 1_002)).isFalse();
    }

    @Test
    void aStalePhaseMirrorsNothing() {
        state.observed(Phase.VERIFY, 1, 1_000, 1_010);
        assertThat(state.mayMirror(Side.SOURCE, 1_099)).isTrue();
        assertThat(state.mayMirror(Side.SOURCE, 1_100)).isFalse();
    }

    @Test
    void aPauseThatIsWatchedGoesOnMirroringAndOneThatIsFoundAfterASilenceDoesNot() {
        state.observed(Phase.VERIFY, 1, 1_000, 1_000);
        state.observed(Phase.CUTTING_OVER, 2, 1_090, 1_090);
        state.observed(Phase.CUTTING_OVER, 2, 1_180, 1_180);
        assertThat(state.mayMirror(Side.SOURCE, 1_190)).isTrue();
        state.observed(Phase.CUTTING_OVER, 2, 1_280, 1_280);
        assertThat(state.mayMirror(Side.SOURCE, 1_281)).isFalse();
        state.observed(Phase.CUTTING_OVER, 2, 1_290, 1_290);
        assertThat(state.mayMirror(Side.SOURCE, 1_291)).isFalse();
        state.observed(Phase.VERIFY, 3, 1_300, 1_300);
        assertThat(state.mayMirror(Side.SOURCE, 1_301)).isTrue();
    }

    @Test
    void theLastPhaseNeedsNoConfirmation() {
        state.observed(Phase.RETIRED, 9, 1_000, 1_000);
        assertThat(state.enter(Long.MAX_VALUE / 2)).isPresent();
        assertThat(state.mayMirror(Side.TARGET, 1_001)).isFalse();
    }
}
