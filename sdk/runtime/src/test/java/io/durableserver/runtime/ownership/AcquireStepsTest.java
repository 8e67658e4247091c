package io.durableserver.runtime.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.RejectedException;
import io.durableserver.ServerStatus;
import io.durableserver.runtime.ownership.AcquireSteps.Purpose;
import io.durableserver.runtime.ownership.AcquireSteps.Result;
import io.durableserver.runtime.ownership.AcquireSteps.Step;
import io.durableserver.runtime.ownership.AcquireSteps.Wanted;
import io.durableserver.runtime.ownership.ConditionalWrite.Outcome;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.record.StoredRecord;
import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.runtime.wire.Start;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Session;
import io.durableserver.spi.Version;
import io.durableserver.spi.View;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may own a key, for every status, owner and view (P1, P4). */
class AcquireStepsTest {
    private static final Session ME = new Session("me", "i1");
    private static final Session PEER = new Session("peer", "i1");
    private static final Session LOST = new Session("lost", "i1");
    private static final View VIEW = View.of(1, List.of(ME, PEER));
    private static final byte[] STATE = {'1'};

    private static AcquireSteps steps(boolean explicit, boolean existingOnly) {
        Start.Cause cause = !explicit
                ? new Start.Cause.Revive()
                : existingOnly ? new Start.Cause.Explicit() : new Start.Cause.First("json", 1, STATE);
        return steps(new Purpose.Serve(cause, false));
    }

    private static AcquireSteps steps(Purpose purpose) {
        return new AcquireSteps(new Wanted("k", "counter", purpose), ME, 5);
    }

    private static StoredRecord record(ServerStatus status, Session owner) {
        return new StoredRecord("counter", 1, status, owner, 7, 70, 0, true, Map.of("a", "b"), "json", STATE);
    }

    private static ReadResult found(StoredRecord record) {
        return new ReadResult.Found(RecordFormat.encode(record), new Version("v7"));
    }

    private static @Nullable Reason reason(Step step) {
        return step instanceof Step.Done done
                        && done.result() instanceof Result.Failed failed
                        && failed.error() instanceof NotAppliedException refused
                ? refused.reason()
                : null;
    }

    private static StoredRecord claimed(AcquireSteps steps) {
        Step claim = steps.onLoaded(null, List.of());
        assertThat(claim).isInstanceOf(Step.Claim.class);
        byte[] bytes = ((Step.Claim) claim).write().bytes();
        return RecordFormat.decode("k", bytes == null ? new byte[0] : bytes);
    }

    @Test
    void absentRecordIsCreatedWithTheFirstEpoch() {
        AcquireSteps steps = steps(true, false);
        assertThat(steps.onRecord(new ReadResult.Absent(), VIEW)).isInstanceOf(Step.Load.class);
        StoredRecord record = claimed(steps);
        assertThat(record.epoch()).isEqualTo(1);
        assertThat(record.writes()).isEqualTo(1);
        assertThat(record.owner()).isEqualTo(ME);
        Step done = steps.onClaimed(new Outcome.Stored(new Version("v1")), true);
        assertThat(((Result.Won) ((Step.Done) done).result()).firstBoot()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"false,true", "true,true"})
    void absentRecordIsNotFoundUnlessItMayBeCreated(boolean explicit, boolean existingOnly) {
        assertThat(reason(steps(explicit, existingOnly).onRecord(new ReadResult.Absent(), VIEW)))
                .isEqualTo(Reason.NOT_FOUND);
    }

    @ParameterizedTest
    @CsvSource({"false,1,1", "true,8,71"})
    void firstStateIsMadeWhereTheStoreHasNoneOfTheKey(boolean deleted, long epoch, long writes) {
        AcquireSteps steps = steps(new Purpose.Serve(new Start.Cause.Revive(), true));
        ReadResult read = deleted ? found(record(ServerStatus.DELETING, ME)) : new ReadResult.Absent();
        assertThat(steps.onRecord(read, VIEW)).isEqualTo(new Step.MakeFirst());
        assertThat(steps.onFirst(new Start.Cause.First("json", 3, STATE), null)).isInstanceOf(Step.Load.class);
        StoredRecord record = claimed(steps);
        assertThat(record.epoch()).isEqualTo(epoch);
        assertThat(record.writes()).isEqualTo(writes);
        assertThat(record.schemaVersion()).isEqualTo(3);
        assertThat(record.state()).isEqualTo(STATE);
        Step done = steps.onClaimed(new Outcome.Stored(new Version("v1")), true);
        assertThat(((Result.Won) ((Step.Done) done).result()).firstBoot()).isTrue();
    }

