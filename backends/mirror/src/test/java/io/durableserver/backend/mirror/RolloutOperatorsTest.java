package io.durableserver.backend.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.backend.mirror.authority.AuthorityTransfer;
import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.control.Control;
import io.durableserver.backend.mirror.control.ControlKeys;
import io.durableserver.backend.mirror.rollout.Handover;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.backend.mirror.rollout.RolloutStatus;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.testkit.backend.FaultPlan;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.Operation;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What operators are told, when there are two of them and when a store is down, in virtual time. */
final class RolloutOperatorsTest extends RolloutFixture {
    private Open cutOver() {
        Open one = boot("n1");
        create(one.backend(), KEY, 1);
        cutOver(one);
        return one;
    }

    private static void wrongPhase(Handover end, String detail) {
        assertThat(end).isInstanceOfSatisfying(Handover.Refused.class, refused -> {
            assertThat(refused.why()).isEqualTo(Handover.Reason.WRONG_PHASE);
            assertThat(refused.detail()).isEqualTo(detail);
        });
    }

    @Test
    void aSecondCutOverIsToldThePhaseThatCounts() {
        Open one = cutOver();
        wrongPhase(world.await(one.rollout().cutOver(Pace.DEFAULT)), "The phase is cut_over, and must be verify");
        assertThatThrownBy(() -> world.await(one.rollout().backfill(Pace.DEFAULT)))
                .isInstanceOfSatisfying(NotAppliedException.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(Reason.NOT_READY);
                    assertThat(refused).hasMessageContaining("cut_over");
                });
    }

    @Test
    void aCutOverInThePauseOfAnotherIsToldSo() {
        Open one = boot("n1");
        world.await(one.rollout().backfill(Pace.DEFAULT));
        StorePair sides = new StorePair(
                new InMemoryBackend(world.source), new InMemoryBackend(world.target), Duration.ofSeconds(1));
        world.await(new AuthorityTransfer(new Control(sides, ControlKeys.of(Node.PREFIX, "default"), one.node()))
                .take(Side.SOURCE));
        wrongPhase(
                world.await(one.rollout().cutOver(Pace.DEFAULT)),
                "The phase is cutting_over (the handover of another operator, or of one that died: abort undoes it),"
                        + " and must be verify");
        assertThat(world.await(one.rollout().abort()).phase()).isEqualTo(Phase.VERIFY);
    }

    @Test
    void ofTwoCutOversAtOnceOneIsDoneAndTheOtherNamesTheReason() {
        Open one = boot("n1");
        Open two = boot("n2");
        create(one.backend(), KEY, 1);
        world.await(one.rollout().backfill(Pace.DEFAULT));
        var first = one.rollout().cutOver(Pace.DEFAULT);
        var second = two.rollout().cutOver(Pace.DEFAULT);
        Handover[] ends = {world.await(first), world.await(second)};
        assertThat(ends).filteredOn(end -> end instanceof Handover.Done).hasSizeLessThanOrEqualTo(1);
        assertThat(ends)
                .filteredOn(end -> end instanceof Handover.Refused)
                .allSatisfy(end -> assertThat(((Handover.Refused) end).why())
                        .isIn(Handover.Reason.OTHER_OPERATOR, Handover.Reason.WRONG_PHASE));
    }

    @Test
    void anAbortWithoutAPauseSaysThatThereIsNone() {
        Open one = boot("n1");
        assertThatThrownBy(() -> world.await(one.rollout().abort()))
                .isInstanceOfSatisfying(NotAppliedException.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(Reason.NOT_READY);
                    assertThat(refused).hasMessageContaining("no pause").hasMessageContaining("shadow");
                });
        cutOver(one);
        assertThatThrownBy(() -> world.await(one.rollout().abort()))
                .isInstanceOf(NotAppliedException.class)
                .hasMessageContaining("cut_over");
    }

    @Test
    void statusAndRetireWorkWhileTheStoreToBeRetiredIsDown() {
        Open one = cutOver();
        sourceWeather.down = true;
        RolloutStatus status = world.await(one.rollout().status());
        assertThat(status.phase()).isEqualTo(Phase.CUT_OVER);
        assertThat(status.silent()).containsExactly(Side.SOURCE);
        assertThat(status.backfill()).isEmpty();
        assertThat(world.await(one.rollout().retire()).phase()).isEqualTo(Phase.RETIRED);
        assertThat(world.await(one.rollout().status()).phase()).isEqualTo(Phase.RETIRED);
        sourceWeather.clear();
        assertThat(world.await(one.rollout().status()).silent()).isEmpty();
    }

    @Test
    void theStatusIsNotGuessedWhileTheAuthorityIsDown() {
        Open one = cutOver();
        targetWeather.down = true;
        // The source's record is of the pause before.
        assertThatThrownBy(() -> world.await(one.rollout().status()))
                .isInstanceOfSatisfying(NotAppliedException.class, unknown -> {
                    assertThat(unknown.reason()).isEqualTo(Reason.STORAGE_UNAVAILABLE);
                    assertThat(unknown).hasMessageContaining("cannot be told").hasMessageContaining("TARGET");
                });
    }

    /** Each attempt is a line of the log at most. */
    @Test
    void aPauseThatCannotBeUndoneIsTriedEverMoreRarely() {
        AtomicInteger reads = new AtomicInteger();
        Node node = world.boot("n1");
        FaultPlan counted = (operation, key) -> {
            if (operation == Operation.REPLACE && key.endsWith("__rollout/default")) {
                reads.incrementAndGet();
            }
            return sourceWeather.decide(operation, key);
        };
        Mirror mirror = node.mirror(options, counted, targetWeather);
        world.await(mirror.open(node.context()).ready());
        world.await(mirror.rollout(Node.PREFIX).backfill(Pace.DEFAULT));
        StorePair sides = new StorePair(
                new InMemoryBackend(world.source), new InMemoryBackend(world.target), Duration.ofSeconds(1));
        world.await(new AuthorityTransfer(new Control(sides, ControlKeys.of(Node.PREFIX, "default"), node))
                .take(Side.SOURCE));
        world.run(Duration.ofSeconds(9));
        reads.set(0);
        // Reads go through, writes do not: so each attempt is one write.
        sourceWeather.readOnly = true;
        world.run(Duration.ofSeconds(60));
        assertThat(reads.get()).isBetween(4, 16);
        sourceWeather.clear();
        world.run(Duration.ofSeconds(20));
        assertThat(world.await(mirror.rollout(Node.PREFIX).status()).phase()).isEqualTo(Phase.VERIFY);
    }
}
