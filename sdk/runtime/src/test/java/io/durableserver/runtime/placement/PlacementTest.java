package io.durableserver.runtime.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.runtime.wire.NodeState;
import io.durableserver.spi.Member;
import io.durableserver.spi.Session;
import io.durableserver.spi.View;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static final Session A = new Session("a", "1");
    private static final Session B = new Session("b", "2");
    private static final Session C = new Session("c", "3");

    private static final View ALL = View.of(1, List.of(A, B, C));

    @Test
    void nodeOfTheDirectoryEntryComesFirst() {
        for (Session affinity : List.of(A, B, C)) {
            assertThat(Placement.rank(ready(ALL), "t", "k", affinity))
                    .hasSize(3)
                    .first()
                    .isEqualTo(affinity);
        }
    }

    @Test
    void nodesThatDoNotHostTheTypeAreLeftOut() {
        View view = new View(
                1,
                List.of(
                        new Member(A, Map.of(Member.TYPES, "x:1,t:2")),
                        new Member(B, Map.of(Member.TYPES, "tt:1")),
                        new Member(C, Map.of(Member.TYPES, "t"))));
        assertThat(Placement.rank(ready(view), "t", "k", B)).containsExactlyInAnyOrder(A, C);
        assertThat(Placement.rank(ready(view), "none", "k", A)).isEmpty();
    }

    @Test
    void rankingIsStableAndSpreadsTheKeysOfALostNode() {
        View left = View.of(2, List.of(B, C));
        Map<Session, Integer> first = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            List<Session> rank = Placement.rank(ready(left), "t", "key" + i, A);
            assertThat(rank).isEqualTo(Placement.rank(ready(left), "t", "key" + i, A));
            first.merge(rank.get(0), 1, Integer::sum);
        }
        assertThat(first.get(B)).isBetween(400, 600);
        assertThat(first.get(C)).isBetween(400, 600);
    }

    @Test
    void nodesThatAreNotReadyAreNotNamed() {
        ClusterView view = new ClusterView(
                ALL, Map.of(A, NodeState.STARTING, B, NodeState.READY, C, NodeState.broken("no region")));

        assertThat(Placement.rank(view, "t", "k", A)).containsExactly(B);
        assertThat(Placement.awaited(view, "t")).containsExactlyInAnyOrder(A, C);
        assertThat(view.notReady()).isEqualTo(Map.of("a", "starting", "c", "broken: no region"));
    }

    @Test
    void whoHasSaidNothingIsNotReady() {
        ClusterView view = new ClusterView(ALL, Map.of(C, NodeState.READY, new Session("d", "4"), NodeState.READY));

        assertThat(Placement.rank(view, "t", "k", A)).containsExactly(C);
        assertThat(view.notReady()).containsOnlyKeys("a", "b");
    }

    @Test
    void ownerOfTheKeyArbitratesWhenItIsReady() {
        for (Session owner : List.of(A, B, C)) {
            assertThat(Placement.arbiter(ready(ALL), "k", Optional.of(owner), Set.of()))
                    .contains(owner);
        }
    }

    @Test
    void allNodesNameTheSameNextArbiterAndItsKeysSpread() {
        ClusterView view = new ClusterView(ALL, Map.of(A, NodeState.DRAINING, B, NodeState.READY, C, NodeState.READY));
        Map<Session, Integer> chosen = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            Session next =
                    Placement.arbiter(view, "key" + i, Optional.of(A), Set.of()).orElseThrow();
            assertThat(Placement.arbiter(view, "key" + i, Optional.empty(), Set.of()))
                    .as("a node that cannot tell the owner")
                    .contains(next);
            assertThat(Placement.arbiter(view, "key" + i, Optional.of(A), Set.of(next)))
                    .as("after a refusal")
                    .contains(next.equals(B) ? C : B);
            assertThat(Placement.rank(view, "t", "key" + i, A))
                    .as("the arbiter's own choice")
                    .first()
                    .isEqualTo(next);
            chosen.merge(next, 1, Integer::sum);
        }
        assertThat(chosen.get(B)).isBetween(400, 600);
        assertThat(chosen.get(C)).isBetween(400, 600);
        assertThat(Placement.arbiter(view, "k", Optional.of(A), Set.of(B, C))).isEmpty();
    }

    private static ClusterView ready(View view) {
        Map<Session, NodeState> states = new HashMap<>();
        view.sessions().forEach(session -> states.put(session, NodeState.READY));
        return new ClusterView(view, states);
    }
}
