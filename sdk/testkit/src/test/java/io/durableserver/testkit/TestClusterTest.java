package io.durableserver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.Call;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The cluster for tests, used as an application would use it. */
@DurableCluster(servers = TestClusterTest.Counter.class)
class TestClusterTest {
    static final class Counter extends DurableServer<Counter.State> {
        record State(long count) {}

        record Increment(long by) implements Call<Long> {}

        record GetCount() implements Call<Long> {}

        static final ServerType<State> TYPE = ServerType.of("counter", State.class, Counter::new);

        @Override
        protected void handlers(Handlers<State> on) {
            on.call(
                    Increment.class,
                    (state, message) -> Next.reply(
                                    state.count() + message.by(), new State(state.count() + message.by()))
                            .sync());
            on.call(GetCount.class, (state, message) -> Next.reply(state.count(), state));
        }
    }

    /** The node that hosts a key. */
    private static int host(TestCluster cluster, int asker, String key) {
        Session session =
                cluster.servers(asker).admin().lookup(key).orElseThrow().session();
        return IntStream.range(0, cluster.size())
                .filter(cluster::isRunning)
                .filter(i -> cluster.servers(i).session().equals(session))
                .findFirst()
                .orElseThrow();
    }

    private static int other(TestCluster cluster, int than) {
        return (than + 1) % cluster.size();
    }

    @Test
    void aServerIsReachedFromEveryNode(TestCluster cluster) {
        cluster.servers(0).ensureStarted(Counter.TYPE, "k", new Counter.State(0));
        for (int i = 0; i < cluster.size(); i++) {
            assertThat((long) cluster.servers(i).ref(Counter.TYPE, "k").call(new Counter.Increment(1)))
                    .isEqualTo(i + 1);
        }
    }

    @Test
    void acknowledgedStateSurvivesACrashOfItsNode(TestCluster cluster) {
        cluster.servers(0)
                .ensureStarted(Counter.TYPE, "k", new Counter.State(0))
                .call(new Counter.Increment(5));
        int host = host(cluster, 0, "k");
        ServerRef ref = cluster.servers(other(cluster, host)).ref(Counter.TYPE, "k");
        cluster.crash(host);
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .ignoreExceptions()
                .until(() -> ref.call(new Counter.GetCount()) == 5);
        assertThat(cluster.isRunning(host)).isFalse();
        assertThatThrownBy(() -> cluster.servers(host)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aStoppedNodeHandsOnAndComesBackAsAnotherSession(TestCluster cluster) {
        cluster.servers(0).ensureStarted(Counter.TYPE, "k", new Counter.State(7));
        int host = host(cluster, 0, "k");
        Session before = cluster.servers(host).session();
        cluster.stop(host);
        ServerRef ref = cluster.servers(other(cluster, host)).ref(Counter.TYPE, "k");
        assertThat((long) ref.call(new Counter.GetCount())).isEqualTo(7);
        cluster.restart(host);
        assertThat(cluster.servers(host).session()).isNotEqualTo(before);
        assertThat((long) cluster.servers(host).ref(Counter.TYPE, "k").call(new Counter.GetCount()))
                .isEqualTo(7);
    }

    @Test
    void theStoreOutlivesAllNodes(TestCluster cluster) {
        cluster.servers(0).ensureStarted(Counter.TYPE, "k", new Counter.State(3));
        for (int i = 0; i < cluster.size(); i++) {
            cluster.crash(i);
        }
        for (int i = 0; i < cluster.size(); i++) {
            cluster.restart(i);
        }
        assertThat((long) cluster.servers(1).ref(Counter.TYPE, "k").call(new Counter.GetCount()))
                .isEqualTo(3);
    }

    @Test
    @DurableCluster(nodes = 1, servers = Counter.class)
    void aMethodMayAskForAnotherCluster(TestCluster cluster) {
        assertThat(cluster.size()).isEqualTo(1);
    }

    @Test
    void clustersAreBuiltWithoutTheExtensionToo() {
        try (TestCluster cluster = TestCluster.builder()
                .types(Counter.TYPE)
                .nodes(2)
                .configure(config -> config.service(String.class, "injected"))
                .start()) {
            assertThat(cluster.size()).isEqualTo(2);
        }
    }
}
