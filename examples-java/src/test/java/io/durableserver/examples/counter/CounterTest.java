package io.durableserver.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.HandlerFailedException;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerRef;
import io.durableserver.testkit.DurableCluster;
import io.durableserver.testkit.TestCluster;
import org.junit.jupiter.api.Test;

/** How a server is tested: three nodes in this JVM, real turns and real ownership, and a store in memory. */
@DurableCluster(nodes = 3, servers = Counter.class)
class CounterTest {
    private static final String KEY = "user_123";

    private static ServerRef counter(TestCluster cluster, int node) {
        return cluster.servers(node).ensureStarted(Counter.TYPE, KEY, new Counter.State(0));
    }

    /** The node that hosts the counter. */
    private static int host(TestCluster cluster) {
        var at = cluster.servers(0).admin().lookup(KEY).orElseThrow().session();
        for (int node = 0; node < cluster.size(); node++) {
            if (cluster.servers(node).session().equals(at)) {
                return node;
            }
        }
        throw new AssertionError("no node has session " + at);
    }

    @Test
    void allNodesReachTheSameCounter(TestCluster cluster) {
        for (int node = 0; node < cluster.size(); node++) {
            assertThat(counter(cluster, node).call(new Counter.Increment(2))).isEqualTo(2L * (node + 1));
        }
        assertThat(counter(cluster, 0).call(new Counter.GetCount())).isEqualTo(6L);
    }

    @Test
    void anAcknowledgedIncrementSurvivesTheCrashOfItsNode(TestCluster cluster) {
        assertThat(counter(cluster, 0).call(new Counter.Increment(5))).isEqualTo(5L);
        int host = host(cluster);
        cluster.crash(host);
        assertThat(counter(cluster, (host + 1) % cluster.size()).call(new Counter.Increment(1)))
                .isEqualTo(6L);
    }

    @Test
    void aCountThatWouldOverflowIsRefusedAndTheStoredOneStays(TestCluster cluster) {
        ServerRef counter = counter(cluster, 0);
        assertThat(counter.call(new Counter.Increment(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> counter.call(new Counter.Increment(1)))
                .isInstanceOf(HandlerFailedException.class)
                .hasMessageContaining("overflow");
        assertThat(counter(cluster, 1).call(new Counter.GetCount())).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aCounterThatNobodyStartedIsNotFound(TestCluster cluster) {
        ServerRef nobody = cluster.servers(0).ref(Counter.TYPE, "nobody");
        assertThatThrownBy(() -> nobody.call(new Counter.GetCount()))
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(NotAppliedException.Reason.NOT_FOUND));
    }
}
