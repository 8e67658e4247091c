package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.testkit.Effort;
import java.util.Arrays;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** An old copy never wins, whatever nodes do, and whatever renewals reach. */
class ReturnWalksTest {
    private static final int SEEDS = 1_000;
    private static final int STEPS = 40;

    /**
     * The node that stays alone renews its mark, and is gone before the next one hears of it; that one goes on with the third. Both
     * marks have one number.
     */
    @Test
    void aMarkThatOneNodeMadeAloneIsNoneOfTheNewest() {
        ReturningWorld world = new ReturningWorld(3, 2);
        world.leave(1);
        world.renew(0b100);
        world.join(1);
        world.leave(2);
        world.serve();
        world.leave(0);
        world.join(0);
        world.join(2);
        assertThat(ReturnOrderTest.allCome(world)).isTrue();
    }

    /** A mark of an earlier run names the same nodes; one of them renewed its own with a third one since. */
    @Test
    void aMarkOfAnEarlierRunIsNotKept() {
        ReturningWorld world = new ReturningWorld(3, 2);
        world.leave(2);
        world.renew(-1);
        world.leave(0);
        world.leave(1);
        world.join(2);
        world.join(0);
        world.join(1);
        world.open();
        world.renew(0b100);
        world.leave(2);
        world.serve();
        world.leave(1);
        world.join(1);
        world.join(2);
        assertThat(ReturnOrderTest.allCome(world)).isTrue();
    }

    /** With three copies: 2 and 0 are in no mark that is newer, and 2 left later than 0. */
    @Test
    void twoNodesThatWereAwayBeforeTheLossAreNotEqual() {
        ReturningWorld world = new ReturningWorld(5, 3, 2);
        world.leave(0);
        world.serve();
        world.leave(2);
        world.renew(0b10);
        world.leave(3);
        world.join(2);
        world.serve();
        world.join(0);
        world.join(3);
        assertThat(ReturnOrderTest.allCome(world)).isTrue();
    }

    /** It was given the newest copies in that moment, and no mark says so. */
    @Test
    void aNodeThatCameForAMomentMayBeNewer() {
        ReturningWorld world = new ReturningWorld(4, 1, 2);
        world.leave(2);
        world.serve();
        world.join(2);
        world.fill(-1);
        world.open();
        world.renew(-1);
        world.leave(0);
        world.leave(1);
        world.serve();
        world.join(1);
        world.fill(-1);
        world.leave(1);
        world.leave(3);
        world.serve();
        world.join(1);
        world.serve();
        assertThat(world.join(0)).as("older than 1, which came for a moment").isFalse();
        world.join(3);
        assertThat(ReturnOrderTest.allCome(world)).isTrue();
    }

    /** Without a quorum: the others remember nothing of a node that was let in and stayed alone in the same moment. */
    @Test
    void aNodeThatIsAloneBeforeAnybodyRemembersItDoesNotWrite() {
        ReturningWorld world = new ReturningWorld(3, 1);
        world.leave(2);
        world.serve();
        world.join(2);
        world.open();
        world.leave(0);
        world.leave(1);
        world.serve();
        world.leave(2);
        world.join(0);
        world.join(1);
        world.activateByHand();
        world.serve();
        assertThat(ReturnOrderTest.allCome(world)).isTrue();
    }

    /** It was given what others wrote since, and not all that was lost with the one that filled it. */
    @Test
    void aNodeThatLeavesWhileItIsFilledIsNotNewerThanWhoeverFilledIt() {
        ReturningWorld world = new ReturningWorld(3, 1);
        world.leave(2);
        world.serve();
        world.join(2);
        world.open();
        world.renew(-1);
        world.write();
        world.leave(1);
        world.renew(-1);
        world.leave(2);
        world.renew(-1);
        assertThat(world.join(1)).as("may be newer than 2, and older").isFalse();
        assertThat(world.join(2)).as("it was in the newest mark, half filled").isFalse();
        assertThat(ReturnOrderTest.allCome(world)).as("an operator decides").isFalse();
    }

    @Test
    void aNodeThatIsFilledLocksNobodyOut() {
        ReturningWorld world = new ReturningWorld(3, 1);
        world.leave(2);
        world.serve();
        world.join(2);
        world.serve();
        world.leave(1);
        world.serve();
        world.leave(2);
        world.serve();
        assertThat(world.join(2)).as("it had all, and nobody waits for 1").isTrue();
        assertThat(ReturnOrderTest.allCome(world)).isTrue();
    }

    /** The oldest node has just come back itself, and nobody has told it so. */
    @Test
    void whoeverIsTheOldestNodeKnowsWhatItIsItself() {
        ReturningWorld world = new ReturningWorld(4, 3);
        world.leave(1);
        world.serve();
        world.leave(2);
        world.leave(0);
        assertThat(world.join(2)).isTrue();
        world.leave(3);
        assertThat(world.join(1)).as("older than 2").isFalse();
        assertThat(ReturnOrderTest.allCome(world)).isTrue();
    }

