package io.durableserver.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
