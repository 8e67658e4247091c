package io.durableserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RejectedExceptionTest {
    @Test
    void saysCodeTextAndDetails() {
        RejectedException rejection =
                new RejectedException("OUT_OF_STOCK", "Only 2 left", Map.of("left", 2, "key", "s"));
        assertThat(rejection).hasMessage("[REJECTED OUT_OF_STOCK] Only 2 left {key=s, left=2}");
        assertThat(rejection.code()).isEqualTo("OUT_OF_STOCK");
        assertThat(rejection.text()).isEqualTo("Only 2 left");
        assertThat(rejection.details()).containsExactly(Map.entry("key", "s"), Map.entry("left", "2"));
        assertThat(new RejectedException("NO", "")).hasMessage("[REJECTED NO] ");
    }

    @Test
    void detailsAreTextsOfTheMomentAndMayBeNull() {
        StringBuilder changing = new StringBuilder("before");
        Map<String, Object> details = new HashMap<>();
        details.put("changing", changing);
        details.put("nothing", null);
        details.put(null, 1);
        RejectedException rejection = new RejectedException("C", "t", details);
        changing.append(" and after");
        details.clear();
        assertThat(rejection.details())
                .containsOnly(Map.entry("changing", "before"), Map.entry("nothing", "null"), Map.entry("null", "1"));
        assertThatThrownBy(() -> rejection.details().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void halfASurrogatePairIsWhatItWouldBeElsewhere() {
        RejectedException rejection = new RejectedException("C\ud800", "t\udc00", Map.of("n\ud800", "v\udc00"));
        assertThat(rejection.code()).isEqualTo("C?");
        assertThat(rejection.text()).isEqualTo("t?");
        assertThat(rejection.details()).containsOnly(Map.entry("n?", "v?"));
    }

    @Test
    @SuppressWarnings("NullAway") // callers do not check
    void whatIsOutOfBoundsIsNamedWithItsBound() {
        for (String code : new String[] {null, "", "  ", "\t", "c".repeat(129)}) {
            assertInvalid("rejection.code", () -> new RejectedException(code, "t"));
        }
        assertInvalid("rejection.text", () -> new RejectedException("C", null));
        assertInvalid("rejection.text", () -> new RejectedException("C", "t".repeat(2_001)));
        assertInvalid("rejection.details", () -> new RejectedException("C", "t", null));
        assertInvalid("rejection.details", () -> new RejectedException("C", "t", Map.of("n", "v".repeat(2_001))));
        assertInvalid("rejection.details", () -> new RejectedException("C", "t", Map.of("n".repeat(2_001), 1)));
        assertInvalid("rejection.details", () -> new RejectedException("C", "t", many(33)));
        assertThat(new RejectedException("c".repeat(128), "t".repeat(2_000), many(32)).details())
                .hasSize(32);
    }

    private static Map<String, Integer> many(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "n" + i, i -> i));
    }

    private static void assertInvalid(String option, org.assertj.core.api.ThrowableAssert.ThrowingCallable made) {
        ConfigurationException error = catchThrowableOfType(ConfigurationException.class, made);
        assertThat(error.reason()).isEqualTo(ConfigurationException.Reason.INVALID_OPTION);
        assertThat(error.context()).containsEntry("option", option).containsKeys("value", "bound");
    }

    @Test
    void aRejectionAsAResultHasNoStateAndNoEffects() {
        Reply<String, Integer> rejection = Next.reject("NO", "not today", Map.of("until", "monday"));
        assertThat(rejection.rejection()).hasMessage("[REJECTED NO] not today {until=monday}");
        assertThatThrownBy(rejection::state).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(rejection::sync).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> rejection.thenStop(StopReason.normal())).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> rejection.metadata(Map.of())).isInstanceOf(ConfigurationException.class);
        assertThat(Next.state("s").rejection()).isNull();
        assertThat(Next.reply(1, "s").rejection()).isNull();
    }
}
