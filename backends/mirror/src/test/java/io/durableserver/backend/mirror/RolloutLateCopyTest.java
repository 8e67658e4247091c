package io.durableserver.backend.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.backend.mirror.Lies.Script;
import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.base.Timers;
import io.durableserver.backend.mirror.copy.Copied;
import io.durableserver.backend.mirror.copy.Copier;
import io.durableserver.backend.mirror.copy.Evidence;
import io.durableserver.backend.mirror.copy.Follow;
import io.durableserver.backend.mirror.copy.VersionPairs;
import io.durableserver.backend.mirror.rollout.RecordOrder;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.testkit.backend.Fault;
import io.durableserver.testkit.backend.FaultPlan;
import io.durableserver.testkit.backend.InMemoryBackend;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A node mirrors a write of its own late, when others have changed the key since, and is told just then that the authority
 * still has what it wrote: what the others did stays, in virtual time.
 */
final class RolloutLateCopyTest extends RolloutFixture {
    private static final String SINCE = "since";

    private final Weather late = new Weather(world.random);

    /** A node whose way to the target is its own. */
    private Open lateNode(FaultPlan target) {
        Node node = world.boot("n1");
        Mirror mirror = node.mirror(options, sourceWeather, target);
        Open open = new Open(node, mirror, mirror.open(node.context()));
        world.await(open.backend().ready());
        return open;
    }

    private Version read(Backend backend) {
        return ((ReadResult.Found) world.await(backend.get(KEY, ReadMode.STRONG, TIMEOUT))).version();
    }

    private static Optional<String> state(ReadResult result) {
        return result instanceof ReadResult.Found found ? Optional.of(Ledger.state(found.record())) : Optional.empty();
    }

    private void mirrored() {
        assertThat(world.runUntil(
                        () -> state(in(world.target, KEY)).equals(state(in(world.source, KEY))), Duration.ofSeconds(5)))
                .isTrue();
        // Whoever mirrored it has looked at it for the last time.
        world.run(Duration.ofMillis(100));
    }

    /** Others go on with the record, and may remove it, or begin a new life of its key, which counts from one again. */
    private void since(String what, Backend other, long epoch) {
        stored(world.await(other.replace(KEY, Samples.server(epoch + 1, 1, 2, SINCE), read(other), TIMEOUT)));
        mirrored();
        if (!what.equals("goes on")) {
            stored(world.await(other.delete(KEY, read(other), TIMEOUT)));
            mirrored();
        }
        if (what.equals("begins anew")) {
            stored(world.await(other.create(KEY, Samples.server(1, 1, 3, SINCE), TIMEOUT)));
            mirrored();
        }
    }

    private void kept(Open one) {
        Optional<String> now = state(in(world.source, KEY));
        for (int i = 0; i < 600; i++) {
            assertThat(state(in(world.target, KEY))).isEqualTo(now);
            world.run(Duration.ofMillis(50));
        }
        assertThat(world.await(one.rollout().status()).pending()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "goes on, 1, 1",
        "goes on, 1, 2",
        "is removed, 7, 1",
        "is removed, 7, 2",
        "begins anew, 7, 1",
        "begins anew, 7, 2"
    })
    void whatOthersDidWhileACopyFailedIsNotTakenBack(String what, long epoch, int lies) {
        Open one = lateNode(late);
        Open two = boot("n2");
        late.down = true;
        stored(world.await(one.backend().create(KEY, Samples.server(epoch, 1, 1, "n"), TIMEOUT)));
        since(what, two.backend(), epoch);
        world.sourceLies.liar = Script.old(KEY, 0, lies);
        late.down = false;
        kept(one);
    }

    @ParameterizedTest
    @CsvSource({"goes on, 1, 1", "is removed, 7, 2", "begins anew, 7, 1"})
    void whatOthersDidWhileACopyWaitedIsNotTakenBack(String what, long epoch, int lies) {
        options.mirrorWrites(1);
        // A slow copy of another key is before it.
        Open one = lateNode((operation, key) -> key.equals(KEY + "b")
                ? new FaultPlan.Decision(new Fault.None(), Duration.ofMillis(900), Duration.ZERO)
                : late.decide(operation, key));
        Open two = boot("n2");
        create(one.backend(), KEY + "b", 1);
        stored(world.await(one.backend().create(KEY, Samples.server(epoch, 1, 1, "n"), TIMEOUT)));
        since(what, two.backend(), epoch);
        assertThat(in(world.target, KEY + "b")).isEqualTo(new ReadResult.Absent());
        world.run(Duration.ofMillis(600));
        world.sourceLies.liar = Script.old(KEY, 0, lies);
        kept(one);
    }

    /** The mirror has moved on from the counterpart that was remembered: somebody has written since. */
    @Test
    void aWriteWhoseCounterpartHasMovedIsNotMirroredOnOneReading() {
        Node node = world.boot("n1");
        Backend source = world.sourceLies.before(new InMemoryBackend(world.source), node);
        Backend target = new InMemoryBackend(world.target);
        byte[] mine = Samples.server(7, 1, 1, "n");
        Version old = stored(world.await(source.create(KEY, mine, TIMEOUT)));
        byte[] now = Samples.server(1, 1, 3, SINCE);
        stored(world.await(source.replace(KEY, now, old, TIMEOUT)));
        stored(world.await(target.create(KEY, now, TIMEOUT)));
        Copier copier = new Copier(
                new StorePair(source, target, Duration.ofSeconds(1)),
                Node.PREFIX + "__rollout/default",
                RecordOrder.durableRecords(),
                new VersionPairs(10),
                new Timers(node, node),
                Duration.ofMillis(500),
                side -> true);
        world.sourceLies.liar = Script.old(KEY, 0, 1);
        Follow follow = new Follow(mine, old, new Version("the one before"));
        assertThat(world.await(copier.follow(Side.SOURCE, KEY, follow, () -> new Evidence.Wrote(old))))
                .isEqualTo(new Copied.Unsettled());
        assertThat(state(in(world.target, KEY))).contains(Ledger.state(now));
    }
}
