package io.durableserver.backend.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.DurableServerException;
import io.durableserver.backend.mirror.authority.AuthorityTransfer;
import io.durableserver.backend.mirror.base.Futures;
import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.control.Control;
import io.durableserver.backend.mirror.control.ControlKeys;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.backend.FaultPlan;
import io.durableserver.testkit.backend.InMemoryBackend;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * A console is killed after each of its requests in turn, which arrive all the same, and started again: the nodes go on in the
 * meantime, the next console is told where the rollout stands, and comes to the end by doing the same again.
 */
final class KilledConsoleTest {
    /** Nodes undo a pause after twice its limit, and try again. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final int MOST_REQUESTS = 400;

    /** One life of one console, and what comes after it. */
    private static final class Trial extends RolloutFixture {
        private final Open node = boot("n1");
        private long count = 1;
        private int requests;
        private boolean finished;

        Trial() {
            create(node.backend(), KEY, count);
        }

        /** Runs it, and dies after so many requests; false when it came to its end before. */
        boolean diesAfter(int most, Function<Rollout, ? extends CompletionStage<?>> operation) {
            Node console = world.boot("console");
            boolean[] armed = new boolean[1];
            Mirror mirror = console.mirror(
                    options,
                    killing(console, armed, most, sourceWeather),
                    killing(console, armed, most, targetWeather));
            world.await(mirror.open(console.context()).ready());
            armed[0] = true;
            var unused = operation.apply(mirror.rollout(Node.PREFIX)).whenComplete((end, failure) -> finished = true);
            assertThat(world.runUntil(() -> finished || console.dead(), PATIENCE))
                    .isTrue();
            console.crash();
            return !finished;
        }

        private FaultPlan killing(Node console, boolean[] armed, int most, FaultPlan weather) {
            return (operation, key) -> {
                if (armed[0] && ++requests == most) {
                    console.crash();
                }
                return weather.decide(operation, key);
            };
        }

        /** Servers go on: at once or when the pause is undone, and see all they wrote. */
        void nodesGoOn() {
            boolean[] stored = new boolean[1];
            boolean written = false;
            for (int i = 0; i < 60 && !stored[0]; i++) {
                ReadResult now = world.await(node.backend().get(KEY, ReadMode.STRONG, TIMEOUT));
                if (now instanceof ReadResult.Found found) {
                    long seen = Samples.count(found.record());
                    assertThat(seen).isIn(count, written ? count + 1 : count);
                    byte[] next = Samples.server(1, count + 1, count + 1, "n");
                    WriteResult end = world.await(node.backend().replace(KEY, next, found.version(), TIMEOUT));
                    stored[0] = end instanceof WriteResult.Stored || seen == count + 1;
                    written |= end instanceof WriteResult.Unknown;
                }
                world.run(Duration.ofMillis(500));
            }
            assertThat(stored).as("the nodes write again").containsExactly(true);
            count++;
        }

        /** Another console does the same until it is done; whoever finds a pause ends it, or leaves that to the nodes. */
        void nextConsole(Phase goal, boolean aborts, Function<Rollout, ? extends CompletionStage<?>> operation) {
            Rollout rollout = boot("console").rollout();
            Optional<Phase> phase = Optional.empty();
            for (int i = 0; i < 10 && !phase.equals(Optional.of(goal)); i++) {
                phase = Optional.of(world.await(rollout.status()).phase());
                if (phase.orElseThrow().paused()) {
                    if (aborts) {
                        tried(rollout.abort());
                    } else {
                        world.run(PATIENCE);
                    }
                } else if (phase.orElseThrow() != goal) {
                    tried(operation.apply(rollout));
                }
            }
            assertThat(phase).contains(goal);
            nodesGoOn();
        }

        private void tried(CompletionStage<?> stage) {
            CompletionStage<Throwable> end =
                    stage.handle((done, failure) -> Futures.unwrap(failure == null ? new DoneException() : failure));
            assertThat(world.await(end)).isInstanceOfAny(DoneException.class, DurableServerException.class);
        }

        /** Both stores have what was written, while there is a mirror. */
        void alike(Phase phase) {
            world.run(Duration.ofSeconds(10));
            Side side = phase.holder();
            assertThat(countIn(side)).isEqualTo(count);
            if (phase.mirrors()) {
                assertThat(countIn(side.other())).isEqualTo(count);
            }
        }

        private long countIn(Side side) {
            ReadResult read = world.await(new InMemoryBackend(side == Side.SOURCE ? world.source : world.target)
                    .get(KEY, ReadMode.STRONG, TIMEOUT));
            return Samples.count(((ReadResult.Found) read).record());
        }
    }

    private static final class DoneException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static void killedEverywhere(
            Phase goal, Consumer<Trial> before, Function<Rollout, ? extends CompletionStage<?>> operation) {
        boolean died = true;
        int most = 1;
        for (; died && most < MOST_REQUESTS; most++) {
            Trial trial = new Trial();
            before.accept(trial);
            died = trial.diesAfter(most, operation);
            try {
                if (most % 3 != 0) {
                    trial.nodesGoOn();
                }
                trial.nextConsole(goal, most % 2 == 0, operation);
                trial.alike(goal);
            } catch (AssertionError | RuntimeException broken) {
                throw new AssertionError("Killed after " + most + " requests: " + broken, broken);
            }
        }
        assertThat(died).as("%d requests were enough", most).isFalse();
        assertThat(most).isGreaterThan(3);
    }

    private static void backfilled(Trial trial) {
        var unused = trial.world.await(trial.node.rollout().backfill(Pace.DEFAULT));
    }

    private static void cutOver(Trial trial) {
        var unused = trial.cutOver(trial.node);
    }

    @Test
    void inABackfill() {
        killedEverywhere(Phase.VERIFY, trial -> {}, rollout -> rollout.backfill(Pace.DEFAULT));
    }

    @Test
    void inACutOver() {
        killedEverywhere(Phase.CUT_OVER, KilledConsoleTest::backfilled, rollout -> rollout.cutOver(Pace.DEFAULT));
    }

    @Test
    void onTheWayBack() {
        killedEverywhere(Phase.VERIFY, KilledConsoleTest::cutOver, rollout -> rollout.rollBack(Pace.DEFAULT));
    }

    @Test
    void whileItRetiresTheSource() {
        killedEverywhere(Phase.RETIRED, KilledConsoleTest::cutOver, Rollout::retire);
    }

    /** The pause is of a console that was killed before it. */
    @Test
    void whileItUndoesThePauseOfAnother() {
        killedEverywhere(
                Phase.VERIFY,
                trial -> {
                    backfilled(trial);
                    StorePair sides = new StorePair(
                            new InMemoryBackend(trial.world.source),
                            new InMemoryBackend(trial.world.target),
                            RolloutFixture.TIMEOUT);
                    var unused = trial.world.await(new AuthorityTransfer(
                                    new Control(sides, ControlKeys.of(Node.PREFIX, "default"), trial.node.node()))
                            .take(Side.SOURCE));
                },
                Rollout::abort);
    }
}
