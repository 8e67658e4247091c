package io.durableserver.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.backend.ignite.IgniteKvConfig;
import io.durableserver.backend.mirror.MirrorConfig;
import io.durableserver.backend.s3.S3Config;
import io.durableserver.config.DurableServersConfig;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of errors and limits are complete. */
class LimitsPageTest {
    private static final String PAGE = "sdk/docs/errors-and-limits.md";
    private static final Set<String> CREDENTIALS = Set.of("access-key", "secret-key", "session-token");
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
        named(PAGE, "", DurableServersConfig.keys().keySet().stream().filter(key -> key.contains(".")));
        named(PAGE, "igniteKv.", IgniteKvConfig.keys().keySet().stream());
        named(STORES, "s3.", S3Config.keys().keySet().stream().filter(key -> !CREDENTIALS.contains(key)));
        named(STORES, "s3.", Stream.of("credentials", "client"));
        named(STORES, "mirror.", MirrorConfig.keys().keySet().stream());
        named(STORES, "mirror.", Stream.of("order"));
    }

    private static void named(String page, String group, Stream<String> keys) {
        keys.forEach(key -> assertThat(Docs.read(page)).contains("`" + group + inJava(key) + "`"));
    }

    private static String inJava(String key) {
        return Pattern.compile("-(.)")
                .matcher(key)
                .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
    }
}
