package io.durableserver.ignite.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ignite.NodeState.Phase;
import io.durableserver.ignite.WhenCutOff;
import io.durableserver.ignite.life.LifeSteps.Effect;
import io.durableserver.ignite.life.LifeSteps.Ending;
import io.durableserver.ignite.life.LifeSteps.Event;
import io.durableserver.ignite.life.LifeSteps.Leaving;
import io.durableserver.testkit.Effort;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class LifeStepsTest {
    private static final Instant WALL = Instant.parse("2026-11-29T12:00:00Z");
    private static final Event CUT_OFF = new Event.Lost("This node was cut off", true);

    private long now;
    private LifeSteps steps = steps(WhenCutOff.RESTART);

    private LifeSteps steps(WhenCutOff policy) {
        return new LifeSteps(policy, Duration.ofSeconds(10), now);
    }

    private Effect on(Event event) {
        return steps.on(event, now, WALL, 0.5);
    }

    private static <T> T any(Random random, T[] values) {
        return List.of(values).get(random.nextInt(values.length));
    }

    private Effect.Pause pause(Effect effect) {
        assertThat(effect).isInstanceOf(Effect.Pause.class);
        return (Effect.Pause) effect;
    }

    @Test
    void aNodeThatWasCutOffJoinsAgain() {
        assertThat(on(CUT_OFF)).isEqualTo(new Effect.Leave(Leaving.BY_ITSELF));
        assertThat(steps.phase()).isEqualTo(Phase.REJOINING);
        assertThat(steps.cause()).startsWith("This node was cut off at 2026-11-29T12:00:00Z; rejoining when");
        Duration first = pause(on(new Event.Stopped(Ending.CUT_OFF))).time();
        assertThat(first).isBetween(Duration.ofMillis(250), Duration.ofMillis(500));
        assertThat(steps.cause()).endsWith("rejoining in " + first.toMillis() + " ms");
        assertThat(on(new Event.Due())).isEqualTo(new Effect.Join(false));
        assertThat(on(new Event.Joined())).isEqualTo(new Effect.Wait());
        assertThat(steps.cause()).isEmpty();
    }

    @Test
    void aRejoinThatFailsIsRepeatedEverMoreRarelyAndSaysWhy() {
        on(CUT_OFF);
        Duration last = pause(on(new Event.Stopped(Ending.CUT_OFF))).time();
        for (int attempt = 2; attempt < 20; attempt++) {
            on(new Event.Due());
            Duration next = pause(on(new Event.Failed("port in use"))).time();
            assertThat(next).isGreaterThanOrEqualTo(last).isLessThanOrEqualTo(Duration.ofSeconds(10));
            assertThat(steps.cause()).endsWith("(attempt " + attempt + "; the last one failed: port in use)");
            last = next;
        }
        assertThat(last).isGreaterThan(Duration.ofSeconds(5));
    }

    @Test
    void aNodeThatIsLostAgainSoonDoesNotHurry() {
        List<Duration> pauses = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            on(CUT_OFF);
            pauses.add(pause(on(new Event.Stopped(Ending.CUT_OFF))).time());
            on(new Event.Due());
            on(new Event.Joined());
        }
        assertThat(pauses.get(4)).isGreaterThan(pauses.get(0).multipliedBy(8));
        now += Duration.ofMinutes(2).toNanos();
        on(CUT_OFF);
        assertThat(pause(on(new Event.Stopped(Ending.CUT_OFF))).time()).isEqualTo(pauses.get(0));
    }

    @Test
    void onlyAfterAWhileANodeBeginsAClusterOfItsOwn() {
        on(CUT_OFF);
        on(new Event.Stopped(Ending.CUT_OFF));
        assertThat(on(new Event.Due())).isEqualTo(new Effect.Join(false));
        on(new Event.Failed("nobody answers"));
        now += Duration.ofSeconds(10).toNanos();
        assertThat(on(new Event.Due())).isEqualTo(new Effect.Join(true));
    }

    @Test
    void otherPoliciesEndIt() {
        steps = steps(WhenCutOff.STAY_DOWN);
        on(CUT_OFF);
        assertThat(steps.phase()).isEqualTo(Phase.STOPPED);
        assertThat(on(new Event.Stopped(Ending.CUT_OFF))).isEqualTo(new Effect.End(false));
        assertThat(steps.cause()).contains("cut off at").contains("STAY_DOWN");

        steps = steps(WhenCutOff.EXIT);
        on(CUT_OFF);
        assertThat(on(new Event.Stopped(Ending.CUT_OFF))).isEqualTo(new Effect.End(true));
        assertThat(steps.cause()).contains("the process exits now");
    }

    @Test
    void anIgniteThatStopsByItselfIsLookedAt() {
        assertThat(on(new Event.Gone())).isEqualTo(new Effect.Leave(Leaving.BY_ITSELF));
        assertThat(steps.cause()).as("not known yet").isEmpty();
        pause(on(new Event.Stopped(Ending.BROKEN)));
        assertThat(steps.cause()).contains("critical failure");

        steps = steps(WhenCutOff.EXIT);
        on(new Event.Gone());
        assertThat(on(new Event.Stopped(Ending.ASKED)))
                .as("the application stopped it, and lives on")
                .isEqualTo(new Effect.End(false));
        assertThat(steps.cause()).contains("Ignition.stop");
    }

    @Test
    void aNodeThatStepsDownStoresItsServersFirst() {
        assertThat(on(new Event.StepDown("The cluster was split"))).isEqualTo(new Effect.Leave(Leaving.IN_ORDER));
        pause(on(new Event.Stopped(Ending.ASKED)));
        assertThat(steps.cause()).startsWith("The cluster was split at");
        steps = steps(WhenCutOff.STAY_DOWN);
        assertThat(on(new Event.StepDown("The cluster was split")))
                .as("it could not come back")
                .isEqualTo(new Effect.Wait());
    }

    /** Whatever happens, in whatever order: after a close nothing is joined, and the end comes as soon as what is under way is over. */
    @Test
    void closeEndsItFromWhereverItIs() {
        List<Supplier<Event>> events = List.of(
                () -> CUT_OFF, Event.Gone::new, Event.Due::new, () -> new Event.StepDown("split"), Event.Close::new);
        int runs = 2_000 * Integer.getInteger("durableserver.effort", 1);
        for (long seed = Effort.firstSeed(); seed < Effort.firstSeed() + runs; seed++) {
            Random random = new Random(seed);
            steps = steps(any(random, WhenCutOff.values()));
            boolean closed = false;
            int ends = 0;
            for (int i = 0; i < 30; i++) {
                Event event = i == 29
                        ? new Event.Close()
                        : events.get(random.nextInt(events.size())).get();
                closed |= event instanceof Event.Close;
                Effect effect = on(event);
                while (effect instanceof Effect.Leave || effect instanceof Effect.Join) {
                    if (effect instanceof Effect.Join) {
                        assertThat(closed).as("seed %d", seed).isFalse();
                        effect = on(random.nextBoolean() ? new Event.Joined() : new Event.Failed("x"));
                    } else {
                        effect = on(new Event.Stopped(any(random, Ending.values())));
                    }
                }
                if (effect instanceof Effect.End) {
                    ends++;
                }
            }
            assertThat(ends).as("seed %d", seed).isEqualTo(1);
            assertThat(steps.isOver()).isTrue();
            assertThat(steps.phase()).isEqualTo(Phase.STOPPED);
            assertThat(steps.cause()).isNotEmpty();
        }
    }
}
