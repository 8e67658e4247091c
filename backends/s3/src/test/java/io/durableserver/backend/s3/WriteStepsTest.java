package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.backend.s3.WriteSteps.Step;
import io.durableserver.spi.WriteResult;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The decisions, without a store. */
class WriteStepsTest {
    private static final Outcomes OUTCOMES =
            new Outcomes(S3Config.builder().bucket("bucket").build());

    @Test
    void aReplaceThatMeetsAnotherVersionIsAConflictOnceThatWasSeen() {
        for (Failure refusal : List.of(Failure.CONDITION, Failure.ABSENT, Failure.PERHAPS_ABSENT)) {
            for (Current other : List.of(ours("e7", "theirs", "e6", false), new Current.Absent())) {
                WriteSteps steps = replace();
                steps.sends("e1");
                assertThat(steps.failed(refusal, lost())).isInstanceOf(Step.ReadBack.class);
                assertResult(steps.read(other), WriteResult.Conflict.class);
            }
        }
    }

    @Test
    void aRefusedConditionThatMetOurOwnWriteIsStored() {
        WriteSteps steps = replace();
        steps.failed(Failure.CONDITION, lost());
        assertResult(steps.read(ours("e1", "mine", "e0", false)), WriteResult.Stored.class);
    }

    @Test
    void aRefusedConditionThatHoldsIsTriedAgain() {
        WriteSteps steps = replace();
        steps.failed(Failure.CONDITION, lost());
        assertThat(afterPause(steps.read(ours("e0", "n0", "", false)))).isEqualTo(new Step.Put(Optional.of("e0")));
    }

    @Test
    void aRefusedConditionThatNobodyCouldLookAtIsUnknown() {
        WriteSteps steps = replace();
        steps.failed(Failure.CONDITION, lost());
        assertThat(steps.ambiguous()).isTrue();
        assertResult(steps.readFailed(Failure.REFUSED, lost()), WriteResult.Unknown.class);
    }

    @Test
    void afterAnAmbiguousAttemptAConflictIsReadBack() {
        WriteSteps steps = replace();
        assertThat(steps.failed(Failure.AMBIGUOUS, lost())).isInstanceOf(Step.ReadBack.class);
        assertThat(afterPause(steps.read(ours("e0", "n0", "", false)))).isEqualTo(new Step.Put(Optional.of("e0")));
        assertThat(steps.failed(Failure.CONDITION, lost())).isInstanceOf(Step.ReadBack.class);
        assertResult(steps.read(ours("e1", "mine", "e0", false)), WriteResult.Stored.class);
    }

    @Test
    void anotherWriteOverTheSameProvesThatOursWasNotApplied() {
        WriteSteps steps = replace();
        steps.failed(Failure.AMBIGUOUS, lost());
        assertResult(steps.read(ours("e2", "theirs", "e0", false)), WriteResult.Conflict.class);
    }

    @Test
    void anythingElseProvesNothing() {
        for (Current current : new Current[] {
            new Current.Absent(), ours("e3", "theirs", "e2", false), new Current.Foreign("f", new byte[0])
        }) {
            WriteSteps steps = replace();
            steps.failed(Failure.AMBIGUOUS, lost());
            assertResult(steps.read(current), WriteResult.Unknown.class);
        }
    }

    @Test
    void aCreateGoesOverATombstoneButNotOverARecord() {
        WriteSteps steps = create(false);
        assertThat(steps.failed(Failure.CONDITION, lost())).isInstanceOf(Step.ReadBack.class);
        assertThat(steps.read(ours("t", "theirs", "e", true))).isEqualTo(new Step.Put(Optional.of("t")));
        steps.failed(Failure.ABSENT, lost());
        assertThat(steps.read(new Current.Absent())).isEqualTo(new Step.Put(Optional.empty()));
        steps.failed(Failure.CONDITION, lost());
        assertResult(steps.read(ours("e", "theirs", "", false)), WriteResult.Conflict.class);
    }

