package io.durableserver.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.Cluster;
import io.durableserver.spi.Session;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the kits of this package work with: a fresh cluster for each test. */
abstract class ClusterKit {
    /** How long a listener is held up at most. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private @Nullable ClusterUnderTest cluster;

    /** A cluster without nodes; closed after the test. */
    protected abstract ClusterUnderTest openCluster();

    @BeforeEach
    final void open() {
        cluster = openCluster();
    }

    @AfterEach
    final void close() {
        if (cluster != null) {
            cluster.close();
        }
    }

    final ClusterUnderTest cluster() {
        if (cluster == null) {
            throw new IllegalStateException("not inside a test");
        }
        return cluster;
    }

    /** Nodes of a new cluster. */
    final List<Cluster> nodes(String... names) {
        List<Cluster> nodes = new ArrayList<>();
        for (String name : names) {
            nodes.add(cluster().start(name));
        }
        return nodes;
    }

    final void await(String what, BooleanSupplier condition) {
        assertThat(cluster().reaches(condition, cluster().patience())).as(what).isTrue();
    }

    /** Lets time go on for a moment in which something wrong would come out. */
    final void aMoment() {
        assertThat(cluster().reaches(() -> false, Duration.ofMillis(300))).isFalse();
    }

    final <T> T get(CompletionStage<T> stage) {
        return done(stage).join();
    }

    final <T> CompletableFuture<T> done(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        await("the end of a stage", future::isDone);
        return future;
    }

    static Session self(Cluster node) {
        return node.membership().self();
    }

    static Session stranger() {
        return new Session("nobody", "00000000-0000-4000-8000-000000000000");
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static String text(Optional<byte[]> bytes) {
        return bytes.map(ClusterKit::text).orElse("-");
    }
}
