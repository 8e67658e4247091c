package io.durableserver.runtime.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.Membership;
import io.durableserver.spi.Membership.View;
import io.durableserver.spi.Session;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static final Session A = new Session("a", "1");
    private static final Session B = new Session("b", "2");
    private static final Session C = new Session("c", "3");

    private static final View ALL = new View(1, Map.of(A, Map.of(), B, Map.of(), C, Map.of()));

    @Test
    void nodeOfTheDirectoryEntryComesFirst() {
        for (Session affinity : List.of(A, B, C)) {
            assertThat(Placement.rank(ALL, "t", "k", affinity))
                    .hasSize(3)
                    .first()
                    .isEqualTo(affinity);
        }
    }

    @Test
    void nodesThatDoNotHostTheTypeAreLeftOut() {
        View view = new View(
                1,
                Map.of(
                        A,
                        Map.of(Membership.TYPES, "x:1,t:2"),
                        B,
                        Map.of(Membership.TYPES, "tt:1"),
                        C,
                        Map.of(Membership.TYPES, "t")));
        assertThat(Placement.rank(view, "t", "k", B)).containsExactlyInAnyOrder(A, C);
        assertThat(Placement.rank(view, "none", "k", A)).isEmpty();
    }

    @Test
    void rankingIsStableAndSpreadsTheKeysOfALostNode() {
        View left = new View(2, Map.of(B, Map.of(), C, Map.of()));
        Map<Session, Integer> first = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            List<Session> rank = Placement.rank(left, "t", "key" + i, A);
            assertThat(rank).isEqualTo(Placement.rank(left, "t", "key" + i, A));
            first.merge(rank.get(0), 1, Integer::sum);
        }
        assertThat(first.get(B)).isBetween(400, 600);
        assertThat(first.get(C)).isBetween(400, 600);
    }
}
