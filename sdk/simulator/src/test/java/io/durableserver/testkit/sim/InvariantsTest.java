package io.durableserver.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.StopReason;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.RuntimeEvents;
import io.durableserver.spi.ServerEvent;
import io.durableserver.spi.ServerEvent.StartCause;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every invariant notices what it is for, and nothing else. */
class InvariantsTest {
    private static final Session ONE = new Session("one", "i1");
    private static final Session TWO = new Session("two", "i2");

    private final Simulation simulation = new Simulation(7, SimConfig.DEFAULT);
    private final OwnershipInvariants ownership = new OwnershipInvariants(simulation);
    private final DurabilityInvariants durability = new DurabilityInvariants(simulation);
    private final FactInvariants facts = new FactInvariants(simulation);
    private final OpenTurnInvariants opens = new OpenTurnInvariants(simulation, Duration.ofSeconds(1));

    private void assertBroken(String promise, String message) {
        assertThatThrownBy(simulation::throwIfFailed)
                .isInstanceOfSatisfying(
                        SimulationFailure.class,
                        failure -> assertThat(failure.promise()).isEqualTo(promise))
                .hasMessageContaining(message);
    }

    private void turn(Session node, long epoch) {
        ownership.turnStarted("k", node, epoch);
        ownership.turnEnded("k", node);
    }

    @Test
    void aProperHistoryPasses() {
        ownership.stored("k", ONE, 1, 1);
        turn(ONE, 1);
        long first = durability.issue("k", true);
        ownership.stored("k", ONE, 1, 2);
        durability.stored("k", List.of(first));
        durability.acknowledge(first);
        long lost = durability.issue("k", true);
        durability.unknown(lost);
        ownership.stored("k", TWO, 2, 3);
        turn(TWO, 2);
        durability.read("k", List.of(first), durability.mark("k"));
        assertThatCode(simulation::throwIfFailed).doesNotThrowAnyException();
    }

    @Test
    void anOldEpochMustNotBeWritten() {
        ownership.stored("k", TWO, 2, 1);
        ownership.stored("k", ONE, 1, 2);
        assertBroken("P1", "epoch 1 of one/i1 was written over epoch 2");
    }

    @Test
    void twoOwnersMustNotShareAnEpoch() {
        ownership.stored("k", ONE, 1, 1);
        ownership.stored("k", TWO, 1, 2);
        assertBroken("P1", "belongs to one/i1 and to two/i2");
    }

    @Test
    void theWriteCountMustGrow() {
        ownership.stored("k", ONE, 1, 1);
        ownership.stored("k", ONE, 1, 1);
        assertBroken("P1", "came after write 1");
    }

    @Test
    void anOldOwnerMustNotRunATurn() {
        ownership.stored("k", ONE, 1, 1);
        turn(ONE, 1);
        ownership.stored("k", TWO, 2, 2);
        turn(TWO, 2);
        turn(ONE, 1);
        assertBroken("P4", "one/i1 started a turn of epoch 1 after the first turn of epoch 2");
    }

    @Test
    void aTurnMustNotRunInsideAnother() {
        ownership.stored("k", ONE, 1, 1);
        ownership.turnStarted("k", ONE, 1);
        ownership.turnStarted("k", ONE, 1);
        assertBroken("P4", "inside another turn");
    }

    @Test
    void anOwnershipThatIsNotStoredMustNotServe() {
        turn(ONE, 1);
        assertBroken("P1", "the store has epoch -1");
    }

    @Test
    void anAcknowledgedIncrementMustBeStored() {
        durability.acknowledge(durability.issue("k", true));
        assertBroken("P2", "acknowledged, but is not stored");
    }

    @Test
    void aLazyIncrementMayBeAcknowledgedBeforeItIsStored() {
        durability.acknowledge(durability.issue("k", false));
        assertThatCode(simulation::throwIfFailed).doesNotThrowAnyException();
    }

