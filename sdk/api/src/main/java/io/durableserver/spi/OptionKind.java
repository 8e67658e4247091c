package io.durableserver.spi;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What values an option takes: how they read as text, and their bounds. Immutable.
 *
 * @param <T> the type of the values
 */
public final class OptionKind<T> {
    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,18}) ?([A-Za-z]*)");

    private static final String BYTES = ", with B, KiB, MiB, GiB or TiB";

    private final String bound;
    private final String units;
    private final Function<String, T> parse;
    private final Predicate<T> fits;

    private OptionKind(String bound, String units, Function<String, T> parse, Predicate<T> fits) {
        this.bound = bound;
        this.units = units;
        this.parse = parse;
        this.fits = fits;
    }

    /**
     * A kind of its own.
     *
     * @param bound what a value must be, as it reads after "must be"
     * @param parse makes a value of a text; an {@link IllegalArgumentException} says that it is none
     */
    public static <T> OptionKind<T> of(String bound, Function<String, T> parse, Predicate<T> fits) {
        return new OptionKind<>(bound, "", parse, fits);
    }

    /** A whole number. */
    public static OptionKind<Integer> number(int low, int high) {
        return of(low + " to " + high, Integer::valueOf, value -> value >= low && value <= high);
    }

    /** A size in bytes; as text a number with {@code B}, {@code KiB}, {@code MiB}, {@code GiB} or {@code TiB}, or without a unit. */
    public static OptionKind<Integer> bytes(int low, int high) {
        return new OptionKind<>(
                size(low) + " to " + size(high),
                BYTES,
                text -> Math.toIntExact(bytes(text)),
                value -> value >= low && value <= high);
    }

    /** As {@link #bytes(int, int)}, for larger ones. */
    public static OptionKind<Long> bytes(long low, long high) {
        return new OptionKind<>(
                size(low) + " to " + size(high), BYTES, OptionKind::bytes, value -> value >= low && value <= high);
    }

    /** A time; as text a number with {@code ms}, {@code s}, {@code min} or {@code m}, {@code h} or {@code d}, {@code 0}, or as {@link Duration#parse} takes it. */
    public static OptionKind<Duration> duration(Duration low, Duration high) {
        return new OptionKind<>(
                time(low) + " to " + time(high),
                ", with ms, s, min, h or d",
                OptionKind::duration,
                value -> value.compareTo(low) >= 0 && value.compareTo(high) <= 0);
    }

    /** Yes or no. */
    public static OptionKind<Boolean> flag() {
        return of(
                "true or false",
                text -> switch (text.toLowerCase(Locale.ROOT)) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw new IllegalArgumentException(text);
                },
                value -> true);
    }

    /** A text that matches an expression. */
    public static OptionKind<String> text(String expression, String bound) {
        Predicate<String> fits = Pattern.compile(expression).asMatchPredicate();
        return of(bound, text -> text, fits);
    }

    /** One of the constants of an enum; as text also in lower case and with hyphens. */
    public static <E extends Enum<E>> OptionKind<E> choice(Class<E> type) {
        return choice(type, EnumSet.allOf(type));
    }

    /** One of some constants of an enum; as text also in lower case and with hyphens. */
    public static <E extends Enum<E>> OptionKind<E> choice(Class<E> type, Set<E> among) {
        return of(
                among.stream().map(Enum::name).collect(Collectors.joining(", ")),
                text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_')),
                among::contains);
    }

    /** The same kind with other words for its bounds, where they depend on another option. */
    public OptionKind<T> saying(String text) {
        return new OptionKind<>(text, units, parse, fits);
    }

    /** What a value must be, as it reads after "must be". */
    public String bound() {
        return bound;
    }

    /** The same for a text that cannot be read, with the units there are. */
    String readable() {
        return bound + units;
    }

    /** Whether a value is within its bounds. */
    boolean fits(T value) {
        return fits.test(value);
    }

    /** Fails with an {@link IllegalArgumentException} or an {@link ArithmeticException}. */
    T parse(String text) {
        return parse.apply(text);
    }

    private static long bytes(String text) {
        var parts = NUMBER_AND_UNIT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(text);
        }
        int shift = switch (parts.group(2)) {
            case "", "B" -> 0;
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            case "TiB" -> 40;
            default -> throw new IllegalArgumentException(text);
        };
        return Math.multiplyExact(Long.parseLong(parts.group(1)), 1L << shift);
    }

    private static Duration duration(String text) {
        var parts = NUMBER_AND_UNIT.matcher(text);
        if (!parts.matches()) {
            try {
                return Duration.parse(text);
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException(text, e);
            }
        }
        long number = Long.parseLong(parts.group(1));
        if (number == 0 && parts.group(2).isEmpty()) {
            return Duration.ZERO;
        }
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m", "min" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static String size(long bytes) {
        String[] units = {"", " KiB", " MiB", " GiB", " TiB"};
        int unit = 0;
        while (unit < 4 && bytes != 0 && bytes % 1024 == 0) {
            bytes /= 1024;
            unit++;
        }
        return bytes + units[unit];
    }

    private static String time(Duration value) {
        if (value.isZero()) {
            return "0";
        }
        if (value.toMillis() % 1000 != 0) {
            return value.toMillis() + " ms";
        }
        long seconds = value.toSeconds();
        if (seconds % 3600 == 0) {
            return seconds / 3600 + " h";
        }
        return seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
    }
}