    @Test
    void firstStateThatCannotBeMadeEndsTheStartWithItsError() {
        AcquireSteps steps = steps(new Purpose.Serve(new Start.Cause.Revive(), true));
        steps.onRecord(new ReadResult.Absent(), VIEW);
        RejectedException refused = new RejectedException("NO", "no", Map.of());
        assertThat(steps.onFirst(null, refused)).isEqualTo(new Step.Done(new Result.Failed(refused)));
    }

    @Test
    void storedStateIsNotMadeAnew() {
        AcquireSteps steps = steps(new Purpose.Serve(new Start.Cause.Revive(), true));
        assertThat(steps.onRecord(found(record(ServerStatus.CRASHED, PEER)), VIEW))
                .isInstanceOf(Step.Load.class);
        assertThat(claimed(steps).epoch()).isEqualTo(8);
    }

    @ParameterizedTest
    @EnumSource(
            value = ServerStatus.class,
            names = {"STOPPED_GRACEFUL", "CRASHED"})
    void stoppedServerIsFreeWhoeverOwnedIt(ServerStatus status) {
        for (Session owner : new Session[] {ME, PEER, LOST}) {
            AcquireSteps steps = steps(false, true);
            assertThat(steps.onRecord(found(record(status, owner)), VIEW)).isInstanceOf(Step.Load.class);
            StoredRecord next = claimed(steps);
            assertThat(next.epoch()).isEqualTo(8);
            assertThat(next.writes()).isEqualTo(71);
            assertThat(next.status()).isEqualTo(ServerStatus.RUNNING);
            assertThat(next.permanent()).isTrue();
            assertThat(next.metadata()).containsEntry("a", "b");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ServerStatus.class,
            names = {"STOPPED_PERMANENT", "PERMANENTLY_CRASHED"})
    void serverStoppedForGoodNeedsAnExplicitStart(ServerStatus status) {
        assertThat(reason(steps(false, true).onRecord(found(record(status, PEER)), VIEW)))
                .isEqualTo(Reason.NOT_RUNNING);
        assertThat(steps(true, false).onRecord(found(record(status, PEER)), VIEW))
                .isInstanceOf(Step.Load.class);
    }

    private static AcquireSteps ending(ServerStatus status) {
        return steps(new Purpose.End(status));
    }

    @ParameterizedTest
    @EnumSource(
            value = ServerStatus.class,
            names = {"STOPPED_GRACEFUL", "STOPPED_PERMANENT", "CRASHED", "PERMANENTLY_CRASHED"})
    void theEndOfAStoppedServerIsClaimedWithoutItsCodeAndWithoutTheDirectory(ServerStatus status) {
        AcquireSteps steps = ending(ServerStatus.DELETING);
        assertThat(steps.begin()).isEqualTo(new Step.ReadRecord());
        Step claim = steps.onRecord(found(record(status, LOST)), VIEW);
        assertThat(claim).isInstanceOf(Step.Claim.class);
        byte[] bytes = ((Step.Claim) claim).write().bytes();
        StoredRecord last = RecordFormat.decode("k", bytes == null ? new byte[0] : bytes);
        assertThat(last.status()).isEqualTo(ServerStatus.DELETING);
        assertThat(last.owner()).isEqualTo(ME);
        assertThat(last.epoch()).isEqualTo(8);
        assertThat(last.writes()).isEqualTo(71);
        assertThat(last.state()).isEmpty();
        Step done = steps.onClaimed(new Outcome.Stored(new Version("v8")), true);
        assertThat(((Result.Won) ((Step.Done) done).result()).version()).isEqualTo(new Version("v8"));
    }

    @Test
    void aServerThatMayRunIsNotEndedInTheStore() {
        for (Session owner : new Session[] {ME, PEER}) {
            AcquireSteps steps = ending(ServerStatus.STOPPED_PERMANENT);
            assertThat(steps.onRecord(found(record(ServerStatus.RUNNING, owner)), VIEW))
                    .isEqualTo(new Step.AskOwner(owner));
            assertThat(steps.onOwnerAnswer(owner, true, VIEW)).isEqualTo(new Step.Done(new Result.Elsewhere(owner)));
            assertThat(steps.onOwnerAnswer(owner, false, VIEW)).isInstanceOf(Step.Claim.class);
        }
        AcquireSteps steps = ending(ServerStatus.STOPPED_PERMANENT);
        assertThat(steps.onRecord(found(record(ServerStatus.RUNNING, LOST)), VIEW))
                .isEqualTo(new Step.AwaitGone(LOST));
        assertThat(steps.onGone(null)).isInstanceOf(Step.Claim.class);
    }

    @Test
    void whereNothingIsStoredThereIsNothingToEnd() {
        assertThat(reason(ending(ServerStatus.DELETING).onRecord(new ReadResult.Absent(), VIEW)))
                .isEqualTo(Reason.NOT_FOUND);
        assertThat(reason(ending(ServerStatus.STOPPED_PERMANENT)
                        .onRecord(found(record(ServerStatus.DELETING, LOST)), VIEW)))
                .isEqualTo(Reason.NOT_FOUND);
    }

    @Test
    void anEndThatLostItsRaceLooksAgain() {
        AcquireSteps steps = ending(ServerStatus.DELETING);
        steps.onRecord(found(record(ServerStatus.CRASHED, LOST)), VIEW);
        assertThat(steps.onClaimed(new Outcome.Conflict(false), true)).isEqualTo(new Step.ReadRecord());
        assertThat(steps.onRecord(found(record(ServerStatus.RUNNING, PEER)), VIEW))
                .isEqualTo(new Step.AskOwner(PEER));
    }

    /** The claim is the end: when it may be stored, no later trouble is told as "not applied" (P2). */
    @Test
    void endThatMayBeStoredIsNeverToldAsNotApplied() {
        ReadResult unreadable = new ReadResult.Failed(false, new IllegalStateException());
        assertThat(unknown(endedPerhaps(new Outcome.Unknown(new IllegalStateException()))))
                .isTrue();
        AcquireSteps again = ending(ServerStatus.DELETING);
        again.onRecord(found(record(ServerStatus.CRASHED, LOST)), VIEW);
        assertThat(again.onClaimed(new Outcome.Conflict(true), true)).isEqualTo(new Step.ReadRecord());
        assertThat(unknown(again.onRecord(unreadable, VIEW))).isTrue();
        assertThat(unknown(again.onRecord(new ReadResult.Absent(), VIEW))).isTrue();
        assertThat(unknown(endedPerhaps(new Outcome.NotApplied(new IllegalStateException()))))
                .isFalse();
        AcquireSteps serving = steps(true, true);
        serving.onRecord(found(record(ServerStatus.CRASHED, LOST)), VIEW);
        assertThat(unknown(serving.onClaimed(new Outcome.Unknown(new IllegalStateException()), true)))
                .isFalse(); // a claim changes no state
    }

    private static Step endedPerhaps(Outcome outcome) {
        AcquireSteps steps = ending(ServerStatus.DELETING);
        steps.onRecord(found(record(ServerStatus.CRASHED, LOST)), VIEW);
        return steps.onClaimed(outcome, true);
    }

    private static boolean unknown(Step step) {
        return ((Result.Failed) ((Step.Done) step).result()).error() instanceof OutcomeUnknownException;
    }

    @Test
    void cordonedServerIsRefused() {
        assertThat(reason(steps(true, false).onRecord(found(record(ServerStatus.CORDONED, ME)), VIEW)))
                .isEqualTo(Reason.CORDONED);
    }

    @Test
    void runningServerOfOursIsFreeOfAPeerIsAskedOfALostSessionIsAwaited() {
        assertThat(steps(false, true).onRecord(found(record(ServerStatus.RUNNING, ME)), VIEW))
                .isInstanceOf(Step.Load.class);
        assertThat(steps(false, true).onRecord(found(record(ServerStatus.RUNNING, PEER)), VIEW))
                .isEqualTo(new Step.AskOwner(PEER));
        assertThat(steps(false, true).onRecord(found(record(ServerStatus.RUNNING, LOST)), VIEW))
                .isEqualTo(new Step.AwaitGone(LOST));
    }

    @Test
    void peerThatServesKeepsTheKeyOneThatDoesNotLosesIt() {
        AcquireSteps steps = steps(false, true);
        steps.onRecord(found(record(ServerStatus.RUNNING, PEER)), VIEW);
        assertThat(steps.onOwnerAnswer(PEER, true, VIEW)).isEqualTo(new Step.Done(new Result.Elsewhere(PEER)));
        assertThat(reason(steps.onOwnerAnswer(PEER, null, VIEW))).isEqualTo(Reason.OWNER_LEASE_ACTIVE);
        View without = View.of(2, List.of(ME));
        assertThat(steps.onOwnerAnswer(PEER, null, without)).isEqualTo(new Step.AwaitGone(PEER));
        assertThat(steps.onOwnerAnswer(PEER, false, VIEW)).isInstanceOf(Step.Load.class);
    }

    @Test
    void ownerNotCertainlyGoneKeepsTheKey() {
        AcquireSteps steps = steps(false, true);
        steps.onRecord(found(record(ServerStatus.RUNNING, LOST)), VIEW);
        assertThat(reason(steps.onGone(new IllegalStateException()))).isEqualTo(Reason.OWNER_LEASE_ACTIVE);
        assertThat(steps.onGone(null)).isInstanceOf(Step.Load.class);
        assertThat(claimed(steps).epoch()).isEqualTo(8);
    }

    @Test
    void tombstoneOfAFinishedOwnerIsReplacedByAFreshState() {
        AcquireSteps steps = steps(true, false);
        assertThat(steps.onRecord(found(record(ServerStatus.DELETING, ME)), VIEW))
                .isInstanceOf(Step.Load.class);
        StoredRecord next = claimed(steps);
        assertThat(next.epoch()).isEqualTo(8);
        assertThat(next.metadata()).isEmpty();
        assertThat(next.permanent()).isFalse();
        assertThat(reason(steps(false, true).onRecord(found(record(ServerStatus.DELETING, ME)), VIEW)))
                .isEqualTo(Reason.NOT_FOUND);
        assertThat(steps(true, false).onRecord(found(record(ServerStatus.DELETING, PEER)), VIEW))
                .isEqualTo(new Step.AskOwner(PEER));
    }

    @Test
    void otherTypeBadRecordAndFailedReadLeaveEverythingAsItWas() {
        StoredRecord other =
                new StoredRecord("chat", 1, ServerStatus.STOPPED_GRACEFUL, ME, 1, 1, 0, false, Map.of(), "json", STATE);
        assertThat(reason(steps(true, false).onRecord(found(other), VIEW))).isEqualTo(Reason.TYPE_MISMATCH);
        ReadResult foreign = new ReadResult.Found(new byte[] {1}, new Version("v"));
        assertThat(reason(steps(true, false).onRecord(foreign, VIEW))).isEqualTo(Reason.RECORD_FOREIGN);
        ReadResult failed = new ReadResult.Failed(false, new IllegalStateException());
        assertThat(reason(steps(true, false).onRecord(failed, VIEW))).isEqualTo(Reason.STORAGE_UNAVAILABLE);
    }

    @ParameterizedTest
    @EnumSource(names = {"RECORD_CORRUPT", "STATE_TOO_LARGE", "RECORD_NEWER", "RECORD_FOREIGN"})
    void whatTheStoreKnowsOfARecordItCannotReadIsToldAsItIs(Reason reason) {
        ReadResult failed = new ReadResult.Failed(
                false, new CompletionException(new NotAppliedException(reason, "damaged", Map.of("problem", "a bit"))));
        Step step = steps(true, false).onRecord(failed, VIEW);
        assertThat(reason(step)).isEqualTo(reason);
        DurableServerException error = ((Result.Failed) ((Step.Done) step).result()).error();
        assertThat(error.context()).containsEntry("key", "k").containsEntry("problem", "a bit");
        assertThat(error.text()).isEqualTo("damaged");
    }

    @Test
    void aStoreThatIsBusyIsNotAvailableWhateverItsReason() {
        ReadResult failed = new ReadResult.Failed(false, new NotAppliedException(Reason.OVERLOADED, "busy", Map.of()));
        assertThat(reason(steps(true, false).onRecord(failed, VIEW))).isEqualTo(Reason.STORAGE_UNAVAILABLE);
    }

    @Test
    void aLeaseThatNobodyCanReadIsToldAsThat() {
        AcquireSteps steps = steps(false, true);
        steps.onRecord(found(record(ServerStatus.RUNNING, LOST)), VIEW);
        NotAppliedException damaged = new NotAppliedException(Reason.RECORD_CORRUPT, "x", Map.of("key", "lease"));
        assertThat(steps.onGone(new CompletionException(damaged))).isEqualTo(new Step.Done(new Result.Failed(damaged)));
    }

    /** An epoch is a fencing token: one that went backwards would let an old owner's writes pass elsewhere (P1). */
    @ParameterizedTest
    @CsvSource({"9223372036854775807, 70, epoch", "-1, 70, epoch", "7, 9223372036854775807, writes", "7, -1, writes"})
    void numbersOfARecordEndWithAnErrorAndNeverWrap(long epoch, long writes, String member) {
        for (ServerStatus status : new ServerStatus[] {ServerStatus.STOPPED_GRACEFUL, ServerStatus.DELETING}) {
            StoredRecord last =
                    new StoredRecord("counter", 1, status, ME, epoch, writes, 0, false, Map.of(), "json", STATE);
            Step step = steps(true, false).onRecord(found(last), VIEW);
            assertThat(reason(step)).isEqualTo(Reason.RECORD_CORRUPT);
            assertThat(((Result.Failed) ((Step.Done) step).result()).error().context())
                    .containsEntry("key", "k")
                    .containsEntry("member", member);
        }
    }

    @Test
    void withoutADirectoryTheRecordDecides() {
        AcquireSteps steps = steps(true, false);
        assertThat(steps.onNoDirectory()).isInstanceOf(Step.ReadRecord.class);
        assertThat(steps.onRecord(found(record(ServerStatus.RUNNING, PEER)), VIEW))
                .isEqualTo(new Step.AskOwner(PEER));
    }

    @Test
    void directoryEntryOfAPeerWinsOneOfALostSessionOrOfOursIsReplaced() {
        AcquireSteps steps = steps(true, false);
        assertThat(steps.onDirectory(new Directory.Cas(true, Optional.of(steps.entry())), VIEW))
                .isInstanceOf(Step.ReadRecord.class);
        assertThat(steps.onDirectory(new Directory.Cas(false, Optional.empty()), VIEW))
                .isEqualTo(steps.begin());
        for (Session session : new Session[] {ME, LOST}) {
            Optional<DirectoryEntry> present = Optional.of(
                    new DirectoryEntry("counter", session, 3, DirectoryEntry.Phase.RUNNING, false, Map.of()));
            assertThat(steps.onDirectory(new Directory.Cas(false, present), VIEW))
                    .isEqualTo(new Step.ClaimDirectory(present, steps.entry()));
        }
        DirectoryEntry peers = new DirectoryEntry("counter", PEER, 3, DirectoryEntry.Phase.RUNNING, false, Map.of());
        assertThat(steps.onDirectory(new Directory.Cas(false, Optional.of(peers)), VIEW))
                .isEqualTo(new Step.Done(new Result.Elsewhere(PEER)));
    }

    @Test
    void lostRaceBeginsAgainWhileThereIsTime() {
        AcquireSteps steps = steps(true, false);
        steps.onRecord(new ReadResult.Absent(), VIEW);
        steps.onLoaded(null, List.of());
        assertThat(steps.onClaimed(new Outcome.Conflict(false), true)).isInstanceOf(Step.ReadRecord.class);
        assertThat(reason(steps.onClaimed(new Outcome.Conflict(true), false))).isEqualTo(Reason.OWNER_LEASE_ACTIVE);
        IllegalStateException cause = new IllegalStateException();
        assertThat(reason(steps.onClaimed(new Outcome.NotApplied(cause), true))).isEqualTo(Reason.STORAGE_UNAVAILABLE);
        assertThat(steps.onRecord(found(record(ServerStatus.STOPPED_GRACEFUL, PEER)), VIEW))
                .isInstanceOf(Step.Load.class);
        Step won = steps.onClaimed(new Outcome.Stored(new Version("v8")), true);
        assertThat(((Result.Won) ((Step.Done) won).result()).firstBoot()).isFalse();
    }

    @Test
    void stateThatCannotBeLoadedIsNotClaimed() {
        DurableServerException error = new NotAppliedException(Reason.RECORD_NEWER, "x", Map.of());
        AcquireSteps steps = steps(true, false);
        steps.onRecord(new ReadResult.Absent(), VIEW);
        assertThat(steps.onLoaded(error, List.of())).isEqualTo(new Step.Done(new Result.Failed(error)));
    }

    /** A process that has our name may only be frozen, and wake up as the owner (P4). */
    @Test
    void recordOfAnEarlierProcessOfThisNodeIsNotFree() {
        Session before = new Session(ME.node(), "i0");
        for (ServerStatus status : List.of(ServerStatus.RUNNING, ServerStatus.DELETING)) {
            assertThat(steps(true, false).onRecord(found(record(status, before)), VIEW))
                    .isEqualTo(new Step.AwaitGone(before));
        }
    }

    /** The winner of the race runs: it is asked like any owner (P4). */
    @Test
    void winnerOfALostRaceIsAskedBeforeTheClaimIsTriedAgain() {
        AcquireSteps steps = steps(true, false);
        steps.onRecord(new ReadResult.Absent(), VIEW);
        steps.onLoaded(null, List.of());
        assertThat(steps.onClaimed(new Outcome.Conflict(false), true)).isInstanceOf(Step.ReadRecord.class);
        assertThat(steps.onRecord(found(record(ServerStatus.RUNNING, PEER)), VIEW))
                .isEqualTo(new Step.AskOwner(PEER));
    }
}
