package io.durableserver.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ServerRef;
import io.durableserver.examples.counter.Counter;
import io.durableserver.testkit.DurableCluster;
import io.durableserver.testkit.TestCluster;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

// readme: testing
@DurableCluster(nodes = 3, servers = Counter.class)
class CounterSurvivesTest {
    @Test
    void acknowledgedIncrementsSurviveACrashOfAllNodes(TestCluster cluster) {
        ServerRef counter = cluster.servers(0).ensureStarted(Counter.TYPE, "k", new Counter.State(0));
        counter.call(new Counter.Increment(5));

        for (int node = 0; node < cluster.size(); node++) {
            cluster.crash(node); // as kill -9: nothing is stored, nobody is told
        }
        cluster.restart(0);

        ServerRef again = cluster.servers(0).ref(Counter.TYPE, "k");
        assertThat((long) again.call(new Counter.GetCount())).isEqualTo(5);
    }
    // readme: end

    @Test
    void theReadmesCallsWork(TestCluster cluster) {
        var servers = cluster.servers(1);
        // readme: use
        ServerRef counter = servers.ensureStarted(Counter.TYPE, "user_123", new Counter.State(0));
        long one = counter.call(new Counter.Increment(1)); // typed: no cast
        CompletionStage<Long> later = counter.callAsync(new Counter.GetCount());
        // readme: end
        assertThat(one).isEqualTo(1);
        assertThat(later.toCompletableFuture().join()).isEqualTo(1);
    }
}
