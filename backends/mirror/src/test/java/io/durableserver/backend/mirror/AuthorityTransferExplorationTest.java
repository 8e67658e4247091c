package io.durableserver.backend.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.DurableServerException;
import io.durableserver.backend.mirror.authority.AuthorityTransfer;
import io.durableserver.backend.mirror.base.Futures;
import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.control.Control;
import io.durableserver.backend.mirror.control.ControlFormat;
import io.durableserver.backend.mirror.control.ControlKeys;
import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.testkit.Effort;
import io.durableserver.testkit.backend.InMemoryBackend;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Several actors pass the authority on and take it back at the same time, over stores that lose requests and answers. */
final class AuthorityTransferExplorationTest {
    private static final ControlKeys KEYS = ControlKeys.of(Node.PREFIX, "default");
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    @Test
    void twoStoresNeverHaveTheAuthorityAtOnce() {
        int moved = 0;
        for (long seed = Effort.firstSeed(); seed < Effort.firstSeed() + Effort.count(400); seed++) {
            World world = new World(seed);
            Weather weather = new Weather(world.random);
            weather.rate = seed % 2 == 0 ? 0.25 : 0;
            Control first = control(world, weather, "n0");
            world.await(first.write(Optional.empty(), first.rollout(Side.SOURCE, Phase.VERIFY, 1))
                    .exceptionally(failure -> null));
            for (int actor = 0; actor < 4; actor++) {
                act(world, weather, "n" + actor, 6);
            }
            for (int step = 0; step < 300; step++) {
                world.run(Duration.ofMillis(20));
                boolean source = owns(world, Side.SOURCE);
                boolean target = owns(world, Side.TARGET);
                assertThat(source && target).as("both own, seed %d", seed).isFalse();
                moved += target ? 1 : 0;
            }
        }
        assertThat(moved).as("looks at a target that owns").isPositive();
    }

    private static void act(World world, Weather weather, String name, int times) {
        Control control = control(world, weather, name);
        AuthorityTransfer baton = new AuthorityTransfer(control);
        Side giver = world.random.nextInt(3) > 0 ? Side.SOURCE : Side.TARGET;
        CompletableFuture<?> end = world.random.nextInt(3) == 0
                ? baton.giveBack()
                : baton.take(giver).thenCompose(claim -> baton.give(claim, giver.other()));
        var unused = end.whenComplete((done, failure) -> {
            if (failure != null && !(Futures.unwrap(failure) instanceof DurableServerException)) {
                throw new AssertionError("A defect", failure);
            }
            if (times > 1) {
                world.after(null, world.random.nextInt(300_000_000), () -> act(world, weather, name, times - 1));
            }
        });
    }

    private static Control control(World world, Weather weather, String name) {
        Node node = world.boot(name);
        StorePair sides = new StorePair(
                node.store(Side.SOURCE, weather, TIMEOUT), node.store(Side.TARGET, weather, TIMEOUT), TIMEOUT);
        return new Control(sides, KEYS, node);
    }

    private static boolean owns(World world, Side side) {
        Backend store = new InMemoryBackend(side == Side.SOURCE ? world.source : world.target);
        return store.get(KEYS.rollout(), ReadMode.STRONG, Duration.ofSeconds(1))
                                .toCompletableFuture()
                                .join()
                        instanceof ReadResult.Found found
                && ControlFormat.rollout("", found.record()).owns();
    }
}
