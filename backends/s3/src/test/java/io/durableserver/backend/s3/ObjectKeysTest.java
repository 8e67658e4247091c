package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.RecordKeys;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectKeysTest {
    private final ObjectKeys keys = new ObjectKeys("app/");

    @ParameterizedTest
    @CsvSource({
        "a, app/a",
        "a/b.c/d, app/a/b.c/d",
        "a//b, app/a/%/b",
        "a/, app/a/%",
        "/, app/%/%",
        ".., app/%..",
        "./a, app/%./a",
        "..., app/...",
        "%, app/%%",
        "%../x, app/%%../x",
        "%2F, app/%2F"
    })
    void onlySegmentsThatDoNotSurviveTheWayAreChanged(String key, String object) {
        assertThat(keys.object(key)).isEqualTo(object);
        assertThat(keys.record(object)).contains(key);
    }

    @Test
    void everyObjectStandsForOneRecordAndAPrefixFindsAllOfThem() {
        Random random = new Random(7);
        Set<String> records = new HashSet<>();
        Set<String> objects = new HashSet<>();
        for (int i = 0; i < 5_000; i++) {
            String key = text(random, 1 + random.nextInt(7));
            String object = keys.object(key);
            assertThat(keys.record(object)).contains(key);
            assertThat(records.add(key)).isEqualTo(objects.add(object));
            for (int end = 0; end <= key.length(); end++) {
                assertThat(object).startsWith(keys.objectPrefix(key.substring(0, end)));
            }
        }
    }

    @Test
    void aPrefixIsAsNarrowAsItCanBe() {
        assertThat(keys.objectPrefix("")).isEqualTo("app/");
        assertThat(keys.objectPrefix("a/b")).isEqualTo("app/a/b");
        assertThat(keys.objectPrefix("a//")).isEqualTo("app/a/%/");
        assertThat(keys.objectPrefix("a/..")).isEqualTo("app/a/");
    }

    @Test
    void keysOutOfTheirBoundsAreRefused() {
        for (String key : List.of("", "x".repeat(1_025), "x".repeat(1_021))) {
            assertThatThrownBy(() -> keys.object(key)).isInstanceOf(ConfigurationException.class);
        }
    }

    @Test
    void theBytesOfAMarkedKeyAreKnownBefore() {
        Random random = new Random(11);
        for (int i = 0; i < 5_000; i++) {
            String key = text(random, 1 + random.nextInt(9));
            assertThat(RecordKeys.markedBytes(key))
                    .isEqualTo(new ObjectKeys("").object(key).length());
        }
    }

    private static String text(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append("/.%a".charAt(random.nextInt(4)));
        }
        return text.toString();
    }
}
