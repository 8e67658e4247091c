package io.durableserver.backend.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
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
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Rollouts step by step, in virtual time. */
final class RolloutTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final String KEY = Node.PREFIX + "a";

    private final World world = new World(1);
    private final Weather sourceWeather = new Weather(world.random);
    private final Weather targetWeather = new Weather(world.random);
    private final MirrorConfig.Builder options =
            Node.options().outsiderWatch(Duration.ZERO).requestTimeout(Duration.ofSeconds(1));

    private record Open(Node node, Mirror mirror, Backend backend) {
        Rollout rollout() {
            return mirror.rollout(Node.PREFIX);
        }
    }

    private Open boot(String name) {
        Node node = world.boot(name);
        Mirror mirror = node.mirror(options, sourceWeather, targetWeather);
        Backend backend = mirror.open(node.context());
        world.await(backend.ready());
        return new Open(node, mirror, backend);
    }

    private Version stored(WriteResult result) {
        assertThat(result).isInstanceOf(WriteResult.Stored.class);
        return ((WriteResult.Stored) result).version();
    }

    private Version create(Backend backend, String key, long count) {
        return stored(world.await(backend.create(key, Samples.server(1, 1, count, "n"), TIMEOUT)));
    }

    private ReadResult in(InMemoryStore store, String key) {
        return world.await(new InMemoryBackend(store).get(key, ReadMode.STRONG, TIMEOUT));
    }

    private Handover.Done cutOver(Open open) {
        world.await(open.rollout().backfill(Pace.DEFAULT));
        Handover end = world.await(open.rollout().cutOver(Pace.DEFAULT));
        assertThat(end).isInstanceOf(Handover.Done.class);
        return (Handover.Done) end;
    }

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
        Sides sides =
                new Sides(new InMemoryBackend(world.source), new InMemoryBackend(world.target), Duration.ofSeconds(1));
        Control control = new Control(sides, ControlKeys.of(Node.PREFIX, "default"), one.node());
        world.await(new Baton(control).take(Side.SOURCE));
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