    @Test
    void aSideThatWasCutOffTakesNobodyInThatSawMore() {
        ReturningWorld world = new ReturningWorld(3, 2);
        world.split(0b100);
        world.serve();
        world.leave(0);
        world.look(1);
        assertThat(world.join(0)).as("the cut off side has older copies").isFalse();
        world.look(0);
        assertThat(world.join(0)).isTrue();
        world.serve();
        assertThat(world.servesAll()).isTrue();
        assertThat(ReturnOrderTest.allCome(world)).isTrue();
    }

    /** They had no time to tell each other that all held their marks. */
    @Test
    void aSideThatWasCutOffTakesNobodyInThatHasJustWritten() {
        ReturningWorld world = new ReturningWorld(3, 2);
        world.split(0b100);
        world.renew(-1);
        world.write();
        world.leave(1);
        world.look(1);
        assertThat(world.join(1)).isFalse();
        assertThat(ReturnOrderTest.allCome(world)).isTrue();
    }

    /** Each side counts its versions on, and the one that is given up has the higher ones. */
    @Test
    void ofTwoSidesThatBothWroteNeitherTakesTheOtherInAndTheKeptOneGoesOn() {
        ReturningWorld world = new ReturningWorld(3, 1);
        world.split(0b100);
        world.look(1);
        for (int i = 0; i < 3; i++) {
            world.serve();
        }
        world.leave(2);
        world.look(0);
        world.serve();
        assertThat(world.join(2)).isFalse();
        world.serve();
        assertThat(world.strangers).isEqualTo(1);
        assertThat(ReturnOrderTest.allCome(world)).as("2 is wiped").isTrue();
    }

    /** Writes go on before nodes know that all held their marks, and here they do not come to know it. */
    @Test
    void ofTwoSidesThatBothWroteNeitherTakesTheOtherInThatDoesNotKnowWhatItAgreedOn() {
        ReturningWorld world = new ReturningWorld(3, 1, 2);
        world.split(0b100);
        world.renew(-1);
        world.write();
        world.look(1);
        world.serve();
        world.leave(0);
        world.leave(1);
        assertThat(world.join(1)).as("what it wrote would be replaced").isFalse();
        assertThat(world.strangers).isEqualTo(1);
    }

    /** The one that stayed up served before, and does not serve what another one brought before all marks were asked. */
    @Test
    void aNodeThatStaysUpOverAnActivationLooksAgainWhoIsHere() {
        ReturningWorld world = new ReturningWorld(3, 2);
        world.leave(2);
        world.serve();
        world.deactivate();
        world.leave(1);
        world.join(2);
        world.activateOnly();
        world.renew(-1);
        world.write();
        world.open();
        assertThat(world.refused).as("1 has the newest copies").isEqualTo(1);
        world.join(1);
        assertThat(ReturnOrderTest.allCome(world)).isTrue();
    }

    /** It joins in the moment before a store looks which nodes are missing, and would be filled from older copies. */
    @Test
    void aClusterThatWasActivatedWithoutTheNewestNodeDoesNotTakeItIn() {
        ReturningWorld world = new ReturningWorld(3, 1);
        world.leave(0);
        world.leave(2);
        world.serve();
        world.leave(1);
        world.join(0);
        world.join(2);
        world.activateOnly();
        assertThat(world.join(1)).isFalse();
        world.open();
        assertThat(world.refused).as("1 is missing").isEqualTo(1);
        assertThat(world.join(1)).isTrue();
        assertThat(ReturnOrderTest.allCome(world)).isTrue();
    }

    /** Anything at any time, three to five nodes. */
    @Test
    void anOldCopyNeverWins() {
        int stuck = walks(
                random -> {
                    int count = 3 + random.nextInt(3);
                    return new ReturningWorld(count, random.nextBoolean() ? 1 : count / 2 + 1);
                },
                ReturnWalksTest::any);
        assertThat(stuck)
                .as("nodes that left more than once while others were lost, and keep each other out")
                .isLessThan(Effort.count(SEEDS) / 7);
    }

    /** The same, and each walk does some things often and others seldom or never. */
    @Test
    void anOldCopyNeverWinsWhereSomethingHappensOften() {
        int[] often = new int[10];
        int stuck = walks(
                random -> {
                    for (int kind = 0; kind < often.length; kind++) {
                        often[kind] = Math.max(random.nextInt(4), kind < 2 ? 1 : 0);
                    }
                    int count = 3 + random.nextInt(100) / 60 + random.nextInt(100) / 80;
                    int quorum = random.nextBoolean() ? 1 : count / 2 + 1;
                    return new ReturningWorld(count, quorum, count > 3 && random.nextInt(4) == 0 ? 2 : 1);
                },
                (world, random) -> one(world, random, often));
        assertThat(stuck).as("nodes that keep each other out").isLessThan(Effort.count(SEEDS) / 25);
    }

