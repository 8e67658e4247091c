package io.durableserver.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.durableserver.Call;
import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.ConfigurationException.Reason;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@NullMarked
class CodecTest {
    record Line(String sku, int count) {}

    record Cart(
            List<Line> lines,
            Map<String, Long> totals,
            Instant opened,
            ZonedDateTime due,
            Duration hold,
            Optional<String> coupon) {}

    record GetCart() implements Call<Cart> {}

    record Narrow(String sku) {}

    record Whole(long count) {}

    record Fraction(double count) {}

    record Secret(List<Long> pins) {}

    static final class Ping {}

    static final class Hidden {
        private final String secret = "hunter2";

        @Override
        public String toString() {
            return secret;
        }
    }

    static final class Throwing {
        private final boolean broken;

        Throwing(boolean broken) {
            this.broken = broken;
        }

        public boolean getBroken() {
            if (broken) {
                throw new IllegalStateException("hunter2");
            }
            return false;
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({@JsonSubTypes.Type(value = Circle.class, name = "circle")})
    interface Shape {}

    record Circle(int radius) implements Shape {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
    interface Open {}

    record Door(int width) implements Open {}

    static List<Codec> codecs() {
        return List.of(JsonCodec.INSTANCE, CborCodec.INSTANCE);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void recordsWithCollectionsAndTimesComeBackEqual(Codec codec) {
        Cart cart = new Cart(
                List.of(new Line("a", 1), new Line("b", 2)),
                Map.of("eur", 1L << 40),
                Instant.parse("2026-01-02T03:04:05.123456789Z"),
                ZonedDateTime.parse("2026-07-01T12:00:00+02:00[Europe/Berlin]"),
                Duration.ofMillis(1500),
                Optional.of("spring"));

        assertThat(codec.decode(codec.encode(cart, Cart.class), Cart.class)).isEqualTo(cart);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void nullAndVoidRepliesWork(Codec codec) {
        assertThat(codec.decode(codec.encode(null, Void.class), Void.class)).isNull();
        assertThat(codec.decode(codec.encode(null, Long.class), Long.class)).isNull();
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void messagesWithoutFieldsWork(Codec codec) {
        assertThat(codec.decode(codec.encode(new GetCart(), GetCart.class), GetCart.class))
                .isEqualTo(new GetCart());
        assertThat(codec.decode(codec.encode(new Ping(), Ping.class), Ping.class))
                .isInstanceOf(Ping.class);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void readersSkipPropertiesTheyDoNotKnow(Codec codec) {
        byte[] newer = codec.encode(new Line("a", 7), Line.class);

        assertThat(codec.decode(newer, Narrow.class)).isEqualTo(new Narrow("a"));
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void fractionDoesNotBecomeAnIntegerSilently(Codec codec) {
        byte[] fraction = codec.encode(new Fraction(1.5), Fraction.class);

        assertThat(notEncodable(() -> codec.decode(fraction, Whole.class))).containsEntry("path", "count");
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void classWhoseFieldsAreInvisibleIsRefusedAndNotEmptied(Codec codec) {
        assertThat(notEncodable(() -> codec.encode(new Hidden(), Hidden.class)))
                .containsEntry("type", Hidden.class.getName())
                .containsEntry("codec", codec.name());
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void errorsNameTheTypeAndThePlaceButNeverTheValue(Codec codec) {
        byte[] wrong = codec.encode(Map.of("pins", List.of("hunter2")), Map.class);

        ConfigurationException decoding = failure(() -> codec.decode(wrong, Secret.class));
        assertThat(decoding.context()).containsEntry("path", "pins.*").containsEntry("type", Secret.class.getName());
        assertThat(printed(decoding)).doesNotContain("hunter2");

        ConfigurationException encoding = failure(() -> codec.encode(new Throwing(true), Throwing.class));
        assertThat(encoding.context()).containsEntry("causedBy", IllegalStateException.class.getName());
        assertThat(printed(encoding)).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void emptyTruncatedAndTrailingBytesAreRefused(Codec codec) {
        byte[] good = codec.encode(new Line("a", 1), Line.class);
        byte[] twice = new byte[good.length * 2];
        System.arraycopy(good, 0, twice, 0, good.length);
        System.arraycopy(good, 0, twice, good.length, good.length);

        for (byte[] bad : List.of(new byte[0], Arrays.copyOf(good, good.length - 1), twice)) {
            notEncodable(() -> codec.decode(bad, Line.class));
        }
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void subTypesAreChosenByDeclaredNamesOnly(Codec codec) {
        assertThat(codec.decode(codec.encode(new Circle(3), Shape.class), Shape.class))
                .isEqualTo(new Circle(3));

        byte[] named = codec.encode(Map.of("@class", Door.class.getName(), "width", 1), Map.class);
        notEncodable(() -> codec.decode(named, Open.class));
        assertThat(codec.decode(named, Object.class)).isInstanceOf(Map.class);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void whatCanBeWrittenCanBeRead(Codec codec) {
        String longText = "x".repeat(21_000_000);
        String longName = "n".repeat(60_000);
        Map<String, String> value = Map.of(longName, longText);

        assertThat(codec.decode(codec.encode(value, Map.class), Map.class)).isEqualTo(value);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void endlessNestingIsRefused(Codec codec) {
        Object[] ring = new Object[1];
        ring[0] = ring;

        notEncodable(() -> codec.encode(ring, Object[].class));
    }

    @Test
    void jsonIsReadableAndTimesAreIsoStrings() {
        byte[] json = JsonCodec.INSTANCE.encode(Map.of("at", Instant.EPOCH), Map.class);

        assertThat(new String(json, StandardCharsets.UTF_8)).isEqualTo("{\"at\":\"1970-01-01T00:00:00Z\"}");
    }

    private static Map<String, String> notEncodable(ThrowingCallable code) {
        return failure(code).context();
    }

    private static ConfigurationException failure(ThrowingCallable code) {
        ConfigurationException error = catchThrowableOfType(ConfigurationException.class, code);
        assertThat(error).isNotNull();
        assertThat(error.reason()).isEqualTo(Reason.NOT_ENCODABLE);
        return error;
    }

    private static String printed(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
