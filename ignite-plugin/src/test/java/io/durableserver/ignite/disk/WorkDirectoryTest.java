package io.durableserver.ignite.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import io.durableserver.ignite.EmbeddedNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A second class loader of this JVM, which is what a second web application is, has a node on the same data. */
@Timeout(60)
class WorkDirectoryTest {
    /** Asks as another process would. */
    static final class Stranger {
        private Stranger() {}

        public static void main(String[] args) throws IOException {
            try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE);
                    FileLock lock = channel.tryLock()) {
                System.exit(lock == null ? 3 : 4);
            }
        }
    }

    private static boolean isLockedForOthers(Path lock) throws Exception {
        Process stranger = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Stranger.class.getName(),
                        lock.toString())
                .inheritIO()
                .start();
        assertThat(stranger.waitFor(50, TimeUnit.SECONDS)).isTrue();
        assertThat(stranger.exitValue()).isBetween(3, 4);
        return stranger.exitValue() == 3;
    }

    @Test
    void itsDirectoryIsRefusedAsOneInUseAndStaysLocked(@TempDir Path directory) throws Exception {
        EmbeddedNode node = EmbeddedNode.builder()
                .name("a")
                .workDirectory(directory)
                .persistence(true)
                .build();
        Path lock = Files.createDirectories(directory.resolve("db/a")).resolve("lock");
        try (FileChannel channel = FileChannel.open(
                        lock, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            assertThat(held.isValid()).isTrue();
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> WorkDirectory.check(node, Duration.ZERO))
                        .isInstanceOfSatisfying(
                                ConfigurationException.class,
                                refused -> assertThat(refused.reason())
                                        .isEqualTo(ConfigurationException.Reason.INVALID_OPTION))
                        .hasMessageContainingAll("class loader of this process", "workDirectory", "lock is held");
            }
            assertThat(WorkDirectory.strangers(node)).isEmpty();
            System.gc();
            assertThat(isLockedForOthers(lock))
                    .as("the look took the lock away")
                    .isTrue();
        }
        assertThat(WorkDirectory.check(node, Duration.ZERO)).isEmpty();
        assertThat(isLockedForOthers(lock)).isFalse();
    }
}
