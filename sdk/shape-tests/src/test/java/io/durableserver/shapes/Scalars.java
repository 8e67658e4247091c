package io.durableserver.shapes;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Currency;
import java.util.Date;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Random values of the JDK's own types, near the edges of what they can be. */
final class Scalars {
    private static final String[] TEXTS = {
        "",
        "a",
        "é",
        "中",
        "\uD83D\uDE00",
        "\\",
        "\\uD83D",
        "\"",
        "\n",
        "\0",
        "null",
        "@type",
        "1",
        "true",
        " ",
        "\u2028",
        "A\u0301"
    };
    private static final long[] LONGS = {
        0,
        1,
        -1,
        127,
        128,
        255,
        256,
        65_535,
        65_536,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 31,
        1L << 53,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };
    private static final double[] DOUBLES = {
        0.0,
        -0.0,
        1.5,
        0.1,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        Double.MAX_VALUE,
        1e-300
    };
    private static final String[] ZONES = {"Europe/Berlin", "UTC", "Z", "+05:30", "-18:00", "GMT+2", "America/New_York"
    };

    private final Random random;
    private final Map<Class<?>, Function<Random, Object>> makers = new HashMap<>();

    Scalars(Random random) {
        this.random = random;
        numbers();
        times();
        makers.put(String.class, r -> text());
        makers.put(char.class, r -> (char) r.nextInt(0xD800));
        makers.put(boolean.class, r -> r.nextBoolean());
        makers.put(UUID.class, r -> new UUID(whole(), whole()));
        makers.put(URI.class, r -> URI.create(r.nextBoolean() ? "https://a.b/c?d=%C3%A9#e" : "urn:x:" + r.nextInt()));
        makers.put(
                Locale.class,
                r -> Locale.forLanguageTag(
                        new String[] {"en-US", "de", "zh-Hans-CN", "und", "de-DE-u-co-phonebk", "es-419"}
                                [r.nextInt(6)]));
        makers.put(Currency.class, r -> Currency.getInstance(r.nextBoolean() ? "EUR" : "JPY"));
        makers.put(byte[].class, r -> text().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** A value of this type; null when it is none of these. */
    @Nullable
    Object of(Class<?> type) {
        Function<Random, Object> maker = makers.get(primitive(type));
        return maker == null ? null : maker.apply(random);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(TEXTS[random.nextInt(TEXTS.length)]);
        }
        return text.toString();
    }

    private long whole() {
        return random.nextInt(3) == 0 ? random.nextLong() : LONGS[random.nextInt(LONGS.length)];
    }

    private double fraction() {
        return random.nextInt(3) == 0
                ? Double.longBitsToDouble(random.nextLong() & ~(1L << 62))
                : DOUBLES[random.nextInt(DOUBLES.length)];
    }

    private BigInteger big() {
        return new BigInteger(random.nextInt(200), random).multiply(BigInteger.valueOf(whole()));
    }

    private void numbers() {
        makers.put(int.class, r -> (int) whole());
        makers.put(long.class, r -> whole());
        makers.put(short.class, r -> (short) whole());
        makers.put(byte.class, r -> (byte) whole());
        makers.put(double.class, r -> fraction());
        makers.put(float.class, r -> (float) fraction());
        makers.put(BigInteger.class, r -> big());
        makers.put(BigDecimal.class, r -> new BigDecimal(big(), r.nextInt(400) - 200));
        makers.put(OptionalInt.class, r -> r.nextBoolean() ? OptionalInt.empty() : OptionalInt.of((int) whole()));
        makers.put(OptionalLong.class, r -> r.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(whole()));
        makers.put(OptionalDouble.class, r -> r.nextBoolean() ? OptionalDouble.empty() : OptionalDouble.of(fraction()));
        makers.put(AtomicLong.class, r -> new AtomicLong(whole()));
    }

    @SuppressWarnings("JavaUtilDate") // users have them
    private void times() {
        makers.put(Instant.class, r -> instant());
        makers.put(Date.class, r -> new Date(instant().toEpochMilli()));
        makers.put(Duration.class, r -> Duration.ofSeconds(whole() / 2, r.nextInt(1_000_000_000) - 500_000_000));
        makers.put(LocalDate.class, r -> LocalDate.ofEpochDay(r.nextInt(4_000_000) - 2_000_000));
        makers.put(LocalDateTime.class, r -> LocalDateTime.ofInstant(instant(), ZoneOffset.UTC));
        makers.put(ZonedDateTime.class, r -> instant().atZone(zone()));
        makers.put(
                OffsetDateTime.class, r -> instant().atOffset(ZoneOffset.ofTotalSeconds(r.nextInt(100_000) - 50_000)));
        makers.put(Period.class, r -> Period.of((int) whole(), r.nextInt(20), -r.nextInt(40)));
        makers.put(YearMonth.class, r -> YearMonth.of(r.nextInt(20_000) - 10_000, 1 + r.nextInt(12)));
        makers.put(ZoneId.class, r -> zone());
        makers.put(DayOfWeek.class, r -> DayOfWeek.of(1 + r.nextInt(7)));
    }

    private Instant instant() {
        long seconds = random.nextInt(10) == 0 ? -62_200_000_000L : random.nextInt();
        return Instant.ofEpochSecond(seconds, random.nextBoolean() ? 0 : random.nextInt(1_000_000_000));
    }

    private ZoneId zone() {
        return ZoneId.of(ZONES[random.nextInt(ZONES.length)]);
    }

    private static Class<?> primitive(Class<?> type) {
        return java.lang.invoke.MethodType.methodType(type).unwrap().returnType();
    }
}
