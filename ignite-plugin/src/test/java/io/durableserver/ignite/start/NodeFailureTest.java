package io.durableserver.ignite.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.NodeState;
import io.durableserver.ignite.TestCluster;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.failure.FailureContext;
import org.apache.ignite.failure.FailureType;
import org.apache.ignite.logger.NullLogger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which failures end the node, and which the process. */
class NodeFailureTest {
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<NodeState.Trouble> troubles = new CopyOnWriteArrayList<>();
    private final List<FailureContext> halted = new CopyOnWriteArrayList<>();
    private final List<RuntimeEvent> facts = new CopyOnWriteArrayList<>();
    private final NodeFailure handler = new NodeFailure(
            EmbeddedNode.builder().name("n").workDirectory(Path.of("work")).build(),
            (disk, why) -> {
                told.add(why);
                disk.ifPresent(trouble -> troubles.add(trouble.trouble()));
            },
            facts::add,
            (ignite, failure) -> halted.add(failure));

    /** No such node runs: stopping it does nothing. */
    private static Ignite ignite() {
        return (Ignite) Proxy.newProxyInstance(
                Ignite.class.getClassLoader(),
                new Class<?>[] {Ignite.class},
                (proxy, method, arguments) -> method.getName().equals("log") ? new NullLogger() : "no such node");
    }

    private boolean fails(FailureType type, Throwable error) {
        return handler.onFailure(ignite(), new FailureContext(type, error));
    }

    @ParameterizedTest
    @EnumSource(names = {"CRITICAL_ERROR", "SYSTEM_WORKER_TERMINATION"})
    void whatTheProcessSurvivesStopsTheNodeAndSaysWhy(FailureType type) {
        Throwable full = new IgniteException("a wrapper", new IOException("No space left on device"));
        assertThat(fails(type, full)).isTrue();
        TestCluster.await("it is told", () -> !troubles.isEmpty());
        assertThat(told)
                .singleElement()
                .asString()
                .contains("disk of", "is full", "make room", "No space left on device");
        assertThat(troubles).containsExactly(NodeState.Trouble.DISK_FULL);
        assertThat(facts).singleElement().isInstanceOfSatisfying(ClusterEvent.NodeFailed.class, fact -> {
            assertThat(fact.problem()).isEqualTo(told.get(0));
            assertThat(fact.thrown()).containsSame(full);
        });
        assertThat(halted).isEmpty();
    }

    @Test
    void aFailureWithoutAnErrorNamesItsKind() {
        assertThat(handler.onFailure(ignite(), new FailureContext(FailureType.CRITICAL_ERROR, null)))
                .isTrue();
        TestCluster.await("it is told", () -> !told.isEmpty());
        assertThat(told).containsExactly("Ignite had a critical failure: CRITICAL_ERROR");
    }

    @Test
    void aProcessWithoutMemoryIsHalted() {
        Throwable heap = new IgniteException("a wrapper", new OutOfMemoryError("Java heap space"));
        assertThat(fails(FailureType.CRITICAL_ERROR, heap)).isTrue();
        assertThat(halted).hasSize(1);
        assertThat(told).isEmpty();
        assertThat(facts).containsExactly(new ClusterEvent.MemoryExhausted("n", heap));
    }

    @ParameterizedTest
    @EnumSource(names = {"SYSTEM_WORKER_BLOCKED", "SYSTEM_CRITICAL_OPERATION_TIMEOUT"})
    void aThreadThatIsOnlyLateEndsNothing(FailureType type) {
        assertThat(fails(type, new IgniteException("blocked"))).isFalse();
        assertThat(told).isEmpty();
        assertThat(halted).isEmpty();
    }
}
