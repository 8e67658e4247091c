package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.backend.ignite.SizeChange.Step;
import io.durableserver.testkit.Effort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Operators change the number of expected nodes and the baseline of a cluster that splits and heals, by seed: changes reach some nodes
 * and not others, stop in the middle, meet each other, and nodes come back with what they knew. After each step no two parts of all
 * nodes may write, however they were split.
 */
class GrowingSimulationTest {
    private static final int SEEDS = 150;
    private static final int STEPS = 60;

    /** Nodes are bits. What each knows: the size, and the baseline with its age. */
    private static final class World {
        final Random random;
        final int count;
        final List<Optional<ClusterSize>> sizes = new ArrayList<>();
        final int[] baseline;
        final int[] age;
        int done;
        int grown;

        World(long seed) {
            random = new Random(seed);
            count = 1 + random.nextInt(9);
            baseline = new int[count];
            age = new int[count];
            int first = 1 + random.nextInt(count);
            ClusterSize size = ClusterSize.first(1 + random.nextInt(9));
            for (int i = 0; i < count; i++) {
                boolean there = i < first;
                sizes.add(there ? Optional.of(size) : Optional.empty());
                baseline[i] = (1 << first) - 1;
                age[i] = there ? 1 : 0;
            }
        }

        boolean in(int part, int node) {
            return (part & 1 << node) != 0;
        }

        Optional<ClusterSize> size(int part) {
            List<ClusterSize> known = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                if (in(part, i)) {
                    sizes.get(i).ifPresent(known::add);
                }
            }
            return ClusterSize.newest(known);
        }

        /** The node of a part whose baseline is the newest. */
        int newest(int part) {
            int newest = -1;
            for (int i = 0; i < count; i++) {
                if (in(part, i) && (newest < 0 || age[i] > age[newest])) {
                    newest = i;
                }
            }
            return newest;
        }

        boolean mayWrite(int part) {
            int base = baseline[newest(part)];
            Optional<ClusterSize> size = size(part);
            return size.isPresent()
                    && Integer.bitCount(part & base) >= size.get().quorum(Integer.bitCount(base));
        }

        int some(int part) {
            return part & random.nextInt(1 << count);
        }

        /** Nodes of a part hear what the others of it know. */
        void meet(int part, int who) {
            join(part);
            for (int i = 0; i < count; i++) {
                if (in(who, i)) {
                    sizes.set(i, size(part));
                }
            }
        }

        /** Nodes that are in one cluster have one baseline. */
        void join(int part) {
            int from = newest(part);
            for (int i = 0; i < count; i++) {
                if (in(part, i) && age[i] < age[from]) {
                    age[i] = age[from];
                    baseline[i] = baseline[from];
                }
            }
        }

        /** An operator takes nodes in or out where the part serves: one at a time, or as many as are expected. */
        void changeBaseline(int part) {
            meet(part, part);
            ClusterSize size = size(part).orElse(null);
            int now = baseline[newest(part)];
            int next = random.nextBoolean() ? now ^ 1 << random.nextInt(count) : some(part | now);
            boolean one = Integer.bitCount(now ^ next) == 1;
            boolean several = size != null && Integer.bitCount(now | next) <= Math.min(size.expected(), size.pending());
            if (next == 0 || (next & ~now & ~part) != 0 || !mayWrite(part) || !(one || several)) {
                return;
            }
            int reached = some(part);
            int number = age[newest(part)] + 1;
            for (int i = 0; i < count; i++) {
                if (in(reached, i)) {
                    age[i] = number;
                    baseline[i] = next;
                }
            }
            grown++;
        }

        /** A call of an operator, which may end at any step of it. */
        void changeSize(int part) {
            join(part);
            int to = 1 + random.nextInt(10);
            int from = size(part).map(ClusterSize::expected).orElse(1);
            for (int i = 0; i < 8; i++) {
                Map<String, Optional<ClusterSize>> here = new TreeMap<>();
                Set<String> meant = new TreeSet<>();
                for (int node = 0; node < count; node++) {
                    if (in(part, node)) {
                        here.put("n" + node, sizes.get(node));
                    }
                    if (in(baseline[newest(part)], node)) {
                        meant.add("n" + node);
                    }
                }
                Step step = SizeChange.next(new SizeChange.View(meant, here), from, to);
                if (step instanceof Step.Done) {
                    done++;
                }
                boolean stops = random.nextInt(4) == 0;
                perform(step, stops ? some(part) : part);
                check();
                if (stops || step instanceof Step.Done || step instanceof Step.Refused) {
                    return;
                }
            }
        }

        void perform(Step step, int reached) {
            for (int i = 0; i < count; i++) {
                if (!in(reached, i)) {
                    continue;
                }
                Optional<ClusterSize> now = sizes.get(i);
                if (step instanceof Step.Swap swap && now.equals(Optional.of(swap.now()))) {
                    sizes.set(i, Optional.of(swap.next()));
                } else if (step instanceof Step.Spread spread
                        && (now.isEmpty() || spread.size().compareTo(now.get()) > 0)) {
                    sizes.set(i, Optional.of(spread.size()));
                }
            }
        }

        void check() {
            int all = (1 << count) - 1;
            boolean[] writes = new boolean[all + 1];
            for (int part = 1; part <= all; part++) {
                writes[part] = mayWrite(part);
            }
            for (int one = 1; one <= all; one++) {
                int rest = all & ~one;
                for (int other = rest; writes[one] && other > 0; other = (other - 1) & rest) {
                    if (writes[other]) {
                        throw new AssertionError(Integer.toBinaryString(one) + " beside "
                                + Integer.toBinaryString(other) + ": " + sizes + " " + Arrays.toString(baseline) + " "
                                + Arrays.toString(age));
                    }
                }
            }
        }
    }

    @Test
    void noTwoPartsMayWriteHoweverAClusterGrows() {
        int done = 0;
        int grown = 0;
        for (long seed = 1; seed <= Effort.count(SEEDS); seed++) {
            World world = new World(seed);
            try {
                for (int step = 0; step < STEPS; step++) {
                    int part = 1 + world.random.nextInt((1 << world.count) - 1);
                    switch (world.random.nextInt(4)) {
                        case 0 -> world.meet(part, world.some(part));
                        case 1 -> world.changeBaseline(part);
                        default -> world.changeSize(part | world.baseline[world.newest(part)]);
                    }
                    world.check();
                }
            } catch (AssertionError found) {
                throw new AssertionError("seed " + seed, found);
            }
            done += world.done;
            grown += world.grown;
        }
        assertThat(done).as("changes of the number").isGreaterThan(SEEDS / 2);
        assertThat(grown).as("changes of the baseline").isGreaterThan(SEEDS / 2);
    }
}