    @Test
    void anAcknowledgedIncrementMustNotBeLost() {
        long id = durability.issue("k", true);
        durability.stored("k", List.of(id));
        durability.acknowledge(id);
        durability.stored("k", List.of());
        assertBroken("P2", "was lost by a write");
    }

    @Test
    void anIncrementThatWasNotAppliedMustNotShowUp() {
        long id = durability.issue("k", true);
        durability.notApplied(id);
        durability.stored("k", List.of(id));
        assertBroken("P2", "stored after its client was told it was not applied");
    }

    @Test
    void anIncrementMustNotBeAppliedTwice() {
        long id = durability.issue("k", true);
        durability.stored("k", List.of(id, id));
        assertBroken("P2", "applied twice");
    }

    @Test
    void aReadMustNotShowWhatIsNotStored() {
        long id = durability.issue("k", true);
        durability.read("k", List.of(id), durability.mark("k"));
        assertBroken("P3", "was seen before it was stored");
    }

    @Test
    void aReadMustShowWhatWasAcknowledgedBeforeIt() {
        long id = durability.issue("k", true);
        durability.stored("k", List.of(id));
        durability.acknowledge(id);
        durability.read("k", List.of(), durability.mark("k"));
        assertBroken("P2", "does not show increment");
    }

    @Test
    void aReadDoesNotShowWhatWasDeletedBeforeIt() {
        long id = durability.issue("k", true);
        durability.stored("k", List.of(id));
        durability.acknowledge(id);
        durability.deleted("k");
        durability.read("k", List.of(), durability.mark("k"));
        assertThatCode(simulation::throwIfFailed).doesNotThrowAnyException();
        durability.read("k", List.of(id), durability.mark("k"));
        assertBroken("P2", "deleted before it was sent");
    }

    @Test
    void whatWasDeletedMustNotComeBack() {
        long id = durability.issue("k", true);
        durability.stored("k", List.of(id));
        durability.deleted("k");
        durability.stored("k", List.of(id));
        assertBroken("P2", "came back");
    }

    @Test
    void aDeleteIsToldAsItEnds() {
        DurabilityInvariants.Delete first = durability.deleting("k");
        durability.deleted("k");
        durability.deleteAnswered(first, true);
        assertThatCode(simulation::throwIfFailed).doesNotThrowAnyException();
        durability.deleteAnswered(durability.deleting("k"), true);
        assertBroken("P2", "the store has it still");
    }

    @Test
    void aDeleteThatTookPlaceIsNotToldAsNotApplied() {
        DurabilityInvariants.Delete delete = durability.deleting("k");
        durability.deleted("k");
        durability.deleteFailed(delete, true);
        assertBroken("P2", "nothing was done");
    }

    @Test
    void aDeleteWhoseOutcomeIsOpenMayBeWhatALaterOneIsToldOf() {
        DurabilityInvariants.Delete first = durability.deleting("k");
        durability.deleted("k");
        durability.deleteFailed(first, false);
        durability.deleteAnswered(durability.deleting("k"), true);
        assertThatCode(simulation::throwIfFailed).doesNotThrowAnyException();
        durability.deleteAnswered(durability.deleting("other"), true);
        assertBroken("P2", "the store has it still");
    }

    @Test
    void whatMustBeSavedIs() {
        long id = durability.issue("k", false);
        durability.saved("k", List.of(id), "it said so");
        assertBroken("P6", "is not stored, but it said so");
    }

    @Test
    void epochsBeginAnewAfterADelete() {
        ownership.stored("k", ONE, 1, 1);
        turn(ONE, 1);
        ownership.removed("k");
        ownership.stored("k", TWO, 1, 1);
        turn(TWO, 1);
        assertThatCode(simulation::throwIfFailed).doesNotThrowAnyException();
        turn(ONE, 1);
        assertBroken("P4", "after the record was removed");
    }

