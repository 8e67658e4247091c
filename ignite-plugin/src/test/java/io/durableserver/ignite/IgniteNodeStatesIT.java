package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ignite.map.StatesCache;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.NodeStates;
import io.durableserver.spi.Session;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.ignite.IgniteCache;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rows of real nodes. */
@Timeout(120)
class IgniteNodeStatesIT {
    private final TestCluster cluster = new TestCluster(20_100);

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static void say(Cluster node, String what) {
        node.states().publish(what.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String heard(Cluster at, Session from) {
        byte[] row = at.states().rows().get(from);
        return row == null ? null : new String(row, StandardCharsets.UTF_8);
    }

    private static void awaitHeard(Cluster at, Cluster from, String what) {
        TestCluster.await(
                at.membership().self() + " hears " + what,
                () -> what.equals(heard(at, from.membership().self())));
    }

    private IgniteCache<String, byte[]> rows(String node) {
        return cluster.node(node).ignite().cache(StatesCache.name(TestCluster.PREFIX));
    }

    @Test
    void allNodesSeeWhatASessionSaidLastAlsoThoseThatJoinLater() {
        List<Cluster> two = cluster.start("a", "b");
        for (int i = 0; i < 200; i++) {
            say(two.get(0), "a" + i);
            say(two.get(1), "b" + i);
        }
        awaitHeard(two.get(1), two.get(0), "a199");
        awaitHeard(two.get(0), two.get(1), "b199");
        awaitHeard(two.get(0), two.get(0), "a199");

        cluster.start("c");
        Cluster late = cluster.cluster("c");
        awaitHeard(late, two.get(0), "a199");
        awaitHeard(late, two.get(1), "b199");
        assertThat(two.get(0).states().rows()).isSameAs(two.get(0).states().rows());
    }

    @Test
    void rowsGoWithTheirSessionsAndOthersStay() {
        List<Cluster> three = cluster.start("a", "b", "c");
        three.forEach(node -> say(node, "here"));
        three.forEach(at -> three.forEach(from -> awaitHeard(at, from, "here")));
        Session gone = three.get(0).membership().self();

        cluster.stop("a");

        TestCluster.await("the row is gone", () -> rows("b").size() == 2 && heard(three.get(1), gone) == null);
        awaitHeard(three.get(1), three.get(2), "here");
        awaitHeard(three.get(2), three.get(1), "here");
    }

    @Test
    void aRowThatGotLostComesBack() {
        List<Cluster> two = cluster.start("a", "b");
        say(two.get(0), "here");
        // Both copies have it: one that is still on its way would come after the loss.
        two.forEach(node -> awaitHeard(node, two.get(0), "here"));
        // No watcher is told of this.
        rows("b").clear();
        TestCluster.await("it is back", () -> rows("b").size() == 1);
        awaitHeard(two.get(1), two.get(0), "here");
    }

    @Test
    void aRowHasABound() {
        Cluster node = cluster.start("a", "b").get(0);
        assertThatThrownBy(() -> node.states().publish(new byte[NodeStates.MAX_ROW_BYTES + 1]))
                .isInstanceOf(IllegalArgumentException.class);
        node.states().publish(new byte[NodeStates.MAX_ROW_BYTES]);
    }
}
