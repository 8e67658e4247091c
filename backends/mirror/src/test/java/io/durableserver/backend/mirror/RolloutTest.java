package io.durableserver.backend.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import io.durableserver.backend.mirror.rollout.BackfillProgress;
import io.durableserver.backend.mirror.rollout.Handover;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.backend.mirror.rollout.Repair;
import io.durableserver.backend.mirror.rollout.VerificationReport;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.InMemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rollouts step by step, in virtual time. */
final class RolloutTest extends RolloutFixture {
    @Test
    void aServersTokenSurvivesTheCutOverAndTheWayBack() {
        Open one = boot("n1");
        Open two = boot("n2");
        Version version = create(two.backend(), KEY, 1);
        assertThat(cutOver(one).pause()).isLessThan(Duration.ofSeconds(2));
        Version next = stored(world.await(two.backend().replace(KEY, Samples.server(1, 2, 2, "n"), version, TIMEOUT)));
        assertThat(next.token()).startsWith("t:");
        assertThat(world.await(one.backend().replace(KEY, Samples.server(1, 2, 3, "x"), version, TIMEOUT)))
                .isInstanceOf(WriteResult.Conflict.class);
        assertThat(world.await(one.rollout().rollBack(Pace.DEFAULT))).isInstanceOf(Handover.Done.class);
        assertThat(stored(world.await(two.backend().replace(KEY, Samples.server(1, 3, 3, "n"), next, TIMEOUT)))
                        .token())
                .startsWith("s:");
    }

    @Test
    void aTokenFromBeforeTheCutOverMeansNothingOnceTheRecordHasChanged() {
        Open one = boot("n1");
        Version before = create(one.backend(), KEY, 1);
        cutOver(one);
        // The way back is blocked, so the source still has the record the token is of.
        sourceWeather.down = true;
        Version now = ((ReadResult.Found) world.await(one.backend().get(KEY, ReadMode.STRONG, TIMEOUT))).version();
        stored(world.await(one.backend().replace(KEY, Samples.server(2, 1, 2, "x"), now, TIMEOUT)));
        one.node().crash();
        sourceWeather.clear();
        Open two = boot("n2");
        assertThat(Samples.count(((ReadResult.Found) in(world.source, KEY)).record()))
                .isEqualTo(1);
        assertThat(world.await(two.backend().replace(KEY, Samples.server(1, 2, 9, "n"), before, TIMEOUT)))
                .isInstanceOf(WriteResult.Conflict.class);
        assertThat(world.await(two.backend().delete(KEY, before, TIMEOUT))).isInstanceOf(WriteResult.Conflict.class);
    }

    @Test
    void afterRetirementTheTargetAloneIsWritten() {
        Open one = boot("n1");
        Version version = create(one.backend(), KEY, 1);
        cutOver(one);
        assertThat(world.await(one.rollout().retire()).phase()).isEqualTo(Phase.RETIRED);
        stored(world.await(one.backend().replace(KEY, Samples.server(1, 2, 2, "n"), version, TIMEOUT)));
        world.run(Duration.ofSeconds(10));
        assertThat(Samples.count(((ReadResult.Found) in(world.target, KEY)).record()))
                .isEqualTo(2);
        assertThat(Samples.count(((ReadResult.Found) in(world.source, KEY)).record()))
                .isEqualTo(1);
    }

