package io.durableserver.spi;

import io.durableserver.ConfigurationException;
import io.durableserver.config.OptionValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The options of a configuration class, told once: it checks what a builder was given, fills a builder from a map, copies and
 * compares. Immutable; each {@code option} returns a new table.
 *
 * @param <B> the builder, which holds the values
 */
public final class OptionTable<B> {
    private record Option<B, T>(
            String name, OptionKind<T> kind, Function<B, ? extends @Nullable T> get, BiConsumer<B, T> set) {
        void check(String title, B builder) {
            T value = get.apply(builder);
            if (value != null && !kind.fits(value)) {
                throw ConfigurationException.option(title, value, kind.bound());
            }
        }

        void fill(String key, B builder, String text) {
            T value;
            try {
                value = kind.parse(text);
            } catch (IllegalArgumentException | ArithmeticException unreadable) {
                throw ConfigurationException.option(key, text, kind.readable());
            }
            if (!kind.fits(value)) {
                throw ConfigurationException.option(key, text, kind.bound());
            }
            set.accept(builder, value);
        }

        void copy(B from, B to) {
            T value = get.apply(from);
            if (value != null) {
                set.accept(to, value);
            }
        }
    }

    private final String title;
    private final String group;
    private final List<Option<B, ?>> options;

    private OptionTable(String title, String group, List<Option<B, ?>> options) {
        this.title = title;
        this.group = group;
        this.options = options;
    }

    /**
     * A table without options.
     *
     * @param title comes before the names in errors, such as {@code s3.tuning}; may be empty
     * @param group comes before the keys in a map, such as {@code tuning}; may be empty
     */
    public static <B> OptionTable<B> of(String title, String group) {
        return new OptionTable<>(title.isEmpty() ? "" : title + ".", group.isEmpty() ? "" : group + ".", List.of());
    }

    /**
     * This table with one more option.
     *
     * @param name as it is in Java; its key is the same in kebab-case
     * @param get null where it is not set, which is not checked
     */
    public <T> OptionTable<B> option(
            String name, OptionKind<T> kind, Function<B, ? extends @Nullable T> get, BiConsumer<B, T> set) {
        List<Option<B, ?>> more = new ArrayList<>(options);
        more.add(new Option<>(name, kind, get, set));
        return new OptionTable<>(title, group, List.copyOf(more));
    }

    /**
     * What a setter was given. A null is refused here: later it would look like what was never set.
     *
     * @param name of the option, which need not be one of the table
     * @throws ConfigurationException for a null, which names the option
     */
    public <T> T given(String name, @Nullable T value) {
        if (value == null) {
            throw ConfigurationException.option(title + name, null, "set");
        }
        return value;
    }

    /** Fails with a {@link ConfigurationException} that names the option, its value and its bound. */
    public void check(B builder) {
        options.forEach(option -> option.check(title + option.name(), builder));
    }

    /** Takes the values that are there; those of other keys are left alone, see {@link OptionValues#refuseOthers}. */
    public void fill(B builder, OptionValues values) {
        for (Option<B, ?> option : options) {
            String key = key(option);
            values.get(key).ifPresent(text -> option.fill(key, builder, text));
        }
    }

    /**
     * A builder with the values of a map that has keys of this table only.
     *
     * @throws ConfigurationException for another key, with the nearest known one, and for a value that is none or out of its bounds
     */
    public B filled(B builder, Map<?, ?> values) {
        OptionValues texts = OptionValues.of(values);
        texts.refuseOthers(keys().keySet());
        fill(builder, texts);
        return builder;
    }

    /** The second builder, with the values of the first. */
    public B copy(B from, B to) {
        options.forEach(option -> option.copy(from, to));
        return to;
    }

    /** The values by name, in the order of the table; what is not set is left out. */
    public Map<String, Object> values(B builder) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Option<B, ?> option : options) {
            Object value = option.get().apply(builder);
            if (value != null) {
                values.put(option.name(), value);
            }
        }
        return values;
    }

    /** The keys in a map with what their values must be, in the order of the table. */
    public Map<String, String> keys() {
        Map<String, String> keys = new LinkedHashMap<>();
        options.forEach(option -> keys.put(key(option), option.kind().bound()));
        return keys;
    }

    private String key(Option<B, ?> option) {
        return group + option.name().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
