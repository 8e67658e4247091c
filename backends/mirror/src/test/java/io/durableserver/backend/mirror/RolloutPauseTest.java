package io.durableserver.backend.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.DurableServerException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.backend.mirror.authority.AuthorityTransfer;
import io.durableserver.backend.mirror.base.Futures;
import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.control.Control;
import io.durableserver.backend.mirror.control.ControlKeys;
import io.durableserver.backend.mirror.rollout.Handover;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.backend.Fault;
import io.durableserver.testkit.backend.FaultPlan;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.Operation;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cut-over that fails on its way into the pause, in virtual time. */
final class RolloutPauseTest extends RolloutFixture {
    private static final String ROLLOUT = "__rollout/default";

    private int faults;
    private int writes;
    private Optional<Runnable> meanwhile = Optional.empty();

    private Open open(FaultPlan source, FaultPlan target) {
        Node node = world.boot("n1");
        // The nodes undo a pause after twice this: long after the test.
        Mirror mirror = node.mirror(options.pauseLimit(Duration.ofMinutes(10)), source, target);
        Open one = new Open(node, mirror, mirror.open(node.context()));
        world.await(one.backend().ready());
        create(one.backend(), KEY, 1);
        world.await(one.rollout().backfill(Pace.DEFAULT));
        return one;
    }

    private static boolean isPause(Operation operation, String key) {
        return key.endsWith(ROLLOUT) && (operation == Operation.CREATE || operation == Operation.REPLACE);
    }

    /** The giver's record says already that nobody may write. */
    @ParameterizedTest
    @CsvSource({"refused, 1", "lost, 5"})
    void aPauseThatTheOtherStoreDoesNotTakeIsUndone(String name, int times) {
        FaultPlan target = (operation, key) -> isPause(operation, key) && faults-- > 0
                ? FaultPlan.Decision.of(name.equals("refused") ? new Fault.Refused(true) : new Fault.LostRequest())
                : targetWeather.decide(operation, key);
        Open one = open(sourceWeather, target);
        faults = times;
        assertThatThrownBy(() -> world.await(one.rollout().cutOver(Pace.DEFAULT)))
                .isInstanceOf(DurableServerException.class);
        assertThat(faults).isLessThanOrEqualTo(0);
        assertThat(world.await(one.rollout().status()).phase()).isEqualTo(Phase.VERIFY);
        create(one.backend(), KEY + "b", 2);
        assertThat(world.await(one.rollout().cutOver(Pace.DEFAULT))).isInstanceOf(Handover.Done.class);
    }

    /** The answer to the pause itself is lost, and the look at it fails. */
    @Test
    void aPauseThatNobodyHeardOfIsUndone() {
        FaultPlan source = (operation, key) -> {
            if (isPause(operation, key) && ++writes == 2) {
                faults--;
                return FaultPlan.Decision.of(new Fault.LostResponse());
            }
            if (operation == Operation.GET && key.endsWith(ROLLOUT) && faults == 1) {
                faults--;
                return FaultPlan.Decision.of(new Fault.Refused(true));
            }
            return sourceWeather.decide(operation, key);
        };
        Open one = open(source, targetWeather);
        writes = 0;
        faults = 2;
        assertThatThrownBy(() -> world.await(one.rollout().cutOver(Pace.DEFAULT)))
                .isInstanceOf(DurableServerException.class);
        assertThat(faults).isZero();
        assertThat(world.await(one.rollout().status()).phase()).isEqualTo(Phase.VERIFY);
    }

