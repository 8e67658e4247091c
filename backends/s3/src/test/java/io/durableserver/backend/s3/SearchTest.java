package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** When a listing says that it does not have a key. */
class SearchTest {
    private final Search search = new Search("user_1");

    private static ListObjectsV2Response page(boolean more, List<String> keys) {
        return ListObjectsV2Response.builder()
                .isTruncated(more)
                .contents(keys.stream()
                        .map(key -> S3Object.builder().key(key).build())
                        .toList())
                .build();
    }

    private static List<String> others(int count) {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(String.format("user_1%05d", i));
        }
        return keys;
    }

    @Test
    void theLastPageTellsAll() {
        assertThat(search.settled(page(true, List.of("user_15", "user_11")))).isFalse();
        assertThat(search.settled(page(false, List.of("user_12")))).isTrue();
        assertThat(search.found()).isEmpty();
    }

    @Test
    void aKeyIsFoundWhereverItIs() {
        assertThat(search.settled(page(true, List.of("user_15", "user_11")))).isFalse();
        assertThat(search.settled(page(true, List.of("user_12", "user_1")))).isTrue();
        assertThat(search.found()).isPresent();
    }

    @Test
    void manyKeysInTheOrderOfTheirBytesTellThatTheShortestIsNotThere() {
        assertThat(search.settled(page(true, others(1)))).isFalse();
        assertThat(new Search("user_1").settled(page(true, others(1_000)))).isTrue();
        // U+10000 comes after U+FFFD in bytes, and before it in UTF-16.
        List<String> wide = new ArrayList<>(others(20));
        wide.addAll(List.of("user_1\uFFFD", "user_1\uD800\uDC00"));
        assertThat(new Search("user_1").settled(page(true, wide))).isTrue();
        assertThat(search.found()).isEmpty();
    }

    @Test
    void keysInNoOrderTellNothingBeforeTheEnd() {
        List<String> backwards = others(1_000);
        Collections.reverse(backwards);
        assertThat(search.settled(page(true, backwards))).isFalse();
        assertThat(search.settled(page(true, others(1_000)))).isFalse();
        assertThat(search.settled(page(false, List.of()))).isTrue();
    }
}
