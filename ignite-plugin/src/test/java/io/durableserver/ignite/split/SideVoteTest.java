package io.durableserver.ignite.split;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ignite.split.SideVote.Asked;
import io.durableserver.testkit.Effort;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SideVoteTest {
    private static final long PROMISE = 100;
    private static final Set<String> CLUSTERS = Set.of("c1");

    private final SideVote vote = new SideVote(PROMISE);

    private static Asked asked(@Nullable String cannot, String... view) {
        return new Asked("b1", List.of(view), CLUSTERS, cannot);
    }

    private String giveUp(String call, long now) {
        return vote.giveUp(call, Set.of("b1"), CLUSTERS, asked(null, "b1"), now);
    }

    @Test
    void aSideThatIsKeptByItsOwnCallIsNotGivenUpByAnother() {
        assertThat(vote.keep("ours", 0)).isEmpty();
        assertThat(giveUp("theirs", 1)).matches(SideVote::passes);
        assertThat(vote.go("theirs", 2)).isNotEmpty();
        vote.release("ours");
        assertThat(giveUp("theirs", 3)).isEmpty();
    }

    @Test
    void aSideThatIsToGoKeepsNothing() {
        assertThat(giveUp("theirs", 0)).isEmpty();
        assertThat(vote.keep("ours", 1)).matches(SideVote::passes);
        assertThat(vote.go("theirs", 2)).isEmpty();
        assertThat(vote.keep("ours", 1_000)).as("that holds for good").isNotEmpty();
        assertThat(giveUp("another", 1_000)).isNotEmpty();
        assertThat(vote.go("theirs", 1_000)).as("once").isNotEmpty();
    }

    @Test
    void aCallThatDiedHoldsNobodyUp() {
        assertThat(vote.keep("dead", 0)).isEmpty();
        assertThat(giveUp("theirs", PROMISE)).isEmpty();
        assertThat(vote.go("theirs", 2 * PROMISE)).as("nor is it late").isNotEmpty();
    }

    @Test
    void onlyTheCallThatGotAPromiseTakesItBack() {
        assertThat(vote.keep("ours", 0)).isEmpty();
        vote.release("theirs");
        assertThat(giveUp("theirs", 1)).isNotEmpty();
    }

    @Test
    void allOfASideIsNamedAndOfTheSameCluster() {
        assertThat(vote.giveUp("c", Set.of("b1"), CLUSTERS, asked(null, "b1", "b2"), 0))
                .contains("b2")
                .matches(answer -> !SideVote.passes(answer));
        assertThat(vote.giveUp("c", Set.of("b1"), Set.of("c2"), asked(null, "b1"), 0))
                .contains("another cluster");
        assertThat(vote.giveUp("c", Set.of("b1"), CLUSTERS, asked("it stays", "b1"), 0))
                .isEqualTo("it stays");
        assertThat(vote.keep("ours", 0)).as("nothing was promised").isEmpty();
    }

    @Test
    void whatCouldNotBeBegunIsTakenBack() {
        assertThat(giveUp("theirs", 0)).isEmpty();
        assertThat(vote.go("theirs", 0)).isEmpty();
        vote.stay("theirs");
        assertThat(vote.keep("ours", 0)).isEmpty();
    }

    /** Every order of the steps of two calls with opposite names, each of which ends with the first refusal. */
    @Test
    void callsWithOppositeNamesNeverGiveUpBothSides() {
        int one = 0;
        int steps = 2 * SideCall.values().length;
        for (int order = 0; order < 1 << (2 * steps); order++) {
            if (Integer.bitCount(order) == steps) {
                SideVote[][] sides = sides();
                Call first = new Call("first", sides[0], sides[1]);
                Call second = new Call("second", sides[1], sides[0]);
                for (int step = 0; step < 2 * steps; step++) {
                    ((order >> step & 1) == 0 ? first : second).step(0);
                }
                assertThat(first.went && second.went).isFalse();
                one += first.went != second.went ? 1 : 0;
            }
        }
        assertThat(one).as("or else nothing would ever go").isPositive();
    }

    /** Any step may take longer than any promise holds; what was sent may arrive after its call is over, or never. */
    @Test
    void callsWithOppositeNamesNeverGiveUpBothSidesHoweverLongTheyStall() {
        int one = 0;
        for (long seed = Effort.firstSeed(); seed < Effort.firstSeed() + Effort.count(20_000); seed++) {
            Random random = new Random(seed);
            SideVote[][] sides = sides();
            List<Call> calls = new ArrayList<>(
                    List.of(new Call("first", sides[0], sides[1]), new Call("second", sides[1], sides[0])));
            calls.add(new Call("third", sides[(int) (seed % 2)], sides[(int) (1 - seed % 2)]));
            boolean[] went = new boolean[2];
            long now = 0;
            while (!calls.isEmpty()) {
                now += random.nextInt(4) == 0 ? random.nextLong(2 * PROMISE) : random.nextLong(PROMISE / 10);
                Call call = calls.get(random.nextInt(calls.size()));
                call.loses = random.nextInt(20) == 0;
                if (!call.step(now)) {
                    calls.remove(call);
                }
                went[call.given == sides[0] ? 0 : 1] |= call.went;
            }
            assertThat(went[0] && went[1]).as("seed %s", seed).isFalse();
            one += went[0] != went[1] ? 1 : 0;
        }
        assertThat(one).as("or else nothing would ever go").isPositive();
    }

    private static SideVote[][] sides() {
        return new SideVote[][] {
            {new SideVote(PROMISE), new SideVote(PROMISE)},
            {new SideVote(PROMISE), new SideVote(PROMISE)}
        };
    }

    /** Asks one node a step, and in the end releases them. */
    private static final class Call {
        private final String token;
        private final SideVote[] kept;
        private final SideVote[] given;
        private final List<SideVote> late = new ArrayList<>();
        private int next;
        private boolean went;
        /** The next question gets no answer in time, and is heard after the call is over. */
        private boolean loses;

        private Call(String token, SideVote[] kept, SideVote[] given) {
            this.token = token;
            this.kept = kept;
            this.given = given;
        }

        /** Whether there is more to do. */
        private boolean step(long now) {
            SideCall[] plan = SideCall.values();
            if (next >= 2 * plan.length) {
                late.forEach(node -> went |= node.go(token, now).isEmpty());
                return false;
            }
            SideCall asked = plan[next / 2];
            SideVote node = (asked.ours ? kept : given)[next % 2];
            next++;
            boolean goes = asked == SideCall.GO;
            if (goes && loses) {
                late.add(node);
            } else if (goes) {
                went |= node.go(token, now).isEmpty();
            } else if (loses || !answer(asked, node, now).isEmpty()) {
                next = 2 * plan.length;
            }
            if (next == 2 * plan.length) {
                // A side that was told to go is not released.
                List.of(goes ? new SideVote[0] : given, kept)
                        .forEach(side -> List.of(side).forEach(one -> one.release(token)));
            }
            return true;
        }

        private String answer(SideCall asked, SideVote node, long now) {
            return asked.ours
                    ? node.keep(token, now)
                    : node.giveUp(token, Set.of("b1"), CLUSTERS, asked(null, "b1"), now);
        }
    }
}
