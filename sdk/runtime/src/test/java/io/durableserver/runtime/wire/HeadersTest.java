package io.durableserver.runtime.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import io.durableserver.ServerRef;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be a header, and how many of them. */
class HeadersTest {
    private static Map<String, String> numbered(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "h" + i, i -> "v"));
    }

    private static void refused(Map<String, String> headers, String problem) {
        assertThatThrownBy(() -> Headers.checked(headers))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo("INVALID_OPTION"))
                .hasMessageContaining(problem);
    }

    @Test
    void whatTracersAndApplicationsPutThereIsTaken() {
        Map<String, String> usual = Map.of(
                "traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "tracestate",
                "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
                "baggage",
                "user=a%20b; secret",
                "x-tenant_1.a~!#$%&'*+^`|",
                "");

        assertThat(Headers.checked(usual)).isEqualTo(usual);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Traceparent", "a b", "a:b", "\u00e4", "a\n", "a\u0000", "\u212a", "(a)"})
    void otherNamesAreRefused(String name) {
        refused(Map.of(name, "v"), "headers");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret\r\nx: y",
                "secret\t",
                "secret\u0000",
                "secret\u007f",
                "secret\u00e4",
                "secret\ud83d\ude00"
            })
    void otherValuesAreRefusedAndNotTold(String value) {
        refused(Map.of("token", value), "headers.token");
        assertThatThrownBy(() -> Headers.checked(Map.of("token", value))).hasMessageNotContaining("secret");
    }

    @Test
    void nullIsNoNameAndNoValue() {
        Map<String, String> headers = new HashMap<>();
        headers.put("a", null);
        refused(headers, "headers.a must be a value, was null");
        refused(Collections.singletonMap(null, "v"), "was null");
    }

    @Test
    void bothBoundsAreNamed() {
        assertThat(Headers.checked(numbered(ServerRef.MAX_HEADERS))).hasSize(ServerRef.MAX_HEADERS);
        refused(numbered(ServerRef.MAX_HEADERS + 1), "at most 32, was 33 headers");
        String most = "v".repeat(ServerRef.MAX_HEADER_BYTES - 1);
        assertThat(Headers.checked(Map.of("n", most))).containsEntry("n", most);
        refused(Map.of("n", most + "v"), "at most 8192 bytes, was 8193 bytes");
    }

    @Test
    void theBoundsCountForWhatGoesOnTogether() {
        Map<String, String> before = numbered(ServerRef.MAX_HEADERS);
        assertThat(Headers.merged(before, Map.of("h0", "own")))
                .hasSize(ServerRef.MAX_HEADERS)
                .containsEntry("h0", "own");
        assertThatThrownBy(() -> Headers.merged(before, Map.of("one-more", "v")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("at most 32");
    }

    @Test
    void withoutOwnOnesNothingIsCopied() {
        Map<String, String> before = Headers.checked(Map.of("a", "b"));
        assertThat(Headers.merged(before, Map.of())).isSameAs(before);
        assertThat(Headers.merged(Map.of(), before)).isSameAs(before);
        assertThat(Origin.oneWay(Map.of())).isSameAs(Origin.NONE);
        assertThat(Origin.waitedForBy(List.of())).isSameAs(Origin.NONE);
    }

    @Test
    void aCopyDoesNotChangeWithItsMap() {
        Map<String, String> mine = new HashMap<>(Map.of("a", "b"));
        Map<String, String> kept = Headers.checked(mine);
        mine.clear();
        assertThat(kept).containsExactlyEntriesOf(Map.of("a", "b"));
    }
}
