package io.durableserver.ignite.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.RuntimeEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What the end of the JVM tells of a node. */
class DrainHookTest {
    private final List<RuntimeEvent> told = new ArrayList<>();
    private final CountDownLatch ending = new CountDownLatch(1);
    private final DrainHook hook = new DrainHook("n", ending, told::add, Duration.ZERO);

    @Test
    void aStartThatOutlivesTheJvmIsTold() {
        hook.run();
        assertThat(ending.getCount()).as("who waits in the start goes on").isZero();
        assertThat(told).singleElement().isInstanceOfSatisfying(ClusterEvent.StopHangs.class, fact -> {
            assertThat(fact.node()).isEqualTo("n");
            assertThat(fact.what()).startsWith("its start");
        });
    }

    @Test
    void aCloseThatFailsIsToldWithItsError() {
        hook.started(() -> {
            throw new IllegalStateException("unsaved");
        });
        hook.run();
        assertThat(told).singleElement().isInstanceOf(NodeEvent.Defect.class);
        assertThat(told.get(0).thrown())
                .hasValueSatisfying(error -> assertThat(error).hasMessage("unsaved"));
    }

    @Test
    void aCloseInGoodOrderTellsNothing() {
        hook.started(() -> {});
        hook.run();
        assertThat(told).isEmpty();
    }
}