    @Test
    void aFirstObjectProvesSomethingOnlyWhereNoneIsEverRemoved() {
        WriteSteps removing = create(false);
        removing.failed(Failure.AMBIGUOUS, lost());
        assertResult(removing.read(ours("e", "theirs", "", false)), WriteResult.Unknown.class);
        WriteSteps keeping = create(true);
        keeping.failed(Failure.AMBIGUOUS, lost());
        assertResult(keeping.read(ours("e", "theirs", "", false)), WriteResult.Conflict.class);
    }

    /** What it met under way may be its own twin, which is applied before the look or after it. */
    @Test
    void aRequestThatMetAnotherOneIsLookedAtAndInDoubtUntilSomethingElseIsThere() {
        WriteSteps twin = replace();
        twin.sends("e1");
        assertThat(twin.failed(Failure.CONTENDED, lost())).isInstanceOf(Step.ReadBack.class);
        assertThat(twin.ambiguous()).isTrue();
        assertThat(afterPause(twin.read(ours("e0", "n0", "", false)))).isEqualTo(new Step.Put(Optional.of("e0")));
        assertThat(twin.ambiguous()).isTrue();
        assertResult(twin.failed(Failure.REFUSED, lost()), WriteResult.Unknown.class);
        WriteSteps applied = replace();
        applied.failed(Failure.CONTENDED, lost());
        assertResult(applied.read(ours("e1", "mine", "e0", false)), WriteResult.Stored.class);
        WriteSteps beaten = replace();
        beaten.failed(Failure.CONTENDED, lost());
        assertResult(beaten.read(ours("e2", "theirs", "e0", false)), WriteResult.Conflict.class);
        WriteSteps unseen = new WriteSteps(OUTCOMES, "mine", Optional.of("e0"), false, 1);
        unseen.failed(Failure.CONTENDED, lost());
        assertResult(unseen.readFailed(Failure.AMBIGUOUS, lost()), WriteResult.Unknown.class);
    }

    @Test
    void attemptsAreBounded() {
        WriteSteps steps = replace();
        Step step = steps.first();
        int puts = 0;
        while (!(step instanceof Step.Done)) {
            puts++;
            step = steps.failed(Failure.THROTTLED, lost());
            if (step instanceof Step.Pause pause) {
                assertThat(pause.throttled()).isTrue();
            }
        }
        assertThat(puts).isEqualTo(4);
        assertResult(step, WriteResult.NotApplied.class);
    }

    @Test
    void aRefusalIsNotTriedAgainAndAfterAnAmbiguousAttemptStaysUnknown() {
        assertResult(replace().failed(Failure.REFUSED, lost()), WriteResult.NotApplied.class);
        WriteSteps steps = replace();
        steps.failed(Failure.AMBIGUOUS, lost());
        assertResult(steps.readFailed(Failure.REFUSED, lost()), WriteResult.Unknown.class);
    }

    private static WriteSteps replace() {
        return new WriteSteps(OUTCOMES, "mine", Optional.of("e0"), false, 4);
    }

    private static WriteSteps create(boolean tombstonesStay) {
        return new WriteSteps(OUTCOMES, "mine", Optional.empty(), tombstonesStay, 4);
    }

    private static Current.Ours ours(String eTag, String nonce, String replaces, boolean deleted) {
        return new Current.Ours(
                eTag,
                new byte[0],
                nonce,
                Optional.of(replaces).filter(text -> !text.isEmpty()),
                Optional.empty(),
                deleted);
    }

    private static Step afterPause(Step step) {
        assertThat(step).isInstanceOf(Step.Pause.class);
        return ((Step.Pause) step).next();
    }

    private static void assertResult(Step step, Class<? extends WriteResult> type) {
        assertThat(step).isInstanceOf(Step.Done.class);
        assertThat(((Step.Done) step).result()).isInstanceOf(type);
    }

    private static Throwable lost() {
        return new IllegalStateException("lost");
    }
}
