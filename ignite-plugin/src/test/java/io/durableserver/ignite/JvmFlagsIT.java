package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JvmFlagsIT {
    @Test
    void aJvmWithoutTheFlagsIsToldWhereTheyAre() throws IOException, InterruptedException {
        try (TestCluster cluster = new TestCluster(42_990);
                ChildJvm child = ChildNode.start(cluster, "bare", argument -> false)) {
            assertThat(child.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(child.process().exitValue()).isNotZero();
            assertThat(Files.readString(cluster.work.resolve("bare.log")))
                    .contains("ConfigurationException", "ignite-plugin/jvm.opts");
        }
    }
}
