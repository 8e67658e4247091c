package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ServerStatus;
import io.durableserver.testkit.backend.InMemoryBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM to a program under load: it ends by itself, and what it was told is stored is stored. */
@Timeout(180)
class ShutdownIT {
    private static final int SIGTERM = 128 + 15;

    @TempDir
    private Path work;

    private final StoreServer store = new StoreServer();

    @AfterEach
    void close() {
        store.close();
    }

    private ChildJvm child(String job) {
        return ChildJvm.start(
                ShutdownNode.class, work.resolve(job + ".log"), ChildJvm::needed, work, store.port(), job);
    }

    private static void awaitLoad(ChildJvm child) {
        ShutdownNode.KEYS.forEach(key -> child.await("applied " + key + " 2"));
    }

    private static void awaitEnd(ChildJvm child) throws InterruptedException {
        assertThat(child.process().waitFor(60, TimeUnit.SECONDS))
                .as("it ends by itself")
                .isTrue();
        assertThat(child.process().exitValue()).isEqualTo(SIGTERM);
    }

    private void assertNothingLost(ChildJvm child) {
        try (DurableIgnite after = ShutdownNode.start("after", work, false, InMemoryBackend.factory(store.store))) {
            after.servers().awaitReady(Duration.ofSeconds(60));
            for (String key : ShutdownNode.KEYS) {
                long told = Math.max(newest(child, "applied " + key), newest(child, "late " + key));
                assertThat(after.servers().admin().info(key).orElseThrow().status())
                        .isEqualTo(ServerStatus.STOPPED_GRACEFUL);
                assertThat((long) after.servers().ref(Tally.TYPE, key).call(new Tally.Add(0, false)))
                        .as(key)
                        .isGreaterThanOrEqualTo(told);
            }
        }
    }

    private static long newest(ChildJvm child, String start) {
        return child.lines(start + " ").stream()
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .max()
                .orElse(0);
    }

    @Test
    void aBareMainLosesNothing() throws InterruptedException {
        try (ChildJvm child = child("plain")) {
            awaitLoad(child);
            child.signal("TERM");
            // Impatient, as some process managers are: the second one changes nothing.
            child.signal("TERM");
            awaitEnd(child);
            assertNothingLost(child);
        }
    }

    @Test
    void twoNodesOfOneProcessLoseNothing() throws InterruptedException {
        try (ChildJvm child = child("two")) {
            awaitLoad(child);
            child.signal("TERM");
            awaitEnd(child);
            assertNothingLost(child);
        }
    }

    @Test
    void aContainerUsesTheNodeUntilItClosesIt() throws InterruptedException {
        try (ChildJvm child = child("container")) {
            awaitLoad(child);
            child.signal("TERM");
            awaitEnd(child);
            assertThat(child.lines("container closed")).hasSize(1);
            for (String key : ShutdownNode.KEYS) {
                assertThat(child.lines("late " + key + " "))
                        .as("after the signal")
                        .hasSize(1);
            }
            assertNothingLost(child);
        }
    }

    @Test
    void aSignalDuringTheStartClosesTheNodeWhenItHasStarted() throws InterruptedException, IOException {
        try (ChildJvm child = child("starting")) {
            child.await("checking");
            child.signal("TERM");
            child.process().getOutputStream().write('\n');
            child.process().getOutputStream().flush();
            awaitEnd(child);
            assertThat(child.lines("started")).hasSize(1);
        }
    }
}
