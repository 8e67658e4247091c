package io.durableserver.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ConfigurationException;
import io.durableserver.LeaseConfig;
import io.durableserver.Limits;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.Timeouts;
import io.durableserver.backend.ignite.IgniteKvConfig;
import io.durableserver.backend.mirror.MirrorConfig;
import io.durableserver.backend.s3.S3Config;
import io.durableserver.spi.BackendFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of errors and limits are complete. */
class LimitsPageTest {
    private static final String PAGE = "sdk/docs/errors-and-limits.md";
    private static final String STORES = "backends/README.md";

    @Test
    void everyReasonIsExplained() {
        Stream.of(
                        NotAppliedException.Reason.values(),
                        OutcomeUnknownException.Reason.values(),
                        ConfigurationException.Reason.values())
                .flatMap(Stream::of)
                .forEach(reason -> assertThat(Docs.read(PAGE)).contains("`" + ((Enum<?>) reason).name() + "`"));
    }

    @Test
    void everyLimitIsListed() {
        named(PAGE, "limits", Limits.class);
        named(PAGE, "timeouts", Timeouts.class);
        named(PAGE, "lease", LeaseConfig.class);
        named(PAGE, "igniteKv", IgniteKvConfig.class);
        named(STORES, "s3", S3Config.class);
        named(STORES, "mirror", MirrorConfig.class);
    }

    private static void named(String page, String group, Class<? extends Record> options) {
        for (var option : options.getRecordComponents()) {
            if (option.getType() != BackendFactory.class) {
                assertThat(Docs.read(page)).contains("`" + group + "." + option.getName() + "`");
            }
        }
    }
}
