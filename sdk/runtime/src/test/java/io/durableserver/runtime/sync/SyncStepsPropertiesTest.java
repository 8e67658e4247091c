package io.durableserver.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.runtime.testing.Tries;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The sync protocol against a naive model that remembers every turn. */
class SyncStepsPropertiesTest {
    /** {@code -Ddurableserver.effort=10} or 100 tries more. */
    private static final List<Demand> DEMANDS = List.of(Demand.values());

    private record Turn(long number, boolean changed, Demand demand) {}

    @Test
    void outputsWaitForTheCoveringWriteOneIsInFlightAndEachCoversAllTurnsBeforeIt() {
        for (long seed = Tries.FIRST; seed < Tries.FIRST + 500L * Tries.EFFORT; seed++) {
            explore(new Random(seed), "seed " + seed);
        }
    }

    private static void explore(Random random, String seed) {
        SyncSteps steps = new SyncSteps();
        List<Turn> turns = new ArrayList<>();
        long dirtyTurns = 0;
        int storedTurns = 0; // of all turns, by position
        int coveredTurns = 0;
        for (int i = 0; i < 200; i++) {
            int choice = random.nextInt(10);
            if (choice < 6) {
                Demand demand = DEMANDS.get(random.nextInt(DEMANDS.size()));
                boolean changed = random.nextBoolean();
                if (changed || demand == Demand.FORCED) {
                    dirtyTurns++;
                }
                turns.add(new Turn(dirtyTurns, changed, demand));
                long gate = steps.turnDone(changed, demand);
                assertThat(gate != 0).as(seed).isEqualTo(mustWait(turns, storedTurns));
            } else if (choice < 8 && !steps.isInFlight()) {
                boolean wanted = steps.wantsWrite();
                assertThat(wanted).as(seed).isEqualTo(isWanted(turns, storedTurns, coveredTurns));
                boolean must = steps.begin();
                assertThat(must).as(seed).isEqualTo(hasUnstored(turns, storedTurns, Demand.FORCED));
                coveredTurns = turns.size();
                assertThatThrownBy(steps::begin).isInstanceOf(IllegalStateException.class);
            } else if (steps.isInFlight()) {
                if (random.nextInt(4) == 0) {
                    steps.abandoned();
                } else {
                    steps.written();
                    storedTurns = coveredTurns;
                }
            }
            assertThat(steps.gate() != 0).as(seed).isEqualTo(mustWait(turns, storedTurns));
            assertThat(steps.isDirty()).as(seed).isEqualTo(isDirty(turns, storedTurns));
            if (steps.isInFlight()) {
                assertThat(steps.wantsWrite()).as(seed).isFalse();
            }
        }
    }

    private static boolean isDirty(List<Turn> turns, int stored) {
        return turns.subList(stored, turns.size()).stream().anyMatch(t -> t.changed() || t.demand() == Demand.FORCED);
    }

    /** A strict turn waits for the changes it may have seen; nothing dirty by then means nothing to wait for. */
    private static boolean mustWait(List<Turn> turns, int stored) {
        boolean dirty = false;
        for (Turn turn : turns.subList(stored, turns.size())) {
            dirty |= turn.changed() || turn.demand() == Demand.FORCED;
            if (dirty && (turn.demand() == Demand.STRICT || turn.demand() == Demand.FORCED)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasUnstored(List<Turn> turns, int stored, Demand demand) {
        return turns.subList(stored, turns.size()).stream().anyMatch(t -> t.demand() == demand);
    }

    /** A write behind is asked for by the turns since the last write began; when that one fails, the background sync tries. */
    private static boolean isWanted(List<Turn> turns, int stored, int begun) {
        return mustWait(turns, stored) || (isDirty(turns, stored) && hasUnstored(turns, begun, Demand.BEHIND));
    }

    @Test
    void writeThatCoversNoTurnEndsLikeAnyOther() {
        SyncSteps steps = new SyncSteps();
        assertThat(steps.begin()).isFalse();
        assertThat(steps.isInFlight()).isTrue();
        assertThat(steps.written()).isZero();
        assertThat(steps.isInFlight()).isFalse();
        assertThatThrownBy(steps::written).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void strictTurnThatChangedNothingWaitsForTheDirtyTurnsBeforeIt() {
        SyncSteps steps = new SyncSteps();
        assertThat(steps.turnDone(false, Demand.STRICT)).isZero();
        assertThat(steps.turnDone(true, Demand.NONE)).isZero();
        assertThat(steps.turnDone(false, Demand.STRICT)).isEqualTo(1);
        assertThat(steps.wantsWrite()).isTrue();
    }

    @Test
    void demandBehindWritesOnlyWhatIsDirty() {
        SyncSteps steps = new SyncSteps();
        steps.demandBehind();
        assertThat(steps.wantsWrite()).isFalse();
        steps.turnDone(true, Demand.NONE);
        assertThat(steps.wantsWrite()).isTrue();
    }
}
