package io.durableserver.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.durableserver.testkit.TestClusterTest.Counter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What a user writes; run by {@link JUnitVersionsIT} under several versions of JUnit. */
@DurableCluster(nodes = 2, servers = Counter.class)
class UserCounterCases {
    static final List<TestCluster> OPENED = new CopyOnWriteArrayList<>();

    @Test
    void counts(TestCluster cluster) {
        OPENED.add(cluster);
        long count = cluster.servers(0)
                .ensureStarted(Counter.TYPE, "k", new Counter.State(1))
                .call(new Counter.Increment(2));
        assertEquals(3, count);
    }

    @Test
    void comesBackAfterACrash(TestCluster cluster) {
        OPENED.add(cluster);
        cluster.crash(1);
        cluster.restart(1);
        assertTrue(cluster.isRunning(1));
    }
}
