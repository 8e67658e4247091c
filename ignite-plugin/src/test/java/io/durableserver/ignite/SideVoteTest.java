package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ignite.SideVote.Asked;
import java.util.List;
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
        int both = 0;
        int one = 0;
        for (int order = 0; order < 1 << (2 * Call.STEPS); order++) {
            if (Integer.bitCount(order) == Call.STEPS) {
                SideVote[] a = {new SideVote(PROMISE), new SideVote(PROMISE)};
                SideVote[] b = {new SideVote(PROMISE), new SideVote(PROMISE)};
                Call first = new Call("first", a, b);
                Call second = new Call("second", b, a);
                for (int step = 0; step < 2 * Call.STEPS; step++) {
                    ((order >> step & 1) == 0 ? first : second).step();
                }
                both += first.went && second.went ? 1 : 0;
                one += first.went != second.went ? 1 : 0;
            }
        }
        assertThat(both).isZero();
        assertThat(one).as("or else nothing would ever go").isPositive();
    }

    private static final class Call {
        static final int STEPS = 7;

        private final String token;
        private final SideVote[] kept;
        private final SideVote[] given;
        private int next;
        private boolean went;
        private boolean over;

        Call(String token, SideVote[] kept, SideVote[] given) {
            this.token = token;
            this.kept = kept;
            this.given = given;
        }

        void step() {
            int step = next++;
            String answer = over
                    ? ""
                    : switch (step) {
                        case 0, 1 -> kept[step].keep(token, 0);
                        case 2, 3 -> given[step - 2].giveUp(token, Set.of("b1"), CLUSTERS, asked(null, "b1"), 0);
                        case 4, 5 -> given[step - 4].go(token, 0);
                        default -> "the end";
                    };
            went |= !over && answer.isEmpty() && (step == 4 || step == 5);
            if (!answer.isEmpty()) {
                over = true;
                for (int node = 0; node < 2; node++) {
                    kept[node].release(token);
                    given[node].release(token);
                }
            }
        }
    }
}
