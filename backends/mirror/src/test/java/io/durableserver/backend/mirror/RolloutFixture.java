package io.durableserver.backend.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.backend.mirror.authority.AuthorityTransfer;
import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.control.Control;
import io.durableserver.backend.mirror.control.ControlKeys;
import io.durableserver.backend.mirror.rollout.Handover;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.InMemoryStore;
import java.time.Duration;

/** Nodes with a mirror of two stores that can be down, in virtual time. */
abstract class RolloutFixture {
    static final Duration TIMEOUT = Duration.ofSeconds(5);
    static final String KEY = Node.PREFIX + "a";

    final World world = new World(1);
    final Weather sourceWeather = new Weather(world.random);
    final Weather targetWeather = new Weather(world.random);
    final MirrorConfig.Builder options =
            Node.options().outsiderWatch(Duration.ZERO).requestTimeout(Duration.ofSeconds(1));

    record Open(Node node, Mirror mirror, Backend backend) {
        Rollout rollout() {
            return mirror.rollout(Node.PREFIX);
        }
    }

    Open boot(String name) {
        Node node = world.boot(name);
        Mirror mirror = node.mirror(options, sourceWeather, targetWeather);
        Backend backend = mirror.open(node.context());
        world.await(backend.ready());
        return new Open(node, mirror, backend);
    }

    Version stored(WriteResult result) {
        assertThat(result).isInstanceOf(WriteResult.Stored.class);
        return ((WriteResult.Stored) result).version();
    }

    Version create(Backend backend, String key, long count) {
        return stored(world.await(backend.create(key, Samples.server(1, 1, count, "n"), TIMEOUT)));
    }

    ReadResult in(InMemoryStore store, String key) {
        return world.await(new InMemoryBackend(store).get(key, ReadMode.STRONG, TIMEOUT));
    }

    Handover.Done cutOver(Open open) {
        world.await(open.rollout().backfill(Pace.DEFAULT));
        Handover end = world.await(open.rollout().cutOver(Pace.DEFAULT));
        assertThat(end).isInstanceOf(Handover.Done.class);
        return (Handover.Done) end;
    }

    /** Begins a pause that nobody ends, as of an operator that died. */
    void pauseForEver(Open one) {
        StorePair sides = new StorePair(
                new InMemoryBackend(world.source), new InMemoryBackend(world.target), Duration.ofSeconds(1));
        Control control = new Control(sides, ControlKeys.of(Node.PREFIX, "default"), one.node());
        world.await(new AuthorityTransfer(control).take(Side.SOURCE));
    }
}
