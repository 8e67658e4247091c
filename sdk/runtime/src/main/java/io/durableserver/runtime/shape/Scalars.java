package io.durableserver.runtime.shape;

import com.fasterxml.jackson.databind.JavaType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.Charset;
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
import java.util.Currency;
import java.util.Date;
import java.util.Iterator;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.BaseStream;

/** The classes of the JDK that come back equal, tried one by one; all others of the JDK do not, or were not tried. */
final class Scalars {
    private static final Set<Class<?>> KEYS = Set.of(
            String.class,
            Boolean.class,
            Byte.class,
            Short.class,
            Character.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigInteger.class,
            BigDecimal.class,
            UUID.class,
            URI.class,
            Locale.class,
            Currency.class,
            Duration.class,
            Instant.class,
            LocalDate.class,
            LocalDateTime.class,
            LocalTime.class,
            MonthDay.class,
            OffsetDateTime.class,
            OffsetTime.class,
            Period.class,
            Year.class,
            ZonedDateTime.class,
            ZoneId.class,
            ZoneOffset.class);

    private static final Set<Class<?>> VALUES = Set.of(
            Void.class,
            Charset.class,
            Date.class,
            OptionalInt.class,
            OptionalLong.class,
            OptionalDouble.class,
            YearMonth.class, // as a key not beyond the year 9999
            AtomicBoolean.class,
            AtomicInteger.class,
            AtomicLong.class);

    private Scalars() {}

    static Set<Class<?>> keys() {
        return KEYS;
    }

    static Set<Class<?>> values() {
        return VALUES;
    }

    static boolean areFine(Class<?> type) {
        return type.isPrimitive() || KEYS.contains(type) || VALUES.contains(type);
    }

    /** Whether null stands for a value of this type. */
    static boolean isOptional(JavaType type) {
        return type.isReferenceType()
                || type.hasRawClass(OptionalInt.class)
                || type.hasRawClass(OptionalLong.class)
                || type.hasRawClass(OptionalDouble.class);
    }

    static boolean areFineAsKeys(Class<?> type) {
        return KEYS.contains(type);
    }

    /** Refuses kinds that are never data. */
    static void refuseKnown(Class<?> type, String path) {
        if (Throwable.class.isAssignableFrom(type)) {
            throw new Refused(path, "an exception: keep its text, or a record of what matters of it");
        } else if (type == Number.class) {
            throw new Refused(
                    path, "Number: which number it is would not be written. Declare long, double or BigDecimal");
        } else if (type.getName().equals("kotlin.text.Regex")) {
            throw new Refused(path, "Regex: keep its text");
        } else if (type == CharSequence.class) {
            throw new Refused(path, "CharSequence: declare String");
        } else if (type.getName().startsWith("com.fasterxml.jackson.")) {
            throw new Refused(
                    path,
                    type.getSimpleName()
                            + ": numbers would come back as others. Keep JSON as a String, or declare records");
        } else if (Iterator.class.isAssignableFrom(type)
                || type.getName().equals("kotlin.sequences.Sequence")
                || BaseStream.class.isAssignableFrom(type)) {
            throw new Refused(path, type.getSimpleName() + ": it can be read once. Declare a List");
        }
    }
}
