package io.durableserver.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.runtime.server.ServerSteps.AfterLast;
import io.durableserver.runtime.server.ServerSteps.Asked;
import io.durableserver.runtime.server.ServerSteps.Repair;
import io.durableserver.runtime.testing.Tries;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The life of a server, step by step, and against a model that keeps it as a list of what happened. */
final class ServerStepsTest {
    private static final int WALKS = 20_000 * Tries.EFFORT;
    private static final int LONGEST = 30;

    private static ServerSteps running() {
        ServerSteps steps = new ServerSteps();
        steps.claims();
        steps.started();
        return steps;
    }

    @Test
    void stopInGoodOrderTerminatesWritesAndTellsOnce() {
        ServerSteps steps = running();
        assertThat(steps.stopAsked(false)).isEqualTo(Asked.BEGINS);
        assertThat(steps.isTerminating()).isTrue();
        assertThat(steps.mayWrite()).isTrue();
        assertThat(steps.beginsLastWrite(false)).isFalse(); // terminate still runs
        assertThat(steps.stopAsked(false)).isEqualTo(Asked.JOINS);
        steps.terminated();
        assertThat(steps.mayWrite()).isFalse();
        assertThat(steps.beginsLastWrite(true)).isFalse(); // a write is in flight
        assertThat(steps.beginsLastWrite(false)).isTrue();
        assertThat(steps.beginsLastWrite(false)).isFalse();
        assertThat(steps.lastWriteEnded(true)).isEqualTo(AfterLast.TELL);
        steps.ended();
        assertThat(steps.stopAsked(false)).isEqualTo(Asked.TOO_LATE);
        assertThat(steps.lastWriteEnded(true)).isEqualTo(AfterLast.NOTHING);
        assertThat(steps.owns()).isFalse();
    }

    @Test
    void keyIsOwnedFromTheClaimUntilTheEnd() {
        ServerSteps steps = new ServerSteps();
        assertThat(steps.owns()).isFalse();
        steps.claims();
        assertThat(steps.owns()).isTrue();
        steps.started();
        assertThat(steps.losesState()).isTrue();
        assertThat(steps.owns()).isTrue(); // no other node may start it before somebody was told
        assertThat(steps.takesMail()).isTrue();
        assertThat(steps.mayWrite()).isFalse();
        steps.ended();
        assertThat(steps.owns()).isFalse();
    }

    @Test
    void crashThatCannotBeStoredKeepsTheServerAndAStopThatWasAskedForDoesNot() {
        ServerSteps crashed = running();
        assertThat(crashed.stopAsked(true)).isEqualTo(Asked.BEGINS);
        assertThat(crashed.isStoppingInOrder()).isFalse();
        assertThat(crashed.losesState()).isTrue();
        ServerSteps stopped = running();
        assertThat(stopped.stopAsked(false)).isEqualTo(Asked.BEGINS);
        assertThat(stopped.isStoppingInOrder()).isTrue();
        assertThat(stopped.losesState()).isFalse();
    }

    @Test
    void defectsAreRepairedSoOftenAndThenEndTheServer() {
        ServerSteps steps = running();
        assertThat(steps.defect(false, false)).isEqualTo(Repair.ABORT);
        assertThat(steps.defect(true, false)).isEqualTo(Repair.STOP);
        steps.stopAsked(true);
        steps.terminated();
        assertThat(steps.beginsLastWrite(false)).isTrue();
        assertThat(steps.defect(true, false)).isEqualTo(Repair.GO_ON);
        assertThat(steps.beginsLastWrite(false)).isTrue(); // it never left
        assertThat(steps.defect(true, true)).isEqualTo(Repair.GO_ON);
        assertThat(steps.beginsLastWrite(false)).isFalse(); // it is on its way
        assertThat(steps.defect(true, false)).isEqualTo(Repair.ABORT);
        assertThat(steps.lastWriteEnded(true)).isEqualTo(AfterLast.END);
        assertThat(steps.defect(false, false)).isEqualTo(Repair.END);
    }