    /** All tries are held up somewhere, and one of them would be the pause when nobody is there to end it. */
    @Test
    void aPauseThatComesLateFindsItsPlaceTaken() {
        FaultPlan source = (operation, key) -> isPause(operation, key) && ++writes > 1 && faults-- > 0
                ? FaultPlan.Decision.of(new Fault.DelayedEffect(Duration.ofSeconds(2)))
                : sourceWeather.decide(operation, key);
        Open one = open(source, targetWeather);
        writes = 0;
        faults = 5;
        assertThatThrownBy(() -> world.await(one.rollout().cutOver(Pace.DEFAULT)))
                .isInstanceOf(OutcomeUnknownException.class);
        assertThat(faults).isLessThanOrEqualTo(0);
        world.run(Duration.ofSeconds(10));
        assertThat(world.await(one.rollout().status()).phase()).isEqualTo(Phase.VERIFY);
        create(one.backend(), KEY + "b", 2);
    }

    /** A write whose end nobody knows takes effect when everything is compared: the handover would take it back. */
    @Test
    void whatOnlyTheGiverHasInAPauseIsNotShown() {
        FaultPlan source = (operation, key) -> {
            writes += isPause(operation, key) ? 1 : 0;
            return sourceWeather.decide(operation, key);
        };
        FaultPlan target = (operation, key) -> writes > 1 && isPause(operation, key) && faults-- <= 0
                ? new FaultPlan.Decision(new Fault.None(), Duration.ofMillis(900), Duration.ZERO)
                : targetWeather.decide(operation, key);
        Open one = open(source, target);
        writes = 0;
        faults = 1;
        CompletableFuture<Handover> end = one.rollout().cutOver(Pace.DEFAULT).toCompletableFuture();
        // The pause is in both stores, and the handover on its way to the one that takes it.
        world.runUntil(() -> faults < 0, Duration.ofMinutes(1));
        ReadResult before = world.await(one.backend().get(KEY, ReadMode.STRONG, TIMEOUT));
        assertThat(before).isInstanceOf(ReadResult.Found.class);
        InMemoryBackend late = new InMemoryBackend(world.source);
        Version old = ((ReadResult.Found) world.await(late.get(KEY, ReadMode.STRONG, TIMEOUT))).version();
        assertThat(world.await(late.replace(KEY, Samples.server(2, 1, 2, "late"), old, TIMEOUT)))
                .isInstanceOf(WriteResult.Stored.class);
        assertThat(end).isNotDone();
        assertThat(world.await(one.backend().get(KEY, ReadMode.STRONG, TIMEOUT)))
                .isInstanceOfSatisfying(
                        ReadResult.Failed.class,
                        failed -> assertThat(failed.retryable()).isTrue());
    }

    @Test
    void thePauseOfAnotherOperatorWhoWasFasterIsLeftToHim() {
        FaultPlan source = (operation, key) -> {
            if (isPause(operation, key) && ++writes == 2) {
                Optional<Runnable> action = meanwhile;
                action.ifPresent(Runnable::run);
                return new FaultPlan.Decision(
                        new Fault.None(), Duration.ofSeconds(action.isPresent() ? 1 : 0), Duration.ZERO);
            }
            return sourceWeather.decide(operation, key);
        };
        Open one = open(source, targetWeather);
        StorePair sides = new StorePair(
                new InMemoryBackend(world.source), new InMemoryBackend(world.target), Duration.ofSeconds(1));
        AuthorityTransfer other =
                new AuthorityTransfer(new Control(sides, ControlKeys.of(Node.PREFIX, "default"), one.node()));
        CompletableFuture<AuthorityTransfer.Claim> claim = new CompletableFuture<>();
        meanwhile = Optional.of(() -> Futures.forward(other.take(Side.SOURCE), claim));
        writes = 0;
        assertThat(world.await(one.rollout().cutOver(Pace.DEFAULT)))
                .isInstanceOfSatisfying(
                        Handover.Refused.class,
                        refused -> assertThat(refused.why()).isEqualTo(Handover.Reason.OTHER_OPERATOR));
        assertThat(world.await(one.rollout().status()).phase()).isEqualTo(Phase.CUTTING_OVER);
        assertThat(world.await(other.give(world.await(claim), Side.SOURCE)).phase())
                .isEqualTo(Phase.VERIFY);
    }
}
