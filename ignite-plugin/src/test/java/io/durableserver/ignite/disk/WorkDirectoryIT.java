package io.durableserver.ignite.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.TestCluster;
import io.durableserver.spi.ClusterEvent;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the work directory of a node that runs, ran or was renamed says to the next one. */
@Timeout(120)
class WorkDirectoryIT {
    private static final int PORT = 22_700;

    private final TestCluster cluster = new TestCluster(PORT);

    @AfterEach
    void stop() {
        cluster.close();
    }

    private EmbeddedNode.Builder settings(String name) {
        return cluster.settings(name).servers(TestCluster.config(TestCluster.PREFIX));
    }

    @Test
    void dataThatIsInUse() {
        EmbeddedNode stored = settings("a-1")
                .name("a-1")
                .persistence(true)
                .activateWhen(0)
                .walSegmentBytes(1 << 20)
                .build();
        cluster.start("a-1", stored);
        EmbeddedNode same = EmbeddedNode.builder()
                .name("a.1")
                .workDirectory(stored.workDirectory())
                .persistence(true)
                .build();
        assertThatThrownBy(() -> WorkDirectory.check(same, Duration.ZERO))
                .as("another name of the same directory")
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("This process runs", "option=workDirectory", "a_1");
        cluster.stop("a-1");
        assertThat(WorkDirectory.check(same, Duration.ZERO)).isEmpty();
    }

    @Test
    void dataOfANodeThatWasRenamedIsToldOf() {
        EmbeddedNode.Builder stored =
                settings("a").persistence(true).activateWhen(0).walSegmentBytes(1 << 20);
        cluster.start("a", stored.build());
        assertThat(WorkDirectory.strangers(stored.name("renamed").build()))
                .as("of a node that runs")
                .isEmpty();
        cluster.stop("a");
        assertThat(WorkDirectory.strangers(stored.name("renamed").build())).containsExactly("a_" + PORT);
        assertThat(WorkDirectory.strangers(stored.name("a-" + PORT).build())).isEmpty();
        cluster.start("renamed", stored.name("renamed").build());
        assertThat(cluster.told("renamed", ClusterEvent.WorkDirectoryForeign.class))
                .singleElement()
                .satisfies(fact -> {
                    assertThat(fact.node()).isEqualTo("renamed");
                    assertThat(fact.nodes()).isEqualTo("[a_" + PORT + "]");
                });
    }
}
