package io.durableserver.backend.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.NotAppliedException;
import io.durableserver.backend.mirror.rollout.Handover;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.backend.InMemoryBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What a mirror does that is down, slow or full, in virtual time. */
final class RolloutMirrorTest extends RolloutFixture {
    @Test
    void aFailedMirrorWriteIsRepairedInTheBackground() {
        Open one = boot("n1");
        targetWeather.down = true;
        create(one.backend(), KEY, 1);
        world.run(Duration.ofSeconds(3));
        assertThat(in(world.target, KEY)).isInstanceOf(ReadResult.Absent.class);
        targetWeather.clear();
        world.run(Duration.ofSeconds(11));
        assertThat(in(world.target, KEY)).isInstanceOf(ReadResult.Found.class);
        assertThat(world.await(one.rollout().status()).pending()).isZero();
    }

    @Test
    void aRequiredMirrorThatIsDownMakesAWriteUnknownAndItsRecordUnreadable() {
        options.mode(MirrorMode.REQUIRED);
        Open one = boot("n1");
        targetWeather.down = true;
        assertThat(world.await(one.backend().create(KEY, Samples.server(1, 1, 1, "n"), TIMEOUT)))
                .isInstanceOf(WriteResult.Unknown.class);
        assertThat(world.await(one.backend().get(KEY, ReadMode.STRONG, TIMEOUT)))
                .isInstanceOf(ReadResult.Failed.class);
        targetWeather.clear();
        world.run(Duration.ofSeconds(11));
        assertThat(world.await(one.backend().get(KEY, ReadMode.STRONG, TIMEOUT)))
                .isInstanceOf(ReadResult.Found.class);
    }

    @Test
    void keysThatFoundNoRoomAfterTheComparisonBlockTheCutOverUntilTheNextOne() {
        options.maxPending(16).mirrorWrites(1).outsiderWatch(Duration.ofSeconds(6));
        Open one = boot("n1");
        // While there are leases, a long look for writers without the mirror comes between the comparison and the
        // pause.
        create(new InMemoryBackend(world.source), Node.PREFIX + "__nodes/n9/i9", 1);
        world.await(one.rollout().backfill(Pace.DEFAULT));
        var handover = one.rollout().cutOver(Pace.DEFAULT).toCompletableFuture();
        world.run(Duration.ofSeconds(4));
        assertThat(handover).isNotDone();
        List<CompletionStage<WriteResult>> burst = burst(one, 40);
        assertThat(world.await(handover)).isInstanceOfSatisfying(Handover.Refused.class, refused -> {
            assertThat(refused.why()).isEqualTo(Handover.Reason.MIRROR_LOST);
            assertThat(refused.detail()).contains("n1/");
            assertThat(refused.verified().orElseThrow().clean()).isTrue();
        });
        // Best effort: all were stored, and those that found no room are left to the comparison.
        burst.forEach(write -> stored(world.await(write)));
        assertThat(world.await(one.rollout().status()).phase()).isEqualTo(Phase.VERIFY);
        assertThat(world.await(one.rollout().verify(Pace.DEFAULT)).missing()).isEqualTo(24);
        assertThat(world.await(one.rollout().cutOver(Pace.DEFAULT))).isInstanceOf(Handover.Done.class);
        for (int i = 0; i < 40; i++) {
            assertThat(in(world.target, KEY + i)).isInstanceOf(ReadResult.Found.class);
        }
    }

    @Test
    void whereTheMirrorIsRequiredAWriteThatFindsNoRoomIsNotApplied() {
        options.mode(MirrorMode.REQUIRED).maxPending(16);
        Open one = boot("n1");
        targetWeather.down = true;
        // At once: none of them waits for the mirror yet when the others are admitted.
        List<CompletionStage<WriteResult>> burst = burst(one, 40);
        int refused = 0;
        for (int i = 0; i < 40; i++) {
            WriteResult end = world.await(burst.get(i));
            boolean there = in(world.source, KEY + i) instanceof ReadResult.Found;
            if (end instanceof WriteResult.NotApplied not) {
                refused++;
                assertThat(not.retryable()).isTrue();
                assertThat(((NotAppliedException) not.cause()).reason())
                        .isEqualTo(NotAppliedException.Reason.OVERLOADED);
                assertThat(not.cause()).hasMessageContaining("mirror.maxPending");
                assertThat(there).isFalse();
            } else {
                assertThat(end).isInstanceOf(WriteResult.Unknown.class);
                assertThat(there).isTrue();
                // Reading back must not make it a success.
                assertThat(world.await(one.backend().get(KEY + i, ReadMode.STRONG, TIMEOUT)))
                        .isInstanceOf(ReadResult.Failed.class);
            }
        }
        assertThat(refused).isEqualTo(24);
        targetWeather.clear();
        world.run(Duration.ofSeconds(11));
        create(one.backend(), KEY + 39, 1);
        assertThat(world.await(one.rollout().status()).pending()).isZero();
    }

    private static List<CompletionStage<WriteResult>> burst(Open open, int keys) {
        List<CompletionStage<WriteResult>> writes = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            writes.add(open.backend().create(KEY + i, Samples.server(1, 1, 1, "n"), TIMEOUT));
        }
        return writes;
    }
}
