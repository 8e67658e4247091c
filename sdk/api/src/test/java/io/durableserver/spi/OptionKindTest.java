package io.durableserver.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.durableserver.ConfigurationException;
import io.durableserver.config.OptionValues;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an error says a value must be is taken. */
class OptionKindTest {
    private static final class Builder {
        private Duration wait = Duration.ZERO;
        private long size;
    }

    private static String refusal(OptionTable<Builder> table, String key, String text) {
        ConfigurationException[] refused = new ConfigurationException[1];
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> table.fill(new Builder(), OptionValues.of(Map.of(key, text))))
                .satisfies(thrown -> refused[0] = thrown);
        return String.valueOf(refused[0].getMessage());
    }

    @Test
    void everyTimeOfABoundCanBeReadAndIsWithinIt() {
        List<Duration> times = List.of(
                Duration.ZERO,
                Duration.ofMillis(1),
                Duration.ofSeconds(1),
                Duration.ofMillis(1_500),
                Duration.ofMinutes(1),
                Duration.ofSeconds(90),
                Duration.ofHours(1),
                Duration.ofMinutes(90),
                Duration.ofDays(1));
        for (Duration low : times) {
            for (Duration high : times.subList(times.indexOf(low), times.size())) {
                OptionKind<Duration> kind = OptionKind.duration(low, high);
                String[] texts = kind.bound().split(" to ", -1);
                assertThat(kind.parse(texts[0])).as(kind.bound()).isEqualTo(low).matches(kind::fits);
                assertThat(kind.parse(texts[1]))
                        .as(kind.bound())
                        .isEqualTo(high)
                        .matches(kind::fits);
            }
        }
    }

    @Test
    void everySizeOfABoundCanBeReadAndIsWithinIt() {
        for (long low :
                new long[] {0, 1, 1_023, 1_024, 1_536, 1 << 20, Integer.MAX_VALUE, 1L << 30, 1L << 40, 5L << 50}) {
            OptionKind<Long> kind = OptionKind.bytes(low, low + 1);
            String[] texts = kind.bound().split(" to ", -1);
            assertThat(kind.parse(texts[0])).as(kind.bound()).isEqualTo(low).matches(kind::fits);
            assertThat(kind.parse(texts[1])).as(kind.bound()).isEqualTo(low + 1).matches(kind::fits);
        }
    }

    @Test
    void textWithoutItsUnitIsToldTheUnits() {
        OptionTable<Builder> table = OptionTable.<Builder>of("t", "")
                .option(
                        "wait",
                        OptionKind.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                        b -> b.wait,
                        (b, value) -> b.wait = value)
                .option("size", OptionKind.bytes(1L, 2L << 20), b -> b.size, (b, value) -> b.size = value);
        for (String text : List.of("10", "10 sec", "ms", "", "1 Min")) {
            assertThat(refusal(table, "wait", text)).contains("1 ms to 1 min, with ms, s, min, h or d, was " + text);
        }
        assertThat(refusal(table, "wait", "0")).contains("1 ms to 1 min, was 0");
        assertThat(refusal(table, "wait", "2 min")).contains("1 ms to 1 min, was 2 min");
        assertThat(refusal(table, "size", "1MB")).contains("1 to 2 MiB, with B, KiB, MiB, GiB or TiB, was 1MB");
        assertThat(refusal(table, "size", "3 MiB")).contains("1 to 2 MiB, was 3 MiB");
    }
}
