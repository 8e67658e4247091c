package io.durableserver.backend.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.backend.mirror.rollout.Handover;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.backend.mirror.rollout.Repair;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.Version;
import io.durableserver.testkit.backend.InMemoryBackend;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What the mirror tells, in virtual time: each kind by what makes it happen, once for each reason. */
final class MirrorFactsTest extends RolloutFixture {
    private <E extends StoreEvent> List<E> told(Class<E> kind) {
        return world.told.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private <E extends StoreEvent> E only(Class<E> kind) {
        assertThat(told(kind)).as(kind.getSimpleName()).hasSize(1);
        E event = told(kind).get(0);
        assertThat(event.store()).isEqualTo("mirror");
        assertThat(event.place()).isEqualTo("default");
        return event;
    }

    @Test
    void eachPhaseOfARolloutIsToldByEachNode() {
        Open one = boot("n1");
        boot("n2");
        create(one.backend(), KEY, 1);
        cutOver(one);
        world.run(Duration.ofSeconds(5));
        for (Phase phase : List.of(Phase.VERIFY, Phase.CUT_OVER)) {
            assertThat(told(StoreEvent.PhaseChanged.class))
                    .filteredOn(event -> event.phase().equals(phase.name()))
                    .as(phase.name())
                    .hasSizeGreaterThanOrEqualTo(2);
        }
        assertThat(told(StoreEvent.PhaseChanged.class))
                .noneMatch(event -> event.before().equals(event.phase()));
    }

    @Test
    void aHandoverIsToldFromItsBeginToItsEnd() {
        Open one = boot("n1");
        create(one.backend(), KEY, 1);
        assertThat(world.await(one.rollout().cutOver(Pace.DEFAULT))).isInstanceOf(Handover.Refused.class);
        assertThat(only(StoreEvent.HandoverBegun.class).to()).isEqualTo("TARGET");
        assertThat(only(StoreEvent.HandoverEnded.class).outcome()).isEqualTo("WRONG_PHASE");
        world.told.clear();
        cutOver(one);
        assertThat(only(StoreEvent.HandoverEnded.class).outcome()).isEqualTo("DONE");
        assertThat(told(StoreEvent.StoresCompared.class)).hasSizeGreaterThanOrEqualTo(2);
        world.told.clear();
        targetWeather.down = true;
        CompletableFuture<Handover> back = one.rollout().rollBack(Pace.DEFAULT).toCompletableFuture();
        world.runUntil(back::isDone, Duration.ofMinutes(5));
        assertThat(back).isCompletedExceptionally();
        assertThat(only(StoreEvent.HandoverEnded.class).outcome()).isEqualTo("FAILED");
    }

    @Test
    void aComparisonTellsWhatItRepaired() {
        Open one = boot("n1");
        create(one.backend(), KEY, 1);
        world.await(one.rollout().backfill(Pace.DEFAULT));
        InMemoryBackend target = new InMemoryBackend(world.target);
        Version copy = ((ReadResult.Found) world.await(target.get(KEY, ReadMode.STRONG, TIMEOUT))).version();
        world.await(target.delete(KEY, copy, TIMEOUT));
        stored(world.await(target.create(KEY + "x", Samples.server(1, 1, 1, "n"), TIMEOUT)));
        world.await(one.rollout().repair(Repair.AUTHORITY_WINS, Pace.DEFAULT));
        StoreEvent.StoresCompared told = only(StoreEvent.StoresCompared.class);
        assertThat(told.created()).isEqualTo(1);
        assertThat(told.removed()).isEqualTo(1);
        assertThat(told.repaired()).isEqualTo(2);
        assertThat(told.divergent()).isZero();
    }

    @Test
    void aPhaseThatCannotBeConfirmedIsToldOnceAndItsEndToo() {
        boot("n1");
        sourceWeather.down = true;
        targetWeather.down = true;
        world.run(Duration.ofSeconds(8));
        StoreEvent.PhaseUnconfirmed told = only(StoreEvent.PhaseUnconfirmed.class);
        assertThat(told.phase()).isEqualTo(Phase.SHADOW.name());
        assertThat(told.code().name()).isEqualTo("STORAGE_UNAVAILABLE");
        assertThat(told(StoreEvent.PhaseConfirmed.class)).isEmpty();
        sourceWeather.clear();
        targetWeather.clear();
        world.run(Duration.ofSeconds(8));
        only(StoreEvent.PhaseUnconfirmed.class);
        only(StoreEvent.PhaseConfirmed.class);
    }

    @Test
    void aPauseThatNobodyEndsIsToldUntilItIsOver() {
        options.pauseLimit(Duration.ofSeconds(3));
        Open one = boot("n1");
        create(one.backend(), KEY, 1);
        world.await(one.rollout().backfill(Pace.DEFAULT));
        pauseForEver(one);
        world.run(Duration.ofSeconds(2));
        assertThat(told(StoreEvent.PauseTooLong.class)).isEmpty();
        sourceWeather.readOnly = true;
        targetWeather.readOnly = true;
        world.run(Duration.ofSeconds(12));
        only(StoreEvent.PauseTooLong.class);
        assertThat(told(StoreEvent.PauseNotUndone.class)).isNotEmpty();
        assertThat(told(StoreEvent.PauseOver.class)).isEmpty();
        sourceWeather.clear();
        targetWeather.clear();
        world.run(Duration.ofSeconds(60));
        only(StoreEvent.PauseOver.class);
        only(StoreEvent.PauseTooLong.class);
    }

    @Test
    void copiesThatFailAreToldOnceAndThatTheyCaughtUp() {
        Open one = boot("n1");
        targetWeather.down = true;
        create(one.backend(), KEY, 1);
        create(one.backend(), KEY + "b", 1);
        world.run(Duration.ofSeconds(6));
        StoreEvent.CopiesFailing told = only(StoreEvent.CopiesFailing.class);
        assertThat(told.key()).startsWith(KEY);
        assertThat(told.code()).isNotEqualTo(ErrorCode.UNEXPECTED);
        assertThat(told(StoreEvent.CopiesCaughtUp.class)).isEmpty();
        targetWeather.clear();
        world.run(Duration.ofSeconds(30));
        only(StoreEvent.CopiesCaughtUp.class);
    }

    @Test
    void aMirrorThatIsAheadIsToldOnce() {
        Open one = boot("n1");
        Version version = create(one.backend(), KEY, 1);
        world.run(Duration.ofSeconds(2));
        InMemoryBackend target = new InMemoryBackend(world.target);
        Version copy = ((ReadResult.Found) world.await(target.get(KEY, ReadMode.STRONG, TIMEOUT))).version();
        stored(world.await(target.replace(KEY, Samples.server(7, 1, 9, "x"), copy, TIMEOUT)));
        stored(world.await(one.backend().replace(KEY, Samples.server(1, 2, 2, "n"), version, TIMEOUT)));
        world.run(Duration.ofSeconds(20));
        assertThat(only(StoreEvent.CopyAhead.class).key()).isEqualTo(KEY);
    }

    @Test
    void keysThatFindNoRoomAreToldOnce() {
        options.maxPending(16).mirrorWrites(1);
        Open one = boot("n1");
        targetWeather.down = true;
        for (int i = 0; i < 20; i++) {
            create(one.backend(), KEY + i, 1);
        }
        assertThat(only(StoreEvent.CopiesLost.class).lost()).isEqualTo(1);
    }
}
