package io.durableserver.backend.mirror.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.OutcomeUnknownException;
import io.durableserver.backend.mirror.Samples;
import io.durableserver.backend.mirror.copy.CopySteps.Step;
import io.durableserver.backend.mirror.rollout.RecordOrder;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CopyStepsTest {
    private static final Version MIRROR = new Version("m");
    private static final Version AUTHORITY = new Version("a");

    private static ReadResult found(byte[] record, Version version) {
        return new ReadResult.Found(record, version);
    }

    private static CopySteps steps(boolean force) {
        return new CopySteps(RecordOrder.durableRecords(), force, () -> new Evidence.Shown(AUTHORITY));
    }

    private static Step copy(CopySteps steps, ReadResult mirror, ReadResult authority) {
        assertThat(steps.begin()).isInstanceOf(Step.ReadMirror.class);
        assertThat(steps.onMirror(mirror)).isInstanceOf(Step.ReadAuthority.class);
        return steps.onAuthority(authority);
    }

    private static Step readApart(CopySteps steps, ReadResult mirror, ReadResult authority) {
        assertThat(copy(steps, mirror, authority)).isInstanceOf(Step.ReadSoon.class);
        assertThat(steps.onAuthority(authority)).isInstanceOf(Step.ReadLater.class);
        return steps.onAuthority(authority);
    }

    @Test
    void anOlderMirrorIsReplacedUnderTheVersionReadBefore() {
        Step step = copy(
                steps(false),
                found(Samples.server(1, 4, 0, "n"), MIRROR),
                found(Samples.server(2, 1, 0, "n"), AUTHORITY));
        assertThat(step)
                .isInstanceOfSatisfying(
                        Step.Replace.class,
                        replace -> assertThat(replace.expected()).isEqualTo(MIRROR));
    }

    @Test
    void aNewerEpochIsNeverOverwritten() {
        ReadResult newer = found(Samples.server(3, 1, 0, "n"), MIRROR);
        ReadResult older = found(Samples.server(2, 900, 0, "n"), AUTHORITY);
        assertThat(copy(steps(false), newer, older)).isEqualTo(new Step.Done(new Copied.Ahead()));
        assertThat(readApart(steps(true), newer, older)).isInstanceOf(Step.Replace.class);
    }

    @Test
    void aRecordIsNeverReplacedByBytesThatAreNoneUnlessSomebodyHasDecidedSo() {
        ReadResult record = found(Samples.server(3, 1, 0, "n"), MIRROR);
        ReadResult bytes = found(new byte[] {0x1f, (byte) 0x8b}, AUTHORITY);
        assertThat(copy(steps(false), record, bytes))
                .isInstanceOfSatisfying(
                        Step.Done.class, done -> assertThat(done.result()).isInstanceOf(Copied.Failed.class));
        assertThat(readApart(steps(true), record, bytes)).isInstanceOf(Step.Replace.class);
        assertThat(copy(steps(false), found(new byte[] {1}, MIRROR), bytes)).isInstanceOf(Step.Replace.class);
        ReadResult ended = found(Samples.server("deleting", 3, 1, 0, "n"), MIRROR);
        assertThat(copy(steps(false), ended, bytes)).isInstanceOf(Step.Replace.class);
    }

    @Test
    void aNewerWriteOfTheSameEpochIsNeverOverwritten() {
        assertThat(copy(
                        steps(false),
                        found(Samples.server(2, 8, 0, "n"), MIRROR),
                        found(Samples.server(2, 7, 0, "n"), AUTHORITY)))
                .isEqualTo(new Step.Done(new Copied.Ahead()));
    }

    @Test
    void afterATombstoneANewLifeMayFollow() {
        Step step = copy(
                steps(false),
                found(Samples.server("deleting", 9, 9, 0, "n"), MIRROR),
                found(Samples.server(1, 1, 0, "n"), AUTHORITY));
        assertThat(step).isInstanceOf(Step.Replace.class);
    }

    @Test
    void bytesWithoutAnOrderAreTheAuthoritysToDecide() {
        Step step = copy(
                steps(false),
                found("zzz".getBytes(StandardCharsets.UTF_8), MIRROR),
                found("aaa".getBytes(StandardCharsets.UTF_8), AUTHORITY));
        assertThat(step).isInstanceOf(Step.Replace.class);
    }

    private static final ReadResult EXTRA = found(Samples.server(1, 1, 0, "n"), MIRROR);
    private static final ReadResult WITNESS = found(new byte[1], new Version("w"));

    private static CopySteps steps(Evidence evidence) {
        return new CopySteps(RecordOrder.durableRecords(), false, () -> evidence);
    }

    @Test
    void aRecordOnlyTheMirrorHasIsRemovedUnderItsVersion() {
        CopySteps steps = steps(new Evidence.Gone(MIRROR));
        assertThat(copy(steps, EXTRA, new ReadResult.Absent())).isInstanceOf(Step.ReadWitness.class);
        assertThat(steps.onWitness(WITNESS)).isEqualTo(new Step.Delete(MIRROR));
    }

    @Test
    void anAbsenceThatWasProvedOfAnotherRecordOfTheMirrorIsProvedAnew() {
        CopySteps steps = steps(new Evidence.Gone(new Version("an earlier life")));
        assertThat(copy(steps, EXTRA, new ReadResult.Absent())).isInstanceOf(Step.ReadSoon.class);
        assertThat(steps.onAuthority(new ReadResult.Absent())).isInstanceOf(Step.ReadLater.class);
        assertThat(steps.onAuthority(new ReadResult.Absent())).isInstanceOf(Step.ReadListing.class);
        assertThat(steps.onListing(true)).isEqualTo(new Step.Done(new Copied.Unsettled()));
    }

    @Test
    void anAbsenceThatWasReadOnceRemovesNothing() {
        CopySteps steps = steps(new Evidence.None());
        assertThat(copy(steps, EXTRA, new ReadResult.Absent())).isInstanceOf(Step.ReadSoon.class);
        assertThat(steps.onAuthority(new ReadResult.Absent())).isInstanceOf(Step.ReadLater.class);
        assertThat(steps.onAuthority(found(Samples.server(1, 2, 0, "n"), AUTHORITY)))
                .isEqualTo(new Step.Done(new Copied.Unsettled()));
    }

    @Test
    void twoReadingsApartRemoveTheRecordOfAStoreThatShowsWhatMustBeThere() {
        CopySteps steps = steps(new Evidence.None());
        copy(steps, EXTRA, new ReadResult.Absent());
        steps.onAuthority(new ReadResult.Absent());
        assertThat(steps.onAuthority(new ReadResult.Absent())).isInstanceOf(Step.ReadListing.class);
        assertThat(steps.onListing(false)).isInstanceOf(Step.ReadWitness.class);
        assertThat(steps.onWitness(WITNESS)).isEqualTo(new Step.Delete(MIRROR));
    }

    @Test
    void aKeyThatIsListedIsNotAbsentHoweverOftenAReadSaysSo() {
        CopySteps steps = steps(new Evidence.None());
        copy(steps, EXTRA, new ReadResult.Absent());
        steps.onAuthority(new ReadResult.Absent());
        steps.onAuthority(new ReadResult.Absent());
        assertThat(steps.onListing(true)).isEqualTo(new Step.Done(new Copied.Unsettled()));
    }

    @Test
    void aStoreThatDoesNotShowWhatMustBeThereProvesNoAbsence() {
        CopySteps steps = steps(new Evidence.Gone(MIRROR));
        copy(steps, EXTRA, new ReadResult.Absent());
        assertThat(steps.onWitness(new ReadResult.Absent()))
                .isInstanceOfSatisfying(
                        Step.Done.class, done -> assertThat(done.result()).isInstanceOf(Copied.Failed.class));
    }

    @Test
    void anAbsenceThatAListingContradictsRemovesNothing() {
        CopySteps steps = steps(new Evidence.Shown(AUTHORITY));
        assertThat(copy(steps, EXTRA, new ReadResult.Absent())).isInstanceOf(Step.ReadSoon.class);
        assertThat(steps.onAuthority(new ReadResult.Absent())).isInstanceOf(Step.ReadLater.class);
        assertThat(steps.onAuthority(new ReadResult.Absent())).isEqualTo(new Step.Done(new Copied.Unsettled()));
    }

    @Test
    void aMirrorThatIsSaidToHaveNothingEitherIsReadAgain() {
        CopySteps steps = steps(new Evidence.None());
        copy(steps, new ReadResult.Absent(), new ReadResult.Absent());
        steps.onAuthority(new ReadResult.Absent());
        steps.onAuthority(new ReadResult.Absent());
        steps.onListing(false);
        assertThat(steps.onWitness(WITNESS)).isInstanceOf(Step.ReadMirrorAgain.class);
        assertThat(steps.onMirrorAgain(EXTRA)).isInstanceOf(Step.ReadMirror.class);
        assertThat(copied(steps, new ReadResult.Absent())).isEqualTo(new Copied.Same(Optional.empty(), NOTHING));
    }

    private static final Copied.Change NOTHING = Copied.Change.NONE;

    /** The end of a copy for which neither store has a record. */
    private static Copied copied(CopySteps steps, ReadResult absent) {
        steps.onMirror(absent);
        steps.onAuthority(absent);
        steps.onAuthority(absent);
        steps.onAuthority(absent);
        steps.onListing(false);
        steps.onWitness(WITNESS);
        return ((Step.Done) steps.onMirrorAgain(absent)).result();
    }

    @Test
    void aTombstoneOfTheMirrorIsProofEnough() {
        ReadResult tombstone = found(Samples.server("deleting", 1, 2, 0, "n"), MIRROR);
        assertThat(copy(steps(new Evidence.None()), tombstone, new ReadResult.Absent()))
                .isEqualTo(new Step.Delete(MIRROR));
    }

    @Test
    void anAbsenceAfterAWriteOfOursIsNotTheEndOfTheCopy() {
        CopySteps steps = steps(new Evidence.Wrote(AUTHORITY));
        assertThat(copy(steps, new ReadResult.Absent(), new ReadResult.Absent()))
                .isInstanceOf(Step.ReadSoon.class);
    }

    /** A record of an earlier life of the key may have come further than ours. */
    @ParameterizedTest
    @ValueSource(longs = {1, 9})
    void neitherAnOlderNorANewerRecordThanOursCountsAtOnce(long epoch) {
        Evidence wrote = new Evidence.Wrote(AUTHORITY);
        ReadResult other = found(Samples.server(epoch, 2, 0, "n"), new Version("other"));
        CopySteps steps = steps(wrote);
        assertThat(copy(steps, EXTRA, other)).isInstanceOf(Step.ReadSoon.class);
        assertThat(steps.onAuthority(other)).isInstanceOf(Step.ReadLater.class);
        assertThat(steps.onAuthority(other)).isInstanceOf(Step.Replace.class);
    }

    @Test
    void aReadingThatIsKnownToBeOursByTheNextLookCountsThen() {
        Evidence[] known = {new Evidence.None()};
        CopySteps steps = new CopySteps(RecordOrder.durableRecords(), false, () -> known[0]);
        ReadResult ours = found(Samples.server(2, 2, 0, "n"), AUTHORITY);
        assertThat(copy(steps, EXTRA, ours)).isInstanceOf(Step.ReadSoon.class);
        known[0] = new Evidence.Wrote(AUTHORITY);
        assertThat(steps.onAuthority(ours)).isInstanceOf(Step.Replace.class);
    }

    /** Whoever wrote to the mirror meanwhile may have written over ours before, and what we read is what a cache has kept. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasKnownBeforeALostRaceDoesNotCountAfterIt(boolean conflict) {
        CopySteps steps = steps(new Evidence.Wrote(AUTHORITY));
        ReadResult ours = found(Samples.server(2, 2, 0, "n"), AUTHORITY);
        assertThat(copy(steps, EXTRA, ours)).isInstanceOf(Step.Replace.class);
        OutcomeUnknownException lost = new OutcomeUnknownException(
                OutcomeUnknownException.Reason.AMBIGUOUS_WRITE, "The answer is lost", Map.of());
        assertThat(steps.onReplace(conflict ? new WriteResult.Conflict() : new WriteResult.Unknown(lost)))
                .isInstanceOf(Step.ReadMirror.class);
        steps.onMirror(found(Samples.server(1, 1, 0, "a later life"), new Version("m2")));
        assertThat(steps.onAuthority(ours)).isInstanceOf(Step.ReadSoon.class);
        assertThat(steps.onAuthority(ours)).isInstanceOf(Step.ReadLater.class);
        assertThat(steps.onAuthority(found(Samples.server(1, 1, 0, "a later life"), new Version("a2"))))
                .isEqualTo(new Step.Done(new Copied.Unsettled()));
    }

    @Test
    void whatBecameKnownAfterALostRaceCountsAtOnce() {
        Evidence[] known = {new Evidence.Wrote(AUTHORITY)};
        CopySteps steps = new CopySteps(RecordOrder.durableRecords(), false, () -> known[0]);
        copy(steps, EXTRA, found(Samples.server(2, 2, 0, "n"), AUTHORITY));
        steps.onReplace(new WriteResult.Conflict());
        steps.onMirror(EXTRA);
        Version newer = new Version("a2");
        known[0] = new Evidence.Wrote(newer);
        assertThat(steps.onAuthority(found(Samples.server(2, 3, 0, "n"), newer)))
                .isInstanceOf(Step.Replace.class);
    }

    /** The mirror may stand later because others have gone on with the life that our write began. */
    @Test
    void aMirrorThatStandsLaterIsNotReplacedOnOneReading() {
        CopySteps steps = new CopySteps(RecordOrder.durableRecords(), true, () -> new Evidence.Wrote(AUTHORITY));
        ReadResult later = found(Samples.server(3, 1, 3, "n"), MIRROR);
        assertThat(copy(steps, later, found(Samples.server(1, 1, 1, "n"), AUTHORITY)))
                .isInstanceOf(Step.ReadSoon.class);
        steps.onAuthority(found(Samples.server(1, 1, 1, "n"), AUTHORITY));
        assertThat(steps.onAuthority(found(Samples.server(3, 1, 3, "n"), new Version("a3"))))
                .isEqualTo(new Step.Done(new Copied.Unsettled()));
    }

    @Test
    void aMirrorThatLooksLikeAnOldReadingIsNotTakenForEqual() {
        byte[] old = Samples.server(2, 2, 0, "n");
        CopySteps steps = steps(new Evidence.Wrote(AUTHORITY));
        assertThat(copy(steps, found(old, MIRROR), found(old, new Version("old"))))
                .isInstanceOf(Step.ReadSoon.class);
        assertThat(steps.onAuthority(found(Samples.server(2, 3, 0, "n"), AUTHORITY)))
                .isInstanceOf(Step.Replace.class);
    }

    @Test
    void aCreatedRecordIsTakenBackWhenItIsProvedThatItIsNotWantedAnyMore() {
        CopySteps steps = steps(false);
        Step create = copy(steps, new ReadResult.Absent(), found(Samples.server(1, 1, 0, "n"), AUTHORITY));
        assertThat(create).isInstanceOf(Step.Create.class);
        Version mine = new Version("mine");
        assertThat(steps.onCreate(new WriteResult.Stored(mine))).isInstanceOf(Step.ReadAuthority.class);
        assertThat(steps.onAuthority(new ReadResult.Absent())).isInstanceOf(Step.ReadLater.class);
        assertThat(steps.onAuthority(new ReadResult.Absent())).isInstanceOf(Step.ReadListing.class);
        assertThat(steps.onListing(false)).isInstanceOf(Step.ReadWitness.class);
        assertThat(steps.onWitness(WITNESS)).isEqualTo(new Step.TakeBack(mine));
    }

    @Test
    void aCreatedRecordStaysWhenItsAbsenceIsNotSeenTwice() {
        CopySteps steps = steps(false);
        copy(steps, new ReadResult.Absent(), found(Samples.server(1, 1, 0, "n"), AUTHORITY));
        steps.onCreate(new WriteResult.Stored(MIRROR));
        steps.onAuthority(new ReadResult.Absent());
        assertThat(steps.onAuthority(found(Samples.server(1, 1, 0, "n"), AUTHORITY)))
                .isInstanceOfSatisfying(
                        Step.Done.class, done -> assertThat(done.result()).isInstanceOf(Copied.Same.class));
    }

    @Test
    void aLostRaceLooksAgainAndIsBusyInTheEnd() {
        CopySteps steps = steps(false);
        Step step = steps.begin();
        while (!(step instanceof Step.Done)) {
            steps.onMirror(found(Samples.server(1, 1, 0, "n"), MIRROR));
            while (!(step instanceof Step.Replace)) {
                step = steps.onAuthority(found(Samples.server(1, 2, 0, "n"), AUTHORITY));
            }
            step = steps.onReplace(new WriteResult.Conflict());
        }
        assertThat(step).isEqualTo(new Step.Done(new Copied.Busy()));
    }

    @Test
    void aReadThatFailsIsNeverTakenForAnAbsentRecord() {
        CopySteps steps = steps(false);
        steps.begin();
        steps.onMirror(found(Samples.server(1, 1, 0, "n"), MIRROR));
        assertThat(steps.onAuthority(new ReadResult.Failed(true, new IllegalStateException("down"))))
                .isInstanceOfSatisfying(
                        Step.Done.class, done -> assertThat(done.result()).isInstanceOf(Copied.Failed.class));
    }
}
