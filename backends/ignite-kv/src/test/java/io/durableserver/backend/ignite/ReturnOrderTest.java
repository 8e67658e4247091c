package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.backend.ignite.CopyMark.Away;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** An old copy never wins, in whatever order nodes go and come back. */
class ReturnOrderTest {
    private static CopyMark mark(long number, Set<String> needed, Map<String, Away> away) {
        return new CopyMark(number, needed, away, Set.of(), Past.NONE.then(new Dot("run", number, number), List.of()));
    }

    private static Optional<String> refuse(String joining, CopyMark mark, Set<String> here, Set<String> back) {
        return ReturnOrder.refuse(
                joining, mark, here, back.stream().collect(Collectors.toMap(name -> name, mark::since)), false);
    }

    @Test
    void anOlderCopyWaitsUntilTheNewerOneIsOpen() {
        CopyMark mark = mark(5, Set.of("a", "b"), Map.of());
        assertThat(refuse("b", mark, Set.of("a"), Set.of())).isEmpty();
        assertThat(refuse("c", mark, Set.of("a", "b"), Set.of("b")))
                .hasValueSatisfying(text -> assertThat(text).contains("node c has older copies than [b]"));
        assertThat(refuse("c", mark, Set.of("a"), Set.of()))
                .as("before the newer one it does no harm")
                .isEmpty();
        assertThat(refuse("b", mark, Set.of("a", "c"), Set.of("c"))).isEmpty();
    }

    @Test
    void ofSeveralLossesTheNodesComeBackInTheOrderInWhichTheyWent() {
        CopyMark mark = mark(7, Set.of("a", "b", "c"), Map.of("b", new Away(5, 5, false), "c", new Away(6, 6, false)));
        assertThat(refuse("c", mark, Set.of("a"), Set.of()))
                .hasValueSatisfying(text -> assertThat(text).contains("start [b] first"));
        assertThat(refuse("b", mark, Set.of("a"), Set.of())).isEmpty();
        assertThat(refuse("c", mark, Set.of("a", "b"), Set.of("b"))).isEmpty();
        assertThat(refuse("d", mark, Set.of("a", "b"), Set.of("b")))
                .hasValueSatisfying(text -> assertThat(text).contains("than [b]", "which waits for [c]"));
    }

    @Test
    void nodesThatWentTogetherComeBackInAnyOrder() {
        CopyMark mark = mark(6, Set.of("a", "b", "c"), Map.of("b", new Away(5, 5, true), "c", new Away(5, 5, false)));
        Map<String, Away> back = Map.of("b", new Away(5, 5, false));
        assertThat(ReturnOrder.refuse("c", mark, Set.of("a", "b"), back, false)).isEmpty();
        assertThat(refuse("c", CopyMark.NONE, Set.of("a", "b"), Set.of("b")))
                .as("where nothing is known")
                .isEmpty();
    }

    @Test
    void whoeverIsWaitedForItselfIsToldWhatToDo() {
        CopyMark mark = mark(6, Set.of("a", "b", "c"), Map.of("b", new Away(5, 5, true), "c", new Away(2, 2, false)));
        assertThat(refuse("c", mark, Set.of("a", "b"), Set.of("b")))
                .hasValueSatisfying(text -> assertThat(text).contains("stop [b], start c, and then [b]"));
        CopyMark twice = mark(8, Set.of("a", "b", "c"), Map.of("b", new Away(5, 5, true), "c", new Away(2, 7, false)));
        assertThat(refuse("c", twice, Set.of("a", "b"), Set.of("b")))
                .hasValueSatisfying(text -> assertThat(text).contains("take c or [b] out of the baseline"));
        assertThat(refuse("c", twice, Set.of("a"), Set.of()))
                .as("of both")
                .hasValueSatisfying(text -> assertThat(text).contains("take c or [b] out of the baseline"));
    }

