package io.durableserver.runtime.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.codec.JsonCodec;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Maps of anything are compared as far as their bytes say what is in them. */
@NullMarked
class NaturalTest {
    record Point(int x) {}

    static List<Codec> codecs() {
        return List.of(JsonCodec.INSTANCE, CborCodec.INSTANCE);
    }

    private static void check(Codec codec, Object value) {
        new RoundTrip().checkNatural(value, value.getClass(), codec.encode(value, value.getClass()), codec);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void whatEveryReaderGetsBackPasses(Codec codec) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("text", "ä");
        map.put("char", 'c');
        map.put("null", null);
        map.put("none", Optional.empty());
        map.put("truth", true);
        map.put("long", 7L);
        map.put("byte", (byte) 7);
        map.put("wide", Long.MIN_VALUE);
        map.put("big", BigInteger.TEN.pow(40));
        map.put("float", 0.1f);
        map.put("double", -0.0);
        map.put("nan", Double.NaN);
        map.put("decimal", new BigDecimal("1.100"));
        map.put("list", List.of(1L, "b", List.of(), Map.of("k", 1)));
        map.put("set", Set.of(1, 2, 3));
        map.put("array", new int[] {1, 2});
        map.put("bytes", new byte[] {1, 2});
        map.put("at", Instant.EPOCH);
        map.put("record", new Point(1));
        map.put("numbers", Map.of(1, "a", 2, "b"));

        assertThatCode(() -> check(codec, map)).doesNotThrowAnyException();
        assertThatCode(() -> check(codec, new ArrayList<>(List.of(map, 1L)))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void keysThatAreWrittenAlikeAreRefused(Codec codec) {
        Map<Object, Object> alike = new HashMap<>();
        alike.put(1, "a");
        alike.put("1", "b");

        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class, () -> check(codec, new HashMap<>(Map.of("inner", alike))));
        assertThat(refused).isNotNull();
        assertThat(refused.reason()).isEqualTo(ConfigurationException.Reason.NOT_ENCODABLE);
        assertThat(refused.context()).containsEntry("path", "*");
    }

    @ParameterizedTest
    @MethodSource("digits")
    void digitsThatAreLostAreRefused(BigDecimal decimal) {
        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class,
                () -> check(JsonCodec.INSTANCE, new HashMap<>(Map.of("a", List.of(decimal)))));

        assertThat(refused).isNotNull();
        assertThat(refused.context()).containsEntry("path", "*.*").containsEntry("problem", "its value changed");
        assertThatCode(() -> check(CborCodec.INSTANCE, new HashMap<>(Map.of("a", List.of(decimal)))))
                .doesNotThrowAnyException();
    }

    static List<BigDecimal> digits() {
        return List.of(new BigDecimal("0.12345678901234567890123"), new BigDecimal("1E+400"));
    }
}
