package io.durableserver.ignite.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.NotAppliedException;
import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.around.Memory;
import io.durableserver.ignite.around.Outskirts;
import io.durableserver.runtime.jdk.JdkTime;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCluster;
import org.apache.ignite.IgniteCompute;
import org.apache.ignite.IgniteEvents;
import org.apache.ignite.cluster.ClusterGroup;
import org.apache.ignite.cluster.ClusterGroupEmptyException;
import org.apache.ignite.cluster.ClusterNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A side whose node is gone while it is asked. */
class SideLossTest {
    private static final UUID ID = UUID.randomUUID();

    @TempDir
    private Path work;

    private final ClusterGroupEmptyException gone = new ClusterGroupEmptyException("b has left");
    private final List<RuntimeEvent> told = new ArrayList<>();
    private final Ignite ignite = ignite();
    private final Outskirts outskirts = new Outskirts(ignite, new Memory(null, told::add));

    @AfterEach
    void close() {
        outskirts.close();
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(SideLossTest.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** Of a cluster with the node b, which no call reaches. */
    private Ignite ignite() {
        ClusterNode node = proxy(ClusterNode.class, (self, method, arguments) -> switch (method.getName()) {
            case "consistentId" -> "b";
            case "id" -> ID;
            case "isClient" -> false;
            default -> null;
        });
        ClusterGroup servers = proxy(ClusterGroup.class, (self, method, arguments) -> List.of(node));
        ConcurrentHashMap<String, Object> local = new ConcurrentHashMap<>();
        IgniteCluster cluster = proxy(IgniteCluster.class, (self, method, arguments) -> switch (method.getName()) {
            case "localNode" -> node;
            case "nodes" -> List.of();
            case "id" -> ID;
            case "nodeLocalMap" -> local;
            case "forServers", "forNode" -> servers;
            default -> throw new AssertionError(method);
        });
        IgniteCompute compute = proxy(IgniteCompute.class, (self, method, arguments) -> switch (method.getName()) {
            case "withNoFailover", "withTimeout" -> self;
            default -> throw gone;
        });
        IgniteEvents events = proxy(
                IgniteEvents.class, (self, method, arguments) -> method.getReturnType() == boolean.class ? true : null);
        return proxy(Ignite.class, (self, method, arguments) -> switch (method.getName()) {
            case "cluster" -> cluster;
            case "compute" -> compute;
            case "events" -> events;
            case "cacheNames" -> List.of();
            default -> throw new AssertionError(method);
        });
    }

    private record Owner() implements SideOwner {
        @Override
        public Optional<String> staysBecause() {
            return Optional.empty();
        }

        @Override
        public void giveUp(KeptSide kept) {
            throw new AssertionError("nobody asked for that");
        }
    }

    @Test
    void aNodeThatDoesNotAnswerIsToldAndNothingIsGivenUp() {
        Standing standing = Standing.take(ignite, outskirts, new Owner(), new JdkTime(), told::add);
        EmbeddedNode settings = EmbeddedNode.builder()
                .name("a")
                .workDirectory(work)
                .persistence(true)
                .build();
        SideLoss loss = new SideLoss(
                settings,
                ignite,
                standing,
                () -> {
                    throw new AssertionError("nobody is visited");
                },
                told::add);
        assertThatThrownBy(() -> loss.giveUp(Set.of("c"), true))
                .isInstanceOf(NotAppliedException.class)
                .hasMessageContaining("nothing was given up");
        ClusterEvent silent = new ClusterEvent.SideSilent("a", "b", gone);
        assertThat(told).as("asked to keep, and to let go").containsExactly(silent, silent);
    }
}