    @Test
    void whatIsKnownOfTwoNodesCountsWhereNoRecordHasMoreCopies() {
        Map<String, Away> away = Map.of("b", new Away(2, 2, false), "c", new Away(0, 4, false));
        CopyMark mark =
                new CopyMark(4, Set.of("a", "b", "c"), away, Set.of(new LostPair("b", "c")), CopyMark.NONE.past());
        assertThat(ReturnOrder.refuse("c", mark, Set.of("a"), Map.of(), true)).isEmpty();
        assertThat(ReturnOrder.refuse("b", mark, Set.of("a"), Map.of(), true)).isPresent();
        assertThat(ReturnOrder.refuse("b", mark, Set.of("a", "c"), Map.of("c", new Away(0, 4, true)), true))
                .isEmpty();
        assertThat(ReturnOrder.refuse("c", mark, Set.of("a"), Map.of(), false))
                .as("a third node may have filled it, and left before")
                .isPresent();
    }

    /** The default cluster of three: one node returns, and is restarted once more before the other is back. */
    @Test
    void aRestartOfANodeThatReturnedLocksNobodyOut() {
        ReturningWorld world = new ReturningWorld(3, 2);
        world.leave(2);
        world.serve();
        world.leave(1);
        world.serve();
        assertThat(world.join(2)).isTrue();
        world.serve();
        world.leave(2);
        world.serve();
        assertThat(world.join(1)).as("newer than 2").isFalse();
        assertThat(world.join(2)).isTrue();
        assertThat(world.join(1)).isTrue();
        world.serve();
        assertThat(world.servesAll()).isTrue();
    }

    /** Every order in which three and four nodes go, with writes in between or not, and come back, noticed at once or later. */
    @Test
    void everyOrderOfGoingAndComingBackLeadsToTheNewestCopies() {
        int[] seen = new int[3];
        for (int count = 3; count <= 4; count++) {
            for (int quorum : new int[] {1, count / 2 + 1}) {
                for (List<Integer> going : orders(count)) {
                    for (List<Integer> coming : permutations(going)) {
                        for (int how = 0; how < 1 << going.size(); how++) {
                            ReturningWorld world = new ReturningWorld(count, quorum);
                            walk(world, going, coming, how);
                            count(world, seen);
                        }
                    }
                }
            }
        }
        assertThat(seen).as("reset, refused, kept out").doesNotContain(0);
    }

    static void count(ReturningWorld world, int[] seen) {
        seen[0] += world.reset;
        seen[1] += world.refused;
        seen[2] += world.keptOut;
    }

    private static void walk(ReturningWorld world, List<Integer> going, List<Integer> coming, int how) {
        try {
            for (int i = 0; i < going.size(); i++) {
                world.leave(going.get(i));
                if ((how & 1 << i) == 0) {
                    world.serve();
                }
            }
            for (int i = 0; i < coming.size(); i++) {
                world.join(coming.get(i));
                if ((how & 1 << i) == 0) {
                    world.activateByHand();
                    world.serve();
                }
            }
            assertThat(allCome(world)).as("all are back: %s", world).isTrue();
        } catch (AssertionError found) {
            throw new AssertionError("gone " + going + ", back " + coming + ", how " + how, found);
        }
    }

    /** Whoever is not let in tries again. */
    static boolean allCome(ReturningWorld world) {
        world.heal();
        for (int tries = 0; tries < 3 + world.count(); tries++) {
            for (int node = 0; node < world.count(); node++) {
                if (!world.isOnline(node)) {
                    world.joinAsTold(node);
                }
            }
            world.serve();
        }
        return world.servesAll();
    }

    /** All orders of all of the nodes, and of some of them. */
    private static List<List<Integer>> orders(int count) {
        List<List<Integer>> all = new ArrayList<>();
        for (int some = 1; some < 1 << count; some++) {
            List<Integer> nodes = new ArrayList<>();
            for (int node = 0; node < count; node++) {
                if ((some & 1 << node) != 0) {
                    nodes.add(node);
                }
            }
            all.addAll(permutations(nodes));
        }
        return all;
    }

    private static List<List<Integer>> permutations(List<Integer> nodes) {
        List<List<Integer>> all = new ArrayList<>();
        permute(new ArrayList<>(nodes), new ArrayList<>(), all::add);
        return all;
    }

    private static void permute(List<Integer> rest, List<Integer> taken, Consumer<List<Integer>> found) {
        if (rest.isEmpty()) {
            found.accept(List.copyOf(taken));
        }
        for (Integer next : List.copyOf(rest)) {
            rest.remove(next);
            taken.add(next);
            permute(rest, taken, found);
            taken.remove(next);
            rest.add(next);
        }
    }
}
