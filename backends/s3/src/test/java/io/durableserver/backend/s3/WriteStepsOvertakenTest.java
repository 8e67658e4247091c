package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.backend.s3.WriteSteps.Step;
import io.durableserver.spi.WriteResult;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is read back may have been written over our own write, which then was applied. */
class WriteStepsOvertakenTest {
    private static final Outcomes OUTCOMES =
            new Outcomes(S3Config.builder().bucket("bucket").build());
    private final Throwable lost = new IllegalStateException("lost");

    @Test
    void aRefusalOfADoubledWriteThatSomebodyHasWrittenOverIsNoConflict() {
        for (Optional<String> expected : List.of(Optional.of("e0"), Optional.<String>empty())) {
            WriteSteps steps = steps(expected);
            steps.sends("e1");
            steps.failed(Failure.CONDITION, lost);
            assertUnknown(steps.read(ours("e2", "theirs", Optional.of("e1"), false)));
            assertThat(steps.ambiguous()).isTrue();
        }
    }

    @Test
    void aRefusalByAnObjectOverSomethingElseStaysAConflict() {
        WriteSteps steps = steps(Optional.of("e0"));
        steps.sends("e1");
        steps.failed(Failure.CONDITION, lost);
        Step end = steps.read(ours("e2", "theirs", Optional.of("e0"), false));
        assertThat(((Step.Done) end).result()).isInstanceOf(WriteResult.Conflict.class);
        assertThat(steps.ambiguous()).isFalse();
    }

    /** The object there may be over ours, and only its writer could say so. */
    @Test
    void whereETagsSayNothingOnlyAnObjectOverAnotherIsAConflict() {
        for (Optional<String> expected : List.of(Optional.of("e0"), Optional.<String>empty())) {
            assertUnknown(refused(expected, Optional.of("e9"), Optional.empty()));
            assertUnknown(refused(expected, Optional.of("e9"), Optional.of("mine")));
            assertConflict(refused(expected, Optional.of("e9"), Optional.of("somebody's")));
            assertConflict(refused(expected, expected, Optional.empty()));
        }
        assertConflict(refused(Optional.empty(), Optional.empty(), Optional.empty()));
    }

    @Test
    void whereETagsSayNothingATombstoneIsAConflictOnlyOverAnother() {
        assertUnknown(refusedBy(Optional.of("e0"), Optional.of("e9"), Optional.empty(), true));
        assertUnknown(refusedBy(Optional.of("e0"), Optional.of("e9"), Optional.of("mine"), true));
        assertConflict(refusedBy(Optional.of("e0"), Optional.of("e9"), Optional.of("somebody's"), true));
        assertConflict(refusedBy(Optional.of("e0"), Optional.of("e0"), Optional.empty(), true));
        // A key could never be created again.
        assertThat(refusedBy(Optional.empty(), Optional.of("e9"), Optional.empty(), true))
                .isEqualTo(new Step.Put(Optional.of("e10")));
        assertUnknown(refusedBy(Optional.empty(), Optional.of("e9"), Optional.of("mine"), true));
    }

    @Test
    void aCreateThatMetItsTwinBringsNoDeletedRecordBack() {
        WriteSteps met = steps(Optional.empty());
        met.failed(Failure.CONTENDED, lost);
        assertUnknown(
                met.read(new Current.Ours("e10", new byte[0], "theirs", Optional.of("e9"), Optional.empty(), true)));
    }

    /** The end of a write that was refused by an object of somebody else, on a store whose ETags nobody knows beforehand. */
    private Step refused(Optional<String> expected, Optional<String> replaces, Optional<String> after) {
        return refusedBy(expected, replaces, after, false);
    }

    private Step refusedBy(
            Optional<String> expected, Optional<String> replaces, Optional<String> after, boolean deleted) {
        WriteSteps steps = steps(expected);
        steps.failed(Failure.CONDITION, lost);
        return steps.read(new Current.Ours("e10", new byte[0], "theirs", replaces, after, deleted));
    }

    private static void assertConflict(Step step) {
        assertThat(step)
                .isInstanceOfSatisfying(
                        Step.Done.class, done -> assertThat(done.result()).isInstanceOf(WriteResult.Conflict.class));
    }

    @Test
    void aRecordThatMayHaveBeenCreatedAndDeletedIsNotCreatedAgain() {
        WriteSteps steps = steps(Optional.empty());
        steps.failed(Failure.AMBIGUOUS, lost);
        assertUnknown(steps.read(ours("t", "theirs", Optional.of("e1"), true)));
    }

    @Test
    void whereETagsAreKnownBeforehandATombstoneTellsWhetherItIsOverOurs() {
        WriteSteps deleted = steps(Optional.empty());
        deleted.sends("e1");
        deleted.failed(Failure.AMBIGUOUS, lost);
        assertUnknown(deleted.read(ours("t", "theirs", Optional.of("e1"), true)));
        WriteSteps before = steps(Optional.empty());
        before.sends("e1");
        before.failed(Failure.AMBIGUOUS, lost);
        assertThat(before.read(ours("t", "theirs", Optional.of("e0"), true))).isEqualTo(new Step.Put(Optional.of("t")));
    }

    @Test
    void aTombstoneThatAnAmbiguousCreateGoesOverIsGoneOverAgain() {
        WriteSteps steps = steps(Optional.empty());
        steps.failed(Failure.CONDITION, lost);
        Current tombstone = ours("t", "theirs", Optional.of("e"), true);
        assertThat(steps.read(tombstone)).isEqualTo(new Step.Put(Optional.of("t")));
        steps.failed(Failure.AMBIGUOUS, lost);
        assertThat(((Step.Pause) steps.read(tombstone)).next()).isEqualTo(new Step.Put(Optional.of("t")));
        steps.failed(Failure.AMBIGUOUS, lost);
        assertUnknown(steps.read(ours("t2", "theirs", Optional.of("e5"), true)));
    }

    @Test
    void ourWriteThatWasFoundMayHaveBeenAppliedUntilItIsTold() {
        WriteSteps steps = steps(Optional.of("e0"));
        steps.failed(Failure.CONDITION, lost);
        Step end = steps.read(ours("e1", "mine", Optional.of("e0"), false));
        assertThat(((Step.Done) end).result()).isInstanceOf(WriteResult.Stored.class);
        assertThat(steps.ambiguous()).isTrue();
    }

    private static WriteSteps steps(Optional<String> expected) {
        return new WriteSteps(OUTCOMES, "mine", expected, false, 4);
    }

    private static Current.Ours ours(String eTag, String nonce, Optional<String> replaces, boolean deleted) {
        return new Current.Ours(eTag, new byte[0], nonce, replaces, Optional.empty(), deleted);
    }

    private static void assertUnknown(Step step) {
        assertThat(step)
                .isInstanceOfSatisfying(
                        Step.Done.class, done -> assertThat(done.result()).isInstanceOf(WriteResult.Unknown.class));
    }
}
