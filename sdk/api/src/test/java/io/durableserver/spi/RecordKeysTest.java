package io.durableserver.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordKeysTest {
    @Test
    void everyNoncharacterIsRefusedAndNoOtherCharacterIs() {
        int refused = 0;
        for (int character = 0; character <= Character.MAX_CODE_POINT; character++) {
            boolean surrogate = character >= 0xD800 && character <= 0xDFFF;
            boolean noncharacter = (character >= 0xFDD0 && character <= 0xFDEF)
                    || character % 0x10000 == 0xFFFE
                    || character % 0x10000 == 0xFFFF;
            String key = "a" + Character.toString(character) + "b";
            if (surrogate || noncharacter) {
                refused++;
                assertRefused(key);
            } else {
                assertThat(RecordKeys.check(key)).isEqualTo(key);
            }
        }
        assertThat(refused).isEqualTo(2_048 + 66);
    }

    /** The bound is one of bytes, whatever a character takes. */
    @ParameterizedTest
    @ValueSource(strings = {"k", "\u00e9", "\u9375", "\ud83d\udd11"})
    void theBoundIsOneOfBytes(String character) {
        int bytes = character.getBytes(StandardCharsets.UTF_8).length;
        String longest = character.repeat(RecordKeys.MAX_BYTES / bytes) + "k".repeat(RecordKeys.MAX_BYTES % bytes);
        assertThat(RecordKeys.check(longest)).isEqualTo(longest);
        assertRefused(longest + "k");
        assertRefused(longest.substring(character.length()) + character + "k");
    }

    @Test
    void anEmptyKeyIsNone() {
        assertRefused("");
    }

    @Test
    void halfASurrogatePairIsNoTextWhereverItIs() {
        for (String key : List.of("\ud83d", "a\ud83d", "\udd11a", "\udd11\ud83d", "a\ud83da")) {
            assertRefused(key);
        }
    }

    @Test
    void nothingIsRequestedForAKeyThatIsNone() {
        AtomicInteger requests = new AtomicInteger();
        assertThat(RecordKeys.checked("a\uFFFE", () -> {
                            requests.incrementAndGet();
                            return CompletableFuture.completedFuture("");
                        })
                        .toCompletableFuture())
                .isCompletedExceptionally();
        assertThat(requests).hasValue(0);
    }

    @Test
    void eachSegmentThatIsMarkedTakesOneByteMore() {
        assertThat(RecordKeys.markedBytes("a/b")).isEqualTo(3);
        assertThat(RecordKeys.markedBytes("a//b")).isEqualTo(5);
        assertThat(RecordKeys.markedBytes("//")).isEqualTo(5);
        assertThat(RecordKeys.markedBytes("a/")).isEqualTo(3);
        assertThat(RecordKeys.markedBytes("./..")).isEqualTo(6);
        assertThat(RecordKeys.markedBytes("%/%..")).isEqualTo(7);
        assertThat(RecordKeys.markedBytes("...")).isEqualTo(3);
    }

    private static void assertRefused(String key) {
        assertThatThrownBy(() -> RecordKeys.check(key))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(ConfigurationException.Reason.INVALID_KEY));
    }
}
