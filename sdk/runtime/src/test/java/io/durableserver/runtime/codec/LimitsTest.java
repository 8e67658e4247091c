package io.durableserver.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonFormat;
import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.ConfigurationException.Reason;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the writer takes the reader takes. */
@NullMarked
class LimitsTest {
    record Text(String text) {}

    record Letter(char letter) {}

    record Texts(Map<String, String> byName) {}

    record Decimal(BigDecimal number) {}

    record Whole(BigInteger number) {}

    record AsText(
            @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal number) {}

    record Chain(@Nullable Chain next) {}

    record Count(int count) {}

    record Derived(List<String> items) {
        public boolean isEmpty() {
            return items.isEmpty();
        }

        public int getSize() {
            return items.size();
        }
    }

    enum Old {
        RED,
        @JsonEnumDefaultValue
        UNKNOWN
    }

    enum New {
        RED,
        BLUE
    }

    record OldColor(Old color) {}

    record NewColor(New color) {}

    static List<Codec> codecs() {
        return List.of(JsonCodec.INSTANCE, CborCodec.INSTANCE);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void halfASurrogatePairIsRefusedWhereverItStands(Codec codec) {
        Random random = new Random(1);
        for (String half : List.of("\uD83D", "\uDE00", "\uDE00\uD83D", "\uD83D\uD83D\uDE00")) {
            for (int i = 0; i < 40; i++) {
                String text = any(random) + half + any(random);
                assertThat(notEncodable(() -> codec.encode(new Text(text), Text.class)))
                        .containsEntry("path", "text");
                assertThat(notEncodable(() -> codec.encode(new Texts(Map.of(text, "v")), Texts.class))
                                .get("path"))
                        .startsWith("byName");
                assertThat(notEncodable(() -> codec.encode(new Texts(Map.of("k", text)), Texts.class)))
                        .containsEntry("path", "byName.*");
            }
        }
        notEncodable(() -> codec.encode(new Letter('\uD83D'), Letter.class));
        notEncodable(() -> codec.encode("\uDE00", String.class));
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void wellFormedTextComesBackAsValueAndAsName(Codec codec) {
        Random random = new Random(2);
        for (int i = 0; i < 400; i++) {
            String text = any(random) + any(random);
            Texts texts = new Texts(Map.of(text, any(random)));
            assertThat(codec.decode(codec.encode(texts, Texts.class), Texts.class))
                    .isEqualTo(texts);
        }
    }

    /** Text of all widths, with escapes and with words that look like escapes, of lengths around those of buffers. */
    private static String any(Random random) {
        String[] parts = {"a", "é", "中", "\uD83D\uDE00", "\\", "\\uD83D", "\"", "\n", "\u0000", "/", "\u2028", "uD83D"};
        StringBuilder text = new StringBuilder();
        int parts1 = random.nextInt(12);
        for (int i = 0; i < parts1; i++) {
            text.append(parts[random.nextInt(parts.length)].repeat(random.nextInt(20) == 0 ? 2_000 : 1));
        }
        return text.toString();
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void numbersAreRefusedByTheWriterOrRead(Codec codec) {
        List<BigInteger> digits = new ArrayList<>(List.of(BigInteger.ZERO, BigInteger.ONE.negate()));
        for (int bits : List.of(31, 64, 65, 1_000, 330_000, 330_001)) {
            digits.add(BigInteger.ONE.shiftLeft(bits).negate());
            digits.add(BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE));
        }
        List<Integer> scales = List.of(0, 1, -400, 1_000_000_000, -1_000_000_000, Integer.MAX_VALUE, Integer.MIN_VALUE);
        int read = 0;
        int refused = 0;
        for (BigInteger number : digits) {
            List<Object> values = new ArrayList<>(List.of(new Whole(number)));
            for (int scale : number.bitLength() > 1_000 ? List.of(0, 1_000_000_000) : scales) {
                values.add(new Decimal(new BigDecimal(number, scale)));
                values.add(new AsText(new BigDecimal(number, scale)));
            }
            for (Object value : values) {
                byte[] bytes;
                try {
                    bytes = codec.encode(value, value.getClass());
                } catch (ConfigurationException e) {
                    assertThat(e.context()).containsEntry("path", "number").containsKey("detail");
                    refused++;
                    continue;
                }
                assertThat(codec.decode(bytes, value.getClass())).isEqualTo(value);
                read++;
            }
        }
        assertThat(read).isGreaterThan(20);
        assertThat(refused).isGreaterThan(20);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void nestingIsRefusedByTheWriterOrRead(Codec codec) {
        int deepest = 0;
        for (int depth : List.of(1, 299, 300, 301, 999, 1_000, 1_001, 100_000)) {
            Chain chain = new Chain(null);
            for (int i = 1; i < depth; i++) {
                chain = new Chain(chain);
            }
            byte[] bytes;
            try {
                bytes = codec.encode(chain, Chain.class);
            } catch (ConfigurationException e) {
                assertThat(e.reason()).isEqualTo(Reason.NOT_ENCODABLE);
                continue;
            }
            assertThat(codec.decode(bytes, Chain.class)).isEqualTo(chain);
            deepest = depth;
        }
        assertThat(deepest).isEqualTo(300);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void nullIsNotAZero(Codec codec) {
        byte[] empty =
                codec.encode(new java.util.HashMap<>(java.util.Collections.singletonMap("count", null)), Map.class);

        assertThat(notEncodable(() -> codec.decode(empty, Count.class))).containsEntry("path", "count");
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void enumThatHasGrownIsReadAsTheConstantNamedForIt(Codec codec) {
        byte[] blue = codec.encode(new NewColor(New.BLUE), NewColor.class);
        byte[] red = codec.encode(new NewColor(New.RED), NewColor.class);

        assertThat(codec.decode(blue, OldColor.class)).isEqualTo(new OldColor(Old.UNKNOWN));
        assertThat(codec.decode(red, OldColor.class)).isEqualTo(new OldColor(Old.RED));
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void recordIsWrittenAsItsComponentsOnly(Codec codec) {
        byte[] bytes = codec.encode(new Derived(List.of("a")), Derived.class);

        assertThat(codec.decode(bytes, Object.class)).isEqualTo(Map.of("items", List.of("a")));
    }

    private static Map<String, String> notEncodable(ThrowingCallable code) {
        ConfigurationException error = catchThrowableOfType(ConfigurationException.class, code);
        assertThat(error).isNotNull();
        assertThat(error.reason()).isEqualTo(Reason.NOT_ENCODABLE);
        return error.context();
    }
}
