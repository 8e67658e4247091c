package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.durableserver.spi.Backend;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.WriteResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.IgniteState;
import org.apache.ignite.Ignition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A small file beside the records of one node cannot be used: that node ends, and the others go on. */
final class IgniteKvFileTroubleIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TestCluster cluster = new TestCluster(true).start(0, 1, 2).activate();
    private final IgniteKvConfig config =
            TestCluster.config().backups(2).expectedNodes(3).build();
    private int written;

    @AfterEach
    void stopNodes() {
        cluster.close();
    }

    private Path copies(int number) {
        Ignite node = cluster.node(number);
        return MarkTask.file(
                node.configuration(),
                node.cluster().localNode().consistentId(),
                config.cacheNameFor(TestCluster.PREFIX));
    }

    private void awaitEnd(int number) {
        await().atMost(PATIENCE)
                .until(() -> Ignition.state("kv-" + cluster.id() + "-" + number) != IgniteState.STARTED);
    }

    private void awaitWrites(Backend backend) {
        await().atMost(PATIENCE)
                .until(
                        () -> end(backend.create("key-" + written++, new byte[1], TIMEOUT)),
                        WriteResult.Stored.class::isInstance);
    }

    /** A full disk, for short: the mark cannot be written when another node leaves. */
    @Test
    void aNodeThatCannotWriteItsMarkEndsAndTheOthersWrite() throws IOException {
        IgniteKvConfig alone = TestCluster.config().backups(2).build();
        Backend backend = cluster.backend(0, alone);
        cluster.backend(1, alone);
        cluster.backend(2, alone);
        awaitWrites(backend);
        Path copies = copies(2);
        Files.createDirectories(
                copies.resolveSibling(copies.getFileName() + "~").resolve("in-the-way"));
        cluster.stop(1);
        awaitEnd(2);
        awaitWrites(backend);
        assertThat(cluster.told(StoreEvent.WritesWait.class)).isNotEmpty();
        cluster.awaitTold(StoreEvent.WritesGoOn.class);
    }

    @Test
    void aNodeWithAForeignMarkDoesNotJoinAndTheOthersWrite() throws IOException {
        Backend backend = cluster.backend(0, config);
        cluster.backend(1, config);
        cluster.backend(2, config);
        awaitWrites(backend);
        Path copies = copies(2);
        cluster.stop(2);
        awaitWrites(backend);
        Files.write(copies, new byte[0]);
        assertThatExceptionOfType(IgniteException.class)
                .isThrownBy(() -> cluster.start(2))
                .withMessageContaining(copies.toString());
        awaitWrites(backend);
    }

    @Test
    void aClusterThatStartsServesWithoutANodeWhoseMarkIsForeign() throws IOException {
        Backend backend = cluster.backend(0, config);
        cluster.backend(1, config);
        cluster.backend(2, config);
        Path copies = copies(2);
        cluster.stop(2);
        awaitWrites(backend);
        cluster.stopAll();
        cluster.start(0, 1, 2);
        // Before that node would not join.
        Files.writeString(copies, "garbage");
        Backend first = cluster.backend(0, config);
        Backend second = cluster.backend(1, config);
        awaitEnd(2);
        awaitWrites(first);
        awaitWrites(second);
    }

    private static <T> T end(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }
}