    @Test
    void aBackfillGoesOnWhereADeadNodeStopped() {
        InMemoryBackend source = new InMemoryBackend(world.source);
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            keys.add(Node.PREFIX + "old" + (1_000 + i));
            create(source, keys.get(i), i);
        }
        Open dying = boot("n1");
        var unused = dying.rollout().backfill(new Pace(100, 4, 20));
        world.run(Duration.ofMillis(1_100));
        dying.node().crash();
        Open next = boot("n2");
        BackfillProgress before = world.await(next.rollout().backfillProgress()).orElseThrow();
        assertThat(before.pages()).isBetween(2L, 8L);
        BackfillProgress end = world.await(next.rollout().backfill(Pace.DEFAULT));
        assertThat(end.done()).isTrue();
        assertThat(end.seen()).isBetween(200L, 221L);
        assertThat(end.pages()).isLessThan(before.pages() + 2);
        for (String key : keys) {
            assertThat(in(world.target, key)).isInstanceOf(ReadResult.Found.class);
        }
        assertThat(world.await(next.rollout().verify(Pace.DEFAULT)).clean()).isTrue();
    }

    @Test
    void aDivergenceNobodyCanExplainBlocksTheCutOver() {
        Open one = boot("n1");
        create(one.backend(), KEY, 1);
        world.await(one.rollout().backfill(Pace.DEFAULT));
        InMemoryBackend target = new InMemoryBackend(world.target);
        ReadResult.Found mirrored = (ReadResult.Found) in(world.target, KEY);
        stored(world.await(target.replace(KEY, Samples.server(7, 1, 9, "x"), mirrored.version(), TIMEOUT)));
        Handover end = world.await(one.rollout().cutOver(Pace.DEFAULT));
        assertThat(end).isInstanceOfSatisfying(Handover.Refused.class, refused -> {
            assertThat(refused.why()).isEqualTo(Handover.Reason.DIVERGENCE);
            assertThat(refused.verified().orElseThrow().samples())
                    .containsExactly(new VerificationReport.Divergence(KEY, VerificationReport.Kind.AHEAD));
        });
        assertThat(Samples.count(((ReadResult.Found) in(world.target, KEY)).record()))
                .isEqualTo(9);
        assertThat(world.await(one.rollout().repair(Repair.AUTHORITY_WINS, Pace.DEFAULT))
                        .clean())
                .isTrue();
        assertThat(world.await(one.rollout().cutOver(Pace.DEFAULT))).isInstanceOf(Handover.Done.class);
    }

    @Test
    void aRecordDeletedWhileTheMirrorWasDownStaysDeleted() {
        Open one = boot("n1");
        Version version = create(one.backend(), KEY, 1);
        world.run(Duration.ofSeconds(1));
        assertThat(in(world.target, KEY)).isInstanceOf(ReadResult.Found.class);
        targetWeather.down = true;
        stored(world.await(one.backend().delete(KEY, version, TIMEOUT)));
        one.node().crash();
        targetWeather.clear();
        Open two = boot("n2");
        world.await(two.rollout().backfill(Pace.DEFAULT));
        assertThat(world.await(two.rollout().verify(Pace.DEFAULT)).extra()).isEqualTo(1);
        Handover end = world.await(two.rollout().cutOver(Pace.DEFAULT));
        assertThat(end).isInstanceOf(Handover.Done.class);
        assertThat(in(world.target, KEY)).isInstanceOf(ReadResult.Absent.class);
        assertThat(world.await(two.backend().get(KEY, ReadMode.STRONG, TIMEOUT)))
                .isInstanceOf(ReadResult.Absent.class);
    }

    @Test
    void aStoreIsNotMirroredToItself() {
        InMemoryStore same = new InMemoryStore();
        Node node = world.boot("n1");
        Mirror mirror =
                Mirror.backend(MirrorConfig.builder(InMemoryBackend.factory(same), InMemoryBackend.factory(same))
                        .build());
        assertThatThrownBy(() -> world.await(mirror.open(node.context()).ready()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("mirror.target");
        assertThat(same.size()).isZero();
        var factory = InMemoryBackend.factory(same);
        assertThatThrownBy(() -> MirrorConfig.builder(factory, factory).build())
                .isInstanceOf(ConfigurationException.class);
    }

    @Test
    void aTargetWithRecordsOfItsOwnIsNotTouched() {
        create(new InMemoryBackend(world.target), KEY, 1);
        Node node = world.boot("n1");
        Backend refused = node.mirror(options, sourceWeather, targetWeather).open(node.context());
        assertThatThrownBy(() -> world.await(refused.ready()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("mirror.adoptTarget");
        options.adoptTarget(true);
        assertThat(boot("n2").backend().name()).isEqualTo("mirror");
    }
}