    /** The network is split, too, and whoever stops joins any side; three to five nodes, with a quorum and without. */
    @Test
    void anOldCopyNeverWinsAfterASplit() {
        int[] outside = new int[2];
        int stuck = walks(
                random -> {
                    int count = 3 + random.nextInt(3);
                    return new ReturningWorld(count, random.nextInt(3) > 0 ? 1 : count / 2 + 1);
                },
                (world, random) -> {
                    outside[0] -= world.later;
                    outside[1] -= world.strangers;
                    world.look(random.nextInt(world.sides()));
                    if (random.nextInt(8) == 0) {
                        world.split(random.nextInt(1 << world.count()));
                    } else {
                        any(world, random);
                    }
                    outside[0] += world.later;
                    outside[1] += world.strangers;
                });
        assertThat(outside).as("ahead, of another side that wrote").doesNotContain(0);
        assertThat(stuck).as("nodes that keep each other out").isLessThan(Effort.count(SEEDS) / 7);
    }

    private static int walks(Function<Random, ReturningWorld> begin, BiConsumer<ReturningWorld, Random> step) {
        int[] seen = new int[3];
        int stuck = 0;
        for (long seed = 1; seed <= Effort.count(SEEDS); seed++) {
            Random random = new Random(seed);
            ReturningWorld world = begin.apply(random);
            try {
                for (int i = 0; i < STEPS; i++) {
                    step.accept(world, random);
                }
                stuck += ReturnOrderTest.allCome(world) || world.gaveUp() ? 0 : 1;
            } catch (AssertionError found) {
                throw new AssertionError("seed " + seed + ": " + world, found);
            }
            ReturnOrderTest.count(world, seen);
        }
        assertThat(seen).as("reset, refused, kept out").doesNotContain(0);
        return stuck;
    }

    /** One of ten things, as often as its weight says. */
    private static void one(ReturningWorld world, Random random, int[] often) {
        int left = random.nextInt(Arrays.stream(often).sum());
        int kind = 0;
        while (left >= often[kind]) {
            left -= often[kind++];
        }
        int node = random.nextInt(world.count());
        switch (kind) {
            case 0 -> leaveIfHere(world, node);
            case 1 -> joinIfAway(world, node);
            case 2 -> world.activateByHand();
            case 3 -> world.renew(random.nextInt(1 << world.count()));
            case 4 -> {
                world.renew(-1);
                world.write();
            }
            case 5 -> {
                boolean here = world.newestAreHere();
                if (random.nextBoolean()) {
                    joinIfAway(world, node);
                }
                if (here) {
                    world.reset();
                }
            }
            case 6 -> world.open();
            case 7 -> world.agree(random.nextInt(1 << world.count()));
            case 8 -> world.fill(random.nextLong());
            default -> world.serve();
        }
    }

    private static void leaveIfHere(ReturningWorld world, int node) {
        if (world.isOnline(node)) {
            world.leave(node);
        }
    }

    private static void joinIfAway(ReturningWorld world, int node) {
        if (!world.isOnline(node)) {
            world.join(node);
        }
    }

    private static void any(ReturningWorld world, Random random) {
        switch (random.nextInt(10)) {
            case 0, 1 -> change(world, random);
            case 2 -> world.activateByHand();
            case 3 -> {
                world.renew(random.nextInt(1 << world.count()));
                world.agree(random.nextInt(1 << world.count()));
            }
            case 4 -> {
                boolean here = world.newestAreHere();
                // Of the nodes that leave in this very moment nobody hears in time.
                int node = random.nextInt(world.count());
                if (random.nextBoolean() && !world.isOnline(node)) {
                    world.join(node);
                }
                if (here) {
                    world.reset();
                }
            }
            case 5 -> world.open();
            case 6 -> world.fill(random.nextLong());
            case 7 -> {
                // Writes do not wait until nodes know that they agreed.
                world.renew(-1);
                world.write();
                world.agree(random.nextInt(1 << world.count()));
            }
            case 8 -> {
                if (random.nextInt(3) == 0) {
                    world.deactivate();
                    if (random.nextBoolean()) {
                        change(world, random);
                    }
                    world.activateOnly();
                    // What an open store does before it looks; nobody else joins until then.
                    world.renew(-1);
                    world.write();
                    world.open();
                }
            }
            default -> world.serve();
        }
    }

    private static void change(ReturningWorld world, Random random) {
        int node = random.nextInt(world.count());
        if (world.isOnline(node)) {
            world.leave(node);
        } else {
            world.join(node);
        }
    }
}
