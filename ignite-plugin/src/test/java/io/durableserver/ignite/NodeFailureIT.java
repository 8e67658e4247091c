package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.apache.ignite.Ignite;
import org.apache.ignite.failure.FailureContext;
import org.apache.ignite.failure.FailureType;
import org.apache.ignite.internal.IgniteEx;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ignite's critical failures, by the handler an embedded node has: with Ignite's own one this process would be gone. */
@Timeout(180)
class NodeFailureIT {
    private final TestCluster cluster = new TestCluster(21_500);

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void aNodeThatBrokeIsFencedAndStartsAgainInThisProcess() {
        cluster.start("a");
        cluster.cluster("a");
        DurableIgnite node = cluster.node("a");
        Ignite old = node.ignite();

        ((IgniteEx) old)
                .context()
                .failure()
                .process(new FailureContext(FailureType.CRITICAL_ERROR, new IOException("No space left on device")));

        Awaitility.await("another Ignite node")
                .atMost(Duration.ofSeconds(90))
                .until(() -> node.ignite() != old && node.servers().isReady());
        assertThat(cluster.runtime("a").log).contains("fence " + TestCluster.PREFIX);
        assertThat(node.ended().toCompletableFuture()).isNotDone();
    }

    /** Ignite's threads fail in many ways then; none of them ends the process, or hangs. */
    @Test
    void aPersistentNodeCanBeStoppedWhileItActivates() {
        cluster.persistent(1);
        for (int round = 0; round < 4; round++) {
            cluster.start("a");
            cluster.stop("a");
        }
        cluster.start("a");
        cluster.cluster("a");
        assertThat(cluster.node("a").ignite().cluster().state().active()).isTrue();
    }
}
