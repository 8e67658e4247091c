package io.durableserver.backend.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.backend.mirror.rollout.Handover;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.backend.InMemoryBackend;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What nodes do that were away while the authority changed, in virtual time. */
final class RolloutFrozenTest extends RolloutFixture {
    @Test
    void aNodeThatWasFrozenAcrossTheCutOverAcknowledgesNothingOfTheOldAuthority() {
        Open one = boot("n1");
        Open two = boot("n2");
        Version version = create(two.backend(), KEY, 1);
        world.run(Duration.ofSeconds(1));
        // The write is on its way when the process freezes; the source takes it.
        var late = two.backend().replace(KEY, Samples.server(1, 2, 2, "n"), version, TIMEOUT);
        world.run(Duration.ofMillis(4));
        two.node().freeze(Duration.ofSeconds(60));
        cutOver(one);
        assertThat(late.toCompletableFuture()).isNotDone();
        assertThat(world.await(late)).isNotInstanceOf(WriteResult.Stored.class);
        Version now = ((ReadResult.Found) world.await(two.backend().get(KEY, ReadMode.STRONG, TIMEOUT))).version();
        assertThat(now.token()).startsWith("t:");
    }

    @Test
    void aNodeThatWasFrozenAcrossTheCutOverBringsNoDeletedRecordBack() {
        Open one = boot("n1");
        Open two = boot("n2");
        targetWeather.down = true;
        create(two.backend(), KEY, 1);
        world.run(Duration.ofSeconds(1));
        // It still has the key to mirror.
        two.node().freeze(Duration.ofSeconds(60));
        targetWeather.clear();
        cutOver(one);
        Version version = ((ReadResult.Found) world.await(one.backend().get(KEY, ReadMode.STRONG, TIMEOUT))).version();
        // The way back is blocked, so the source has the record when the other node looks.
        sourceWeather.down = true;
        stored(world.await(one.backend().delete(KEY, version, TIMEOUT)));
        world.runUntil(() -> world.now() >= two.node().frozenUntil(), Duration.ofMinutes(2));
        sourceWeather.clear();
        world.run(Duration.ofSeconds(30));
        assertThat(in(world.target, KEY)).isInstanceOf(ReadResult.Absent.class);
        assertThat(in(world.source, KEY)).isInstanceOf(ReadResult.Absent.class);
    }

    @Test
    void aNodeThatLearnsAfterTheCutOverWhatItMirroredBeforeLeavesIt() {
        Open one = boot("n1");
        Open two = boot("n2");
        create(two.backend(), KEY, 1);
        world.runUntil(() -> in(world.target, KEY) instanceof ReadResult.Found, Duration.ofSeconds(1));
        // The mirror has the record, and its answer is on the way.
        two.node().freeze(Duration.ofSeconds(60));
        cutOver(one);
        world.runUntil(() -> world.now() >= two.node().frozenUntil(), Duration.ofMinutes(2));
        world.run(Duration.ofSeconds(30));
        assertThat(world.await(two.backend().get(KEY, ReadMode.STRONG, TIMEOUT)))
                .isInstanceOf(ReadResult.Found.class);
        assertThat(in(world.target, KEY)).isInstanceOf(ReadResult.Found.class);
    }

    @Test
    void aPauseThatNobodyEndsIsUndoneByTheNodes() {
        Open one = boot("n1");
        create(one.backend(), KEY, 1);
        world.await(one.rollout().backfill(Pace.DEFAULT));
        pauseForEver(one);
        world.run(Duration.ofSeconds(2));
        assertThat(world.await(one.backend().create(KEY + "b", new byte[1], Duration.ofSeconds(1))))
                .isInstanceOfSatisfying(
                        WriteResult.NotApplied.class,
                        refused -> assertThat(refused.retryable()).isTrue());
        assertThat(world.await(one.backend().get(KEY, ReadMode.STRONG, TIMEOUT)))
                .isInstanceOf(ReadResult.Found.class);
        world.run(Duration.ofSeconds(15));
        create(one.backend(), KEY + "b", 1);
        assertThat(world.await(one.rollout().status()).phase()).isEqualTo(Phase.VERIFY);
    }

    @Test
    void aNodeThatWritesWithoutTheMirrorBlocksTheCutOver() {
        options.outsiderWatch(Duration.ofSeconds(6));
        Open one = boot("n1");
        world.await(one.rollout().backfill(Pace.DEFAULT));
        InMemoryBackend source = new InMemoryBackend(world.source);
        String lease = Node.PREFIX + "__nodes/stranger/i9";
        Version first = create(source, lease, 1);
        world.after(
                null,
                3_000_000_000L,
                () -> stored(source.replace(lease, Samples.server(1, 2, 2, "n"), first, TIMEOUT)
                        .toCompletableFuture()
                        .join()));
        assertThat(world.await(one.rollout().cutOver(Pace.DEFAULT)))
                .isInstanceOfSatisfying(Handover.Refused.class, refused -> {
                    assertThat(refused.why()).isEqualTo(Handover.Reason.OUTSIDE_WRITER);
                    assertThat(refused.detail()).contains("stranger/i9");
                });
    }
}
