package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ignite.start.JvmFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JvmFlagsIT {
    @Test
    void aJvmWithoutTheFlagsIsToldWhereTheyAre() throws IOException, InterruptedException {
        try (TestCluster cluster = new TestCluster(18_990);
                ChildJvm child = ChildNode.start(cluster, "bare", argument -> false)) {
            assertThat(child.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(child.process().exitValue()).isNotZero();
            assertThat(Files.readString(cluster.work.resolve("bare.log")))
                    .contains(
                            "ConfigurationException",
                            "--add-opens=java.base/java.nio=ALL-UNNAMED",
                            "io/durableserver/ignite/jvm.opts");
        }
    }

    @Test
    void theFlagsAreInTheJar() throws IOException {
        try (var flags =
                Objects.requireNonNull(JvmFlags.class.getResourceAsStream("/io/durableserver/ignite/jvm.opts"))) {
            assertThat(flags.readAllBytes()).isEqualTo(Files.readAllBytes(Path.of("jvm.opts")));
        }
    }
}
