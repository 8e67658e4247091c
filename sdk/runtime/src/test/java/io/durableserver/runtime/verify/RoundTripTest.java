package io.durableserver.runtime.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.codec.JsonCodec;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is encoded comes back, or is refused before it is acknowledged. */
@NullMarked
class RoundTripTest {
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Circle.class, name = "circle"),
        @JsonSubTypes.Type(value = Lossy.class, name = "lossy")
    })
    sealed interface Shape permits Circle, Lossy {}

    record Circle(int radius) implements Shape {}

    /** Loses its second part without a word. */
    record Lossy(int kept, @JsonIgnore @Nullable String lost) implements Shape {
        Lossy(int kept) {
            this(kept, "lost");
        }
    }

    enum Color {
        RED,
        BLUE {
            @Override
            boolean isCold() {
                return true;
            }
        };

        boolean isCold() {
            return false;
        }
    }

    record Drawing(List<Shape> shapes) {}

    record Anything(Object value) {}

    record Tree(String name, List<Tree> children) {}

    /** Every kind of good value in one. */
    @SuppressWarnings("ArrayRecordComponent") // what applications do
    record Everything(
            int[] numbers,
            byte[] bytes,
            String[][] table,
            Set<Line> lines,
            Map<Color, List<Line>> byColor,
            Map<Integer, @Nullable String> byNumber,
            Optional<Line> some,
            Optional<Line> none,
            OptionalInt number,
            @Nullable Line missing,
            double nan,
            float negativeZero,
            BigDecimal price,
            Instant at,
            ZonedDateTime due,
            Duration hold,
            UUID id,
            Color color,
            AtomicInteger counter,
            Pattern pattern,
            Tree tree) {}

    record Line(String sku, BigDecimal price) {}

    /** A class of the old kind, without {@code equals}. */
    static final class Bean {
        private String name = "";
        private long count;
        private transient int cached;

        int cached() {
            return cached;
        }

        private @Nullable Bean next;

        public String getName() {
            return name;
        }

        public void setName(String value) {
            name = value;
        }

        public long getCount() {
            return count;
        }

        public void setCount(long value) {
            count = value;
        }

        public @Nullable Bean getNext() {
            return next;
        }

        public void setNext(@Nullable Bean value) {
            next = value;
        }
    }

    /** Jackson sees one of its two fields. */
    static final class HalfHidden {
        private String seen = "";
        private String hidden = "";

        HalfHidden() {}

        HalfHidden(String seen, String hidden) {
            this.seen = seen;
            this.hidden = hidden;
        }

        public String getSeen() {
            return seen;
        }

        public void setSeen(String value) {
            seen = value;
        }

        boolean isHidden(String value) {
            return hidden.equals(value);
        }
    }

    record Holder(HalfHidden inner) {}

    /** Counts, and loses what it is told to lose. */
    private static final class CountingCodec implements Codec {
        final AtomicLong decoded = new AtomicLong();
        final Codec codec;

        CountingCodec(Codec codec) {
            this.codec = codec;
        }

        @Override
        public String name() {
            return codec.name();
        }

        @Override
        public byte[] encode(@Nullable Object value, Type type) {
            return codec.encode(value, type);
        }

        @Override
        public @Nullable Object decode(byte[] bytes, Type type) {
            decoded.incrementAndGet();
            return codec.decode(bytes, type);
        }
    }

    static List<Codec> codecs() {
        return List.of(JsonCodec.INSTANCE, CborCodec.INSTANCE);
    }

    private static ConfigurationException refusal(Codec codec, Object value) {
        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class, () -> new VerifiedCodec(codec).encode(value, value.getClass()));
        assertThat(refused).isNotNull();
        assertThat(refused.reason()).isEqualTo(ConfigurationException.Reason.NOT_ENCODABLE);
        return refused;
    }

    static Everything everything() {
        Map<Color, List<Line>> byColor = new EnumMap<>(Color.class);
        byColor.put(Color.BLUE, List.of(new Line("b", new BigDecimal("1.10")), new Line("a", BigDecimal.ZERO)));
        byColor.put(Color.RED, List.of());
        Map<Integer, @Nullable String> byNumber = new LinkedHashMap<>();
        byNumber.put(7, null);
        byNumber.put(-1, "minus");
        Set<Line> lines = new LinkedHashSet<>();
        for (int i = 0; i < 50; i++) {
            lines.add(new Line("sku-" + i, new BigDecimal(i).setScale(2)));
        }
        return new Everything(
                new int[] {1, 2, 3},
                "ä\0".getBytes(StandardCharsets.UTF_8),
                new String[][] {{"a"}, {}},
                lines,
                byColor,
                byNumber,
                Optional.of(new Line("x", new BigDecimal("1E+3"))),
                Optional.empty(),
                OptionalInt.of(7),
                null,
                Double.NaN,
                -0.0f,
                new BigDecimal("1.100"),
                Instant.parse("2026-01-02T03:04:05.123456789Z"),
                ZonedDateTime.parse("2026-10-25T02:30:00+01:00[Europe/Berlin]"),
                Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
                new UUID(1, 2),
                Color.BLUE,
                new AtomicInteger(9),
                Pattern.compile("a+b"),
                new Tree("root", List.of(new Tree("leaf", List.of()))));
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void goodValuesOfEveryKindPass(Codec codec) {
        VerifiedCodec verified = new VerifiedCodec(codec);
        Bean bean = new Bean();
        bean.setName("one");
        bean.cached = 7;
        assertThat(bean.cached()).isEqualTo(7);
        bean.setNext(new Bean());

        assertThatCode(() -> verified.encode(everything(), Everything.class)).doesNotThrowAnyException();
        assertThatCode(() -> verified.encode(bean, Bean.class)).doesNotThrowAnyException();
        assertThatCode(() -> verified.encode(null, Void.class)).doesNotThrowAnyException();
        assertThatCode(() -> verified.encode(new Drawing(List.of(new Circle(1))), Drawing.class))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void aFieldTheCodecDoesNotSeeIsRefusedWithItsPath(Codec codec) {
        ConfigurationException refused = refusal(codec, new Holder(new HalfHidden("a", "hunter2")));

        assertThat(refused.context())
                .containsEntry("path", "inner.hidden")
                .containsEntry("type", Holder.class.getName())
                .containsEntry("codec", codec.name());
        assertThat(refused.toString()).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void valuesThatChangeTheirClassAreRefused(Codec codec) {
        assertThat(refusal(codec, new Anything(LocalDate.EPOCH)).context())
                .containsEntry("path", "value")
                .containsEntry("problem", "java.time.LocalDate came back as java.lang.String");
        refusal(codec, new Anything(new Circle(1)));
        refusal(codec, new Anything(List.of(Map.of("a", Instant.EPOCH))));
        assertThatCode(() -> new VerifiedCodec(codec).encode(new Anything("text"), Anything.class))
                .doesNotThrowAnyException();
    }

    @Test
    void decimalThatBecomesADoubleIsRefused() {
        assertThat(refusal(JsonCodec.INSTANCE, new Anything(new BigDecimal("1.10")))
                        .context())
                .containsEntry("problem", "java.math.BigDecimal came back as java.lang.Double");
    }

    /** The list is empty at first: the class that does not come back stands in a later value. */
    @ParameterizedTest
    @MethodSource("codecs")
    void aClassThatComesLaterIsProvedWhenItComes(Codec codec) {
        VerifiedCodec verified = new VerifiedCodec(codec);
        verified.encode(new Drawing(List.of()), Drawing.class);
        verified.encode(new Drawing(List.of(new Circle(1))), Drawing.class);
        Drawing lossy = new Drawing(List.of(new Circle(1), new Lossy(1)));

        for (int again = 0; again < 2; again++) {
            ConfigurationException refused =
                    catchThrowableOfType(ConfigurationException.class, () -> verified.encode(lossy, Drawing.class));
            assertThat(refused).isNotNull();
            assertThat(refused.context()).containsEntry("path", "shapes.*.lost");
        }
    }

    @Test
    void classesSeenBeforeAreNotDecodedAgain() {
        CountingCodec counting = new CountingCodec(JsonCodec.INSTANCE);
        VerifiedCodec verified = new VerifiedCodec(counting);
        for (int i = 0; i < 100; i++) {
            verified.encode(new Drawing(List.of(new Circle(i))), Drawing.class);
            verified.encode(new Tree("t" + i, List.of(new Tree("leaf", List.of()))), Tree.class);
            verified.encode(new Line("a", BigDecimal.ONE), Line.class);
        }
        assertThat(counting.decoded).hasValue(3);

        verified.encode(new Anything(1), Anything.class);
        verified.encode(new Anything("text"), Anything.class);
        verified.encode(new Anything(2), Anything.class);
        assertThat(counting.decoded).hasValue(5);
    }

    /** Fields and lists that were empty so far are part of what is new. */
    @Test
    void theFirstValueInAFieldOrListIsProved() {
        CountingCodec counting = new CountingCodec(JsonCodec.INSTANCE);
        VerifiedCodec verified = new VerifiedCodec(counting);
        record Loose(@Nullable String text, List<Long> numbers, Optional<int[]> array) {}
        verified.encode(new Loose(null, List.of(), Optional.empty()), Loose.class);
        verified.encode(new Loose("a", List.of(), Optional.empty()), Loose.class);
        verified.encode(new Loose("a", List.of(1L), Optional.empty()), Loose.class);
        verified.encode(new Loose("a", List.of(1L), Optional.of(new int[] {1})), Loose.class);
        assertThat(counting.decoded).hasValue(4);

        verified.encode(new Loose("b", List.of(2L), Optional.of(new int[] {2})), Loose.class);
        verified.encode(new Loose(null, List.of(), Optional.empty()), Loose.class);
        assertThat(counting.decoded).hasValue(4);
    }

    @Test
    void aRefusedClassIsLookedAtAgainEachTime() {
        CountingCodec counting = new CountingCodec(JsonCodec.INSTANCE);
        VerifiedCodec verified = new VerifiedCodec(counting);
        for (int i = 0; i < 3; i++) {
            assertThat(catchThrowableOfType(
                            ConfigurationException.class,
                            () -> verified.encode(new HalfHidden("a", "b"), HalfHidden.class)))
                    .isNotNull();
        }
        assertThat(counting.decoded).hasValue(3);
    }

    sealed interface Closed permits First, Second {}

    record First() implements Closed {}

    sealed interface Second extends Closed permits Third {}

    record Third(String name) implements Second {}

    sealed interface Open permits Fourth, Fifth {}

    record Fourth() implements Open {}

    non-sealed interface Fifth extends Open {}

    /** Nothing is looked at again once each class that can ever come has been proved, and not before. */
    @Test
    void aSealedFamilyIsSettledByItsLastClassUnlessItIsOpen() {
        Place closed = new Place(Closed.class);
        meet(closed, First.class);
        assertThat(closed.isSettled()).isFalse();
        meet(closed, Third.class);
        assertThat(closed.isSettled()).isTrue();

        Place open = new Place(Open.class);
        meet(open, Fourth.class);
        assertThat(open.isSettled()).isFalse();
    }

    private static void meet(Place place, Class<?> type) {
        ClassPlan plan = new ClassPlan(type);
        for (ClassPlan.Inner inner : plan.inner()) { // only texts
            inner.place().add(String.class, new ClassPlan(String.class));
        }
        place.add(type, plan);
        place.refresh();
    }

    /** More classes at one place than are remembered: those beyond are not proved, and nothing grows. */
    @Test
    void whatIsRememberedIsBounded() {
        Place place = new Place(Object.class);
        ClassPlan plan = new ClassPlan(String.class);
        List<Class<?>> many = new ArrayList<>();
        Class<?> array = Object.class;
        for (int i = 0; i < 200; i++) {
            many.add(array);
            array = array.arrayType();
        }
        array = String.class;
        for (int i = 0; i < 200; i++) {
            many.add(array);
            array = array.arrayType();
        }
        many.forEach(type -> place.add(type, plan));

        assertThat(many.stream().filter(type -> place.plan(type) != null)).hasSize(Place.MAX_CLASSES);
        assertThat(place.isFull()).isTrue();
    }

    @Test
    void comparisonNeedsNoEqualsAndNoOrder() {
        Map<List<Bean>, Set<Bean>> one = new LinkedHashMap<>();
        Map<List<Bean>, Set<Bean>> other = new LinkedHashMap<>();
        IntStream.range(0, 20).forEach(i -> one.put(List.of(bean(i)), Set.of(bean(i), bean(i + 1))));
        IntStream.iterate(19, i -> i >= 0, i -> i - 1)
                .forEach(i -> other.put(List.of(bean(i)), Set.of(bean(i + 1), bean(i))));

        assertThat(difference(one, other)).isNull();
        other.put(List.of(bean(3)), Set.of(bean(3), bean(99)));
        assertThat(difference(one, other)).isNotNull();
    }

    @Test
    void comparisonTellsWhatLooksAlmostAlike() {
        assertThat(difference(0.0, -0.0)).isNotNull();
        assertThat(difference(Double.NaN, Double.longBitsToDouble(0x7ff8000000000001L)))
                .isNull();
        assertThat(difference(new BigDecimal("1.0"), new BigDecimal("1.00"))).isNotNull();
        assertThat(difference(1, 1L)).isNotNull();
        assertThat(difference(List.of(1, 2), List.of(2, 1))).isNotNull();
        assertThat(difference(List.of(1), List.of(1, 2))).isNotNull();
        assertThat(difference(new int[] {1}, new int[] {2})).isNotNull();
        assertThat(difference(new Object[] {List.of("a")}, new Object[] {List.of("a")}))
                .isNull();
        assertThat(difference(Optional.of(""), Optional.empty())).isNotNull();
        assertThat(difference(Optional.empty(), null)).isNull();
        assertThat(difference(Map.of("a", 1), new TreeMap<>(Map.of("a", 1)))).isNull();
        assertThat(difference(Map.of("a", 1), Map.of("b", 1))).isNotNull();
        assertThat(difference(Set.of(1), Set.of(2))).isNotNull();
        assertThat(difference(Color.RED, Color.BLUE)).isNotNull();
    }

    /** Back references are written once and come back as rings. */
    @Test
    void ringsAreComparedAndEnd() {
        Bean one = bean(1);
        one.setNext(one);
        Bean other = bean(1);
        other.setNext(other);
        assertThat(difference(one, other)).isNull();
        assertThat(difference(Set.of(one, bean(5)), Set.of(other, bean(5)))).isNull();

        other.setCount(2);
        assertThat(difference(one, other)).isEqualTo(new Comparison.Difference("count", "its value changed"));
    }

    private static Comparison.@Nullable Difference difference(@Nullable Object sent, @Nullable Object back) {
        return Comparison.first(sent, back, JsonCodec.INSTANCE);
    }

    private static Bean bean(int count) {
        Bean bean = new Bean();
        bean.setCount(count);
        return bean;
    }
}