    /** What a walk knows, told in plain words: no flag of the steps is repeated here. */
    private static final class Model {
        final List<String> happened = new ArrayList<>();

        boolean did(String what) {
            return happened.contains(what);
        }

        long times(String what) {
            return happened.stream().filter(what::equals).count();
        }
    }

    @Test
    void noWalkWritesTwiceTellsTwiceOrGoesBack() {
        long seed = Long.getLong("durableserver.seed", new Random().nextLong());
        Random random = new Random(seed);
        for (int walk = 0; walk < WALKS; walk++) {
            walk(random, "seed " + seed + ", walk " + walk);
        }
    }

    private static void walk(Random random, String name) {
        ServerSteps steps = running();
        Model model = new Model();
        Phase before = steps.phase();
        for (int i = 0; i < LONGEST; i++) {
            step(steps, model, random);
            assertThat(steps.phase()).as("%s: %s goes on", name, model.happened).isGreaterThanOrEqualTo(before);
            before = steps.phase();
            // One thing at a time, and each at most once.
            assertThat(model.times("terminate"))
                    .as("%s: %s", name, model.happened)
                    .isLessThanOrEqualTo(1);
            assertThat(model.times("tell")).as("%s: %s", name, model.happened).isLessThanOrEqualTo(1);
            assertThat(model.times("write") - model.times("write failed before it left"))
                    .as("%s: %s", name, model.happened)
                    .isLessThanOrEqualTo(1);
            if (model.did("write")) {
                assertThat(model.did("terminated"))
                        .as("%s: %s", name, model.happened)
                        .isTrue();
            }
            if (model.did("ended")) {
                assertThat(steps.mayWrite() || steps.owns() || steps.takesMail())
                        .as("%s: %s", name, model.happened)
                        .isFalse();
            }
            if (model.did("lost")) {
                assertThat(steps.mayWrite()).as("%s: %s", name, model.happened).isFalse();
            }
        }
    }

    private static void step(ServerSteps steps, Model model, Random random) {
        switch (random.nextInt(8)) {
            case 0 -> {
                if (steps.stopAsked(random.nextInt(3) == 0) == Asked.BEGINS) {
                    model.happened.add("terminate");
                }
            }
            case 1 -> {
                if (steps.isTerminating()) {
                    steps.terminated();
                    model.happened.add("terminated");
                }
            }
            case 2, 3 -> {
                if (steps.beginsLastWrite(random.nextBoolean())) {
                    model.happened.add("write");
                }
            }
            case 4 -> {
                if (model.times("write") > model.times("write failed before it left") && !model.did("last")) {
                    AfterLast next = steps.lastWriteEnded(random.nextInt(4) != 0);
                    if (next != AfterLast.NOTHING) {
                        model.happened.add("last");
                    }
                    if (next == AfterLast.TELL) {
                        model.happened.add("tell");
                    }
                    if (next != AfterLast.NOTHING) {
                        steps.ended();
                        model.happened.add("ended");
                    }
                }
            }
            case 5 -> {
                boolean writing = model.did("write") && !model.did("last");
                boolean inFlight = writing && random.nextBoolean();
                Repair repair = steps.defect(random.nextInt(4) != 0, inFlight);
                if (repair == Repair.GO_ON && writing && !inFlight) {
                    model.happened.add("write failed before it left");
                }
                if (repair == Repair.ABORT || repair == Repair.END) {
                    steps.ended();
                    model.happened.add("ended");
                }
            }
            case 6 -> {
                if (random.nextInt(5) == 0 && steps.losesState()) {
                    model.happened.add("lost");
                }
            }
            default -> {
                if (random.nextInt(10) == 0) {
                    steps.ended();
                    model.happened.add("ended");
                }
            }
        }
    }
}
