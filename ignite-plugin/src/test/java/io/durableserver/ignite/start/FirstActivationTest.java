package io.durableserver.ignite.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ignite.TestCluster;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCluster;
import org.apache.ignite.IgniteEvents;
import org.apache.ignite.IgniteInterruptedException;
import org.apache.ignite.cluster.ClusterGroup;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.cluster.ClusterState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FirstActivationTest {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch left = new CountDownLatch(1);
    private final List<RuntimeEvent> told = new CopyOnWriteArrayList<>();

    /** Ignite would wait for it before it stops the node, and it may wait for nodes that do not come. */
    @Test
    void anActivationUnderWayDoesNotKeepItsNodeFromStopping() throws Exception {
        FirstActivation activation = FirstActivation.when(ignite(), 1, told::add);
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        activation.close();
        assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
        activation.close();
        TestCluster.await("the failure is told", () -> told.size() == 2);
        assertThat(told.get(0)).isEqualTo(new ClusterEvent.ClusterActivated("n", 1));
        assertThat(told.get(1)).isInstanceOf(ClusterEvent.ActivationFailed.class);
    }

    private Ignite ignite() {
        ClusterNode node = proxy(
                ClusterNode.class, (self, method, arguments) -> method.getName().equals("isLocal"));
        ClusterGroup oldest = proxy(ClusterGroup.class, (self, method, arguments) -> node);
        ClusterGroup servers = proxy(
                ClusterGroup.class,
                (self, method, arguments) -> method.getName().equals("nodes") ? List.of(node) : oldest);
        IgniteCluster cluster = proxy(IgniteCluster.class, (self, method, arguments) -> switch (method.getName()) {
            case "state" -> arguments == null ? ClusterState.INACTIVE : change();
            case "forServers" -> servers;
            case "currentBaselineTopology" -> null;
            default -> throw new AssertionError(method);
        });
        IgniteEvents events = proxy(IgniteEvents.class, (self, method, arguments) -> null);
        return proxy(Ignite.class, (self, method, arguments) -> switch (method.getName()) {
            case "cluster" -> cluster;
            case "name" -> "n";
            default -> events;
        });
    }

    /** That of a cluster whose other nodes never answer. */
    private Object change() {
        begun.countDown();
        try {
            new CountDownLatch(1).await();
            throw new AssertionError("nobody counts down");
        } catch (InterruptedException e) {
            throw new IgniteInterruptedException(e);
        } finally {
            left.countDown();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(FirstActivationTest.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
