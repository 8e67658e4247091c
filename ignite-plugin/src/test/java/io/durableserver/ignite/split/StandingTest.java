package io.durableserver.ignite.split;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ignite.around.Memory;
import io.durableserver.ignite.around.Outskirts;
import io.durableserver.runtime.jdk.JdkTime;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCluster;
import org.apache.ignite.IgniteEvents;
import org.apache.ignite.cluster.ClusterGroup;
import org.apache.ignite.cluster.ClusterNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a node tells of a side of a split that an operator gives up. */
class StandingTest {
    private static final UUID CLUSTER = UUID.randomUUID();
    private static final KeptSide KEPT = new KeptSide(List.of("k"), List.of("10.0.0.1:47500"));

    private final List<RuntimeEvent> told = new ArrayList<>();
    private final Outskirts outskirts = new Outskirts(ignite(), new Memory(null, told::add));

    @AfterEach
    void close() {
        outskirts.close();
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(StandingTest.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Ignite ignite() {
        ClusterNode node = proxy(ClusterNode.class, (self, method, arguments) -> switch (method.getName()) {
            case "consistentId" -> "b";
            case "id" -> CLUSTER;
            case "isClient" -> false;
            default -> null;
        });
        ClusterGroup servers = proxy(ClusterGroup.class, (self, method, arguments) -> List.of(node));
        ConcurrentHashMap<String, Object> local = new ConcurrentHashMap<>();
        IgniteCluster cluster = proxy(IgniteCluster.class, (self, method, arguments) -> switch (method.getName()) {
            case "localNode" -> node;
            case "nodes" -> List.of();
            case "id" -> CLUSTER;
            case "nodeLocalMap" -> local;
            case "forServers" -> servers;
            default -> throw new AssertionError(method);
        });
        IgniteEvents events = proxy(
                IgniteEvents.class, (self, method, arguments) -> method.getReturnType() == boolean.class ? true : null);
        return proxy(Ignite.class, (self, method, arguments) -> method.getName().equals("cluster") ? cluster : events);
    }

    private record Owner(Optional<RuntimeException> failure) implements SideOwner {
        @Override
        public Optional<String> staysBecause() {
            return Optional.empty();
        }

        @Override
        public void giveUp(KeptSide kept) {
            failure.ifPresent(thrown -> {
                throw thrown;
            });
        }
    }

    private String go(SideOwner owner) {
        Standing standing = Standing.take(ignite(), outskirts, owner, new JdkTime(), told::add);
        assertThat(standing.giveUp("call", Set.of("b"), Set.of(CLUSTER.toString())))
                .isEmpty();
        return standing.go("call", Set.of("b"), KEPT);
    }

    @Test
    void aSideThatIsGivenUpIsToldByItsNode() {
        assertThat(go(new Owner(Optional.empty()))).isEmpty();
        assertThat(told).containsExactly(new ClusterEvent.SideGivenUp("b", "[b]", "[k]"));
    }

    @Test
    void aSideThatCannotBeGivenUpIsToldWithTheReason() {
        RuntimeException failure = new IllegalStateException("the node has left already");
        assertThat(go(new Owner(Optional.of(failure)))).isEqualTo("the node has left already");
        assertThat(told).containsExactly(new ClusterEvent.SideNotGivenUp("b", failure));
    }
}