    @Test
    void aTurnThatIsHeldUpMayOverlapWithOneOfTheNextOwner() {
        ownership.stored("k", ONE, 1, 1);
        ownership.turnStarted("k", ONE, 1);
        ownership.stored("k", TWO, 2, 2);
        ownership.turnStarted("k", TWO, 2);
        ownership.turnEnded("k", ONE);
        ownership.turnEnded("k", TWO);
        assertThatCode(simulation::throwIfFailed).doesNotThrowAnyException();
    }

    @Test
    void aSessionWhoseLeaseWasEndedServesNoMore() {
        LeaseInvariants leases = new LeaseInvariants(simulation);
        leases.turnStarted("k", ONE);
        leases.replyLeft(ONE);
        leases.ended(ONE, TWO);
        leases.turnStarted("k", TWO);
        assertThatCode(simulation::throwIfFailed).doesNotThrowAnyException();
        leases.replyLeft(ONE);
        assertBroken("P4", "a reply left one/i1 after its lease was ended");
    }

    private OpenTurnInvariants.Open opened(Session node, long epoch) {
        opens.turnStarted("k", node, epoch);
        return opens.opened("k", node, epoch);
    }

    @Test
    void openTurnIsTheOnlyOneUntilItMayBeGivenUp() {
        OpenTurnInvariants.Open first = opened(ONE, 1);
        opens.partStarted(first);
        opens.ended(first);
        OpenTurnInvariants.Open given = opened(ONE, 1);
        simulation.runFor(Duration.ofSeconds(2));
        OpenTurnInvariants.Open next = opened(ONE, 1);
        assertThat(given.isOvertaken()).isTrue();
        opened(TWO, 2);
        opened(TWO, 3);
        assertThatCode(simulation::throwIfFailed).doesNotThrowAnyException();
        assertThat(next.isOvertaken()).isFalse();
        opens.turnStarted("k", TWO, 3);
        assertBroken("P4", "two/i2 started a turn while another one was open");
    }

    @Test
    void turnThatWasGivenUpHasNoFurtherParts() {
        OpenTurnInvariants.Open given = opened(ONE, 1);
        simulation.runFor(Duration.ofSeconds(2));
        opened(ONE, 1);
        opens.partStarted(given);
        assertBroken("P4", "ran a part of a turn after another turn had begun");
    }

    @Test
    void turnThatEndedHasNoFurtherParts() {
        OpenTurnInvariants.Open turn = opened(ONE, 1);
        opens.ended(turn);
        opens.partStarted(turn);
        assertBroken("P4", "ran a part of a turn that had ended");
    }

    @Test
    void whatATurnDidThatWasGivenUpIsNeverStored() {
        long id = durability.issue("k", true);
        durability.voided(id);
        durability.unknown(id);
        durability.stored("k", List.of(id));
        assertBroken("P2", "stored after its turn was given up");
    }

    @Test
    void whatIsStoredIsNotGivenUpLater() {
        long id = durability.issue("k", true);
        durability.stored("k", List.of(id));
        durability.voided(id);
        assertBroken("P2", "is stored, but its turn was given up");
    }

    private void told(Session node, RuntimeEvent event) {
        facts.happened(new RuntimeEvents.Fact("p/", node, 0, event));
    }

    private void begun(Session node) {
        told(node, new ServerEvent.StartBegun("k", "t", StartCause.FIRST));
    }

    private void started(Session node, long epoch) {
        facts.stored("k", node, epoch);
        begun(node);
        told(node, new ServerEvent.Started("k", "t", StartCause.FIRST, Duration.ZERO, epoch));
    }

    private void stopped(Session node) {
        told(node, new ServerEvent.Stopped("k", "t", StopReason.normal(), Duration.ZERO));
    }

