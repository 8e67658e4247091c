package io.durableserver.runtime.shape;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.type.TypeFactory;
import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.codec.JsonCodec;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Currency;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Each class that is said to come back does, at its edges too, as a value and as a key. */
@NullMarked
class ScalarsTest {
    private static final List<Codec> CODECS = List.of(JsonCodec.INSTANCE, CborCodec.INSTANCE);

    @SuppressWarnings("JavaUtilDate") // users have them
    private static Map<Class<?>, List<?>> samples() {
        Map<Class<?>, List<?>> samples = new LinkedHashMap<>();
        samples.put(String.class, List.of("", " a\u0000\u2028\uD83D\uDE00", "null"));
        samples.put(Boolean.class, List.of(true, false));
        samples.put(Byte.class, List.of(Byte.MIN_VALUE, Byte.MAX_VALUE));
        samples.put(Short.class, List.of(Short.MIN_VALUE, Short.MAX_VALUE));
        samples.put(Character.class, List.of('\0', ' ', '\uFFFF'));
        samples.put(Integer.class, List.of(Integer.MIN_VALUE, Integer.MAX_VALUE));
        samples.put(Long.class, List.of(Long.MIN_VALUE, 0L, Long.MAX_VALUE));
        samples.put(
                Float.class,
                List.of(Float.NaN, -0.0f, 0.0f, Float.MIN_VALUE, Float.MAX_VALUE, Float.NEGATIVE_INFINITY));
        samples.put(Double.class, List.of(Double.NaN, -0.0, 0.0, Double.MIN_VALUE, Double.MAX_VALUE, 0.1));
        samples.put(BigInteger.class, List.of(BigInteger.ONE.shiftLeft(300).negate(), BigInteger.ZERO));
        samples.put(
                BigDecimal.class, List.of(new BigDecimal("1.10"), new BigDecimal("1.1"), new BigDecimal("-1E+400")));
        samples.put(UUID.class, List.of(new UUID(-1, 1)));
        samples.put(URI.class, List.of(URI.create("a%20b?c#d"), URI.create("")));
        samples.put(
                Locale.class,
                List.of(Locale.US, Locale.ROOT, Locale.forLanguageTag("zh-Hans-CN-u-co-pinyin"), Locale.GERMAN));
        samples.put(Currency.class, List.of(Currency.getInstance("EUR")));
        samples.put(Duration.class, List.of(Duration.ofSeconds(Long.MIN_VALUE), Duration.ofNanos(-1), Duration.ZERO));
        samples.put(Instant.class, List.of(Instant.MIN, Instant.MAX, Instant.EPOCH));
        samples.put(LocalDate.class, List.of(LocalDate.MIN, LocalDate.MAX));
        samples.put(LocalDateTime.class, List.of(LocalDateTime.MIN, LocalDateTime.MAX));
        samples.put(LocalTime.class, List.of(LocalTime.MIN, LocalTime.MAX));
        samples.put(MonthDay.class, List.of(MonthDay.of(2, 29)));
        samples.put(OffsetDateTime.class, List.of(OffsetDateTime.MIN, OffsetDateTime.MAX));
        samples.put(OffsetTime.class, List.of(OffsetTime.MIN, OffsetTime.MAX));
        samples.put(Period.class, List.of(Period.of(Integer.MIN_VALUE, 13, -40), Period.ZERO));
        samples.put(Year.class, List.of(Year.of(Year.MIN_VALUE), Year.of(0), Year.of(Year.MAX_VALUE)));
        samples.put(YearMonth.class, List.of(YearMonth.of(Year.MIN_VALUE, 1), YearMonth.of(Year.MAX_VALUE, 12)));
        samples.put(
                ZonedDateTime.class,
                List.of(
                        ZonedDateTime.parse("2026-10-25T02:30:00+02:00[Europe/Berlin]"),
                        ZonedDateTime.parse("2026-10-25T02:30:00+01:00[Europe/Berlin]"),
                        ZonedDateTime.parse("0001-01-01T00:00:00.000000001Z")));
        samples.put(
                ZoneId.class,
                List.of(ZoneId.of("Europe/Berlin"), ZoneOffset.ofTotalSeconds(-64_799), ZoneId.of("UTC+1")));
        samples.put(ZoneOffset.class, List.of(ZoneOffset.MIN, ZoneOffset.UTC));
        samples.put(java.nio.charset.Charset.class, List.of(StandardCharsets.UTF_16BE));
        samples.put(Date.class, List.of(new Date(0), new Date(-1), new Date(253_402_300_799_999L)));
        samples.put(OptionalInt.class, List.of(OptionalInt.empty(), OptionalInt.of(0)));
        samples.put(OptionalLong.class, List.of(OptionalLong.empty(), OptionalLong.of(Long.MIN_VALUE)));
        samples.put(OptionalDouble.class, List.of(OptionalDouble.empty(), OptionalDouble.of(-0.0)));
        samples.put(AtomicBoolean.class, List.of(new AtomicBoolean(true)));
        samples.put(AtomicInteger.class, List.of(new AtomicInteger(-1)));
        samples.put(AtomicLong.class, List.of(new AtomicLong(Long.MIN_VALUE)));
        return samples;
    }

    @Test
    void everyClassOfTheTableIsTried() {
        Set<Class<?>> told = new HashSet<>(Scalars.keys());
        told.addAll(Scalars.values());
        told.remove(Void.class);

        assertThat(samples().keySet()).isEqualTo(told);
    }

    @Test
    void valuesComeBack() {
        samples().forEach((type, values) -> {
            for (Object value : values) {
                for (Codec codec : CODECS) {
                    Object back = codec.decode(codec.encode(value, type), type);
                    boolean atomic = type.getSimpleName().startsWith("Atomic");
                    assertThat(atomic ? String.valueOf(back) : back)
                            .as("%s in %s", type, codec)
                            .isEqualTo(atomic ? value.toString() : value);
                }
            }
        });
    }

    @Test
    void keysComeBack() {
        List<String> changed = new ArrayList<>();
        for (Class<?> type : Scalars.keys()) {
            var keyed = TypeFactory.defaultInstance().constructMapType(Map.class, type, Integer.class);
            for (Object key : samples().getOrDefault(type, List.of())) {
                Map<Object, Integer> map = Map.of(key, 1);
                for (Codec codec : CODECS) {
                    try {
                        Object back = codec.decode(codec.encode(map, keyed), keyed);
                        if (!map.equals(back)) {
                            changed.add(type.getSimpleName() + " " + codec + ": " + map + " became " + back);
                        }
                    } catch (ConfigurationException e) {
                        changed.add(
                                type.getSimpleName() + " " + codec + ": " + map + " cannot be read: " + e.getMessage());
                    }
                }
            }
        }
        assertThat(changed).isEmpty();
    }
}
