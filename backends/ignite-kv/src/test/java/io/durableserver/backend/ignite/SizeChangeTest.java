package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.backend.ignite.SizeChange.Step;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SizeChangeTest {
    private static final int MOST = 9;

    /** What each node remembers; all are in the baseline. */
    private final Map<String, Optional<ClusterSize>> nodes = new HashMap<>();

    private static String node(int number) {
        return "n" + number;
    }

    private void know(int count, int from, ClusterSize size) {
        IntStream.range(from, from + count).forEach(i -> nodes.put(node(i), Optional.of(size)));
    }

    private Step next(int from, int to) {
        return SizeChange.next(new SizeChange.View(nodes.keySet(), nodes), from, to);
    }

    /** Performs a step on the first nodes. */
    private void perform(Step step, int count) {
        IntStream.range(0, count).forEach(i -> perform(step, node(i)));
    }

    private void perform(Step step, String node) {
        Optional<ClusterSize> now = nodes.getOrDefault(node, Optional.empty());
        if (step instanceof Step.Swap swap && now.equals(Optional.of(swap.now()))) {
            nodes.put(node, Optional.of(swap.next()));
        } else if (step instanceof Step.Spread spread
                && (now.isEmpty() || spread.size().compareTo(now.get()) > 0)) {
            nodes.put(node, Optional.of(spread.size()));
        }
    }

    private Step toTheEnd(int from, int to) {
        for (int i = 0; i < 10; i++) {
            Step step = next(from, to);
            if (step instanceof Step.Done || step instanceof Step.Refused) {
                return step;
            }
            perform(step, nodes.size());
        }
        throw new AssertionError("does not end: " + nodes);
    }

    /** All splits into two parts, where the first nodes know one thing and the others another: nothing else tells nodes apart. */
    private void noTwoPartsMayWrite(int first) {
        int others = nodes.size() - first;
        for (int x = 0; x <= first; x++) {
            for (int y = 0; y <= others; y++) {
                if (!mayWrite(0, x, first, y)) {
                    continue;
                }
                for (int i = 0; i <= first - x; i++) {
                    for (int j = 0; j <= others - y; j++) {
                        assertThat(mayWrite(x, i, first + y, j))
                                .as("%s and %s beside %s and %s of %s", i, j, x, y, nodes)
                                .isFalse();
                    }
                }
            }
        }
    }

    private boolean mayWrite(int from, int count, int otherFrom, int otherCount) {
        Set<String> part = IntStream.concat(
                        IntStream.range(from, from + count), IntStream.range(otherFrom, otherFrom + otherCount))
                .mapToObj(SizeChangeTest::node)
                .collect(Collectors.toSet());
        return !part.isEmpty()
                && SizeChange.mayWrite(
                        ClusterSize.newest(part.stream()
                                .map(node -> nodes.getOrDefault(node, Optional.empty()))
                                .flatMap(Optional::stream)
                                .toList()),
                        nodes.keySet(),
                        part);
    }

    /** Each number of nodes, each change that is allowed, stopped after each node; then it goes on, or is taken back. */
    @Test
    void noTwoPartsMayWriteAtAnyMomentOfAChange() {
        int changes = 0;
        for (int count = 1; count <= MOST; count++) {
            for (int from = 1; from < 2 * MOST; from++) {
                for (int to = 1; to < 2 * MOST; to++) {
                    nodes.clear();
                    know(count, 0, ClusterSize.first(from));
                    if (next(from, to) instanceof Step.Swap) {
                        changes++;
                        stopAnywhere(count, from, to);
                    }
                }
            }
        }
        assertThat(changes).isGreaterThan(100);
    }

    private void stopAnywhere(int count, int from, int to) {
        while (!(next(from, to) instanceof Step.Done)) {
            Step step = next(from, to);
            for (int done = 0; done <= count; done++) {
                Map<String, Optional<ClusterSize>> before = Map.copyOf(nodes);
                perform(step, done);
                noTwoPartsMayWrite(done);
                Map<String, Optional<ClusterSize>> stopped = Map.copyOf(nodes);
                assertThat(toTheEnd(from, to)).isInstanceOf(Step.Done.class);
                assertThat(nodes.values()).allMatch(size -> size.orElseThrow().expected() == to);
                nodes.putAll(stopped);
                boolean committed = nodes.values().stream()
                        .anyMatch(size -> size.orElseThrow().expected() == to);
                assertThat(toTheEnd(from, from)).isInstanceOf(committed ? Step.Refused.class : Step.Done.class);
                assertThat(committed
                                || nodes.values().stream()
                                        .allMatch(size -> size.orElseThrow().pending() == from))
                        .isTrue();
                nodes.putAll(before);
            }
            perform(step, count);
        }
    }

    @Test
    void everySizeCanBecomeOneMoreAndOneLess() {
        for (int count = 2; count <= MOST; count++) {
            nodes.clear();
            know(count, 0, ClusterSize.first(count));
            assertThat(toTheEnd(count, count + 1)).as("%s", count).isInstanceOf(Step.Done.class);
            assertThat(toTheEnd(count + 1, count)).isInstanceOf(Step.Done.class);
        }
    }

    @Test
    void aNumberThatDoesNotFitTheBaselineIsRefusedWithTheOnesThatDo() {
        know(3, 0, ClusterSize.first(3));
        for (int to : new int[] {-1, 0, 1, 2, 6, 7, 1_000, 1_001}) {
            assertThat(next(3, to))
                    .isInstanceOfSatisfying(
                            Step.Refused.class,
                            refused -> assertThat(refused.reason())
                                    .isInstanceOf(ConfigurationException.class)
                                    .hasMessageContaining("Option to must be")
                                    .hasMessageContaining("was " + to));
        }
        assertThat(((Step.Refused) next(3, 7)).reason()).hasMessageContaining("3 to 5, with 3 nodes in the baseline");
    }

    @Test
    void aChangeIsTakenBackAlsoToANumberThatNobodyCouldSetNow() {
        int large = SizeChange.LARGEST + 1;
        know(large, 0, ClusterSize.first(large).towards(large - 1));
        assertThat(toTheEnd(large, large)).isInstanceOf(Step.Done.class);
        assertThat(nodes.values()).allMatch(size -> size.orElseThrow().expected() == large);
    }

    @Test
    void aWrongOldNumberIsRefusedAndTheNewOneTwiceIsDone() {
        know(3, 0, ClusterSize.first(3));
        assertThat(((Step.Refused) next(4, 5)).reason()).hasMessageContaining("Option from must be 3");
        assertThat(toTheEnd(3, 5)).isInstanceOf(Step.Done.class);
        assertThat(toTheEnd(3, 5)).as("its answer was lost").isInstanceOf(Step.Done.class);
        assertThat(((Step.Refused) next(3, 4)).reason()).hasMessageContaining("Option from must be 5");
    }

    @Test
    void whileANodeOfTheBaselineIsAwayNothingIsChanged() {
        know(4, 0, ClusterSize.first(5));
        Set<String> baseline = new TreeSet<>(nodes.keySet());
        baseline.add("away");
        for (int to : new int[] {3, 4, 6, 7}) {
            Step step = SizeChange.next(new SizeChange.View(baseline, nodes), 5, to);
            assertThat(((Step.Refused) step).reason())
                    .isInstanceOf(NotAppliedException.class)
                    .hasMessageContaining("[away]");
        }
    }

    /** Both sides of a split could take the other out of their baseline. */
    @Test
    void aMinorityChangesNothing() {
        know(2, 0, ClusterSize.first(5));
        assertThat(((Step.Refused) next(5, 3)).reason())
                .isInstanceOf(NotAppliedException.class)
                .hasMessageContaining("no quorum")
                .hasMessageContaining("quorum=3");
        nodes.clear();
        know(2, 0, ClusterSize.first(4));
        assertThat(((Step.Refused) next(4, 2)).reason()).as("half of them").isInstanceOf(NotAppliedException.class);
    }

    @Test
    void whatIsNotStoredCannotBeChanged() {
        nodes.put("n0", Optional.empty());
        assertThat(((Step.Refused) next(0, 3)).reason()).hasMessageContaining("expectedNodes");
    }
}