    @Test
    void factsOfAProperHistoryPass() {
        told(ONE, new NodeEvent.MemberJoined(TWO));
        started(ONE, 1);
        stopped(ONE);
        begun(ONE);
        told(ONE, new ServerEvent.StartedElsewhere("k", "t", StartCause.REVIVE, Duration.ZERO, TWO));
        told(ONE, new NodeEvent.MemberLeft(TWO, true));
        told(ONE, new NodeEvent.OwnerGone(TWO, ServerEvent.Evidence.EXPIRED, Duration.ZERO));
        started(ONE, 2);
        told(ONE, new ServerEvent.RecordConflict("k", "t", 2));
        told(ONE, new ServerEvent.Aborted("k", "t", ErrorCode.UNEXPECTED, "a test"));
        told(ONE, new NodeEvent.Closed(ONE, 0, 0));
        started(TWO, 3);
        assertThatCode(simulation::throwIfFailed).doesNotThrowAnyException();
        assertThat(facts.startsBefore(Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void startHasOneEnd() {
        started(ONE, 1);
        told(
                ONE,
                new ServerEvent.StartFailed(
                        "k",
                        "t",
                        StartCause.FIRST,
                        Duration.ZERO,
                        ErrorCode.HANDLER_FAILED,
                        new IllegalStateException()));
        assertBroken("facts", "ends a start that goes on no longer");
    }

    @Test
    void startDoesNotBeginTwice() {
        begun(ONE);
        begun(ONE);
        assertBroken("facts", "while the server starts or runs");
    }

    @Test
    void startThatIsToldToBeginIsMissedUntilItsEnd() {
        Session living = simulation.boot("one").session();
        begun(living);
        assertThat(facts.startsBefore(Long.MAX_VALUE)).containsExactly("k on " + living);
        told(living, new ServerEvent.StartedElsewhere("k", "t", StartCause.FIRST, Duration.ZERO, TWO));
        assertThat(facts.startsBefore(Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void serverHasOneEnd() {
        started(ONE, 1);
        stopped(ONE);
        stopped(ONE);
        assertBroken("facts", "ends a server that runs no longer");
    }

    @Test
    void epochThatIsToldIsInTheStore() {
        facts.stored("k", TWO, 7);
        begun(ONE);
        told(ONE, new ServerEvent.Started("k", "t", StartCause.FIRST, Duration.ZERO, 7));
        assertBroken("facts", "the store never had that claim");
    }

    @Test
    void writeThatFailedIsOneOfAnOwner() {
        started(ONE, 1);
        stopped(ONE);
        told(ONE, new ServerEvent.SyncUnknown("k", "t", 1, ErrorCode.UNEXPECTED, "a test"));
        assertThatCode(simulation::throwIfFailed).doesNotThrowAnyException();
        told(ONE, new ServerEvent.SyncFailed("k", "t", 2, ErrorCode.UNEXPECTED, "a test"));
        assertBroken("facts", "the store never had that claim");
    }

    @Test
    void nothingIsToldAfterTheLastFact() {
        told(ONE, new NodeEvent.Closed(ONE, 0, 0));
        begun(ONE);
        assertBroken("facts", "after it was closed");
    }

    @Test
    void nodeThatClosesInGoodOrderLeavesNothingOpen() {
        started(ONE, 1);
        told(ONE, new NodeEvent.Closed(ONE, 1, 0));
        assertBroken("facts", "closed in good order, but the server k");
    }

    @Test
    void memberHasLeftBeforeItIsGone() {
        told(ONE, new NodeEvent.MemberJoined(TWO));
        told(ONE, new NodeEvent.OwnerGone(TWO, ServerEvent.Evidence.PROVED, Duration.ZERO));
        assertBroken("facts", "before it was told that two/i2 left");
    }

    @Test
    void leaseIsSafeAfterAnAlarmOnly() {
        told(ONE, new NodeEvent.LeaseRanOut(ONE));
        told(ONE, new NodeEvent.LeaseSafe(ONE));
        assertThatCode(simulation::throwIfFailed).doesNotThrowAnyException();
        told(ONE, new NodeEvent.LeaseSafe(ONE));
        assertBroken("facts", "without an alarm before");
    }
}
