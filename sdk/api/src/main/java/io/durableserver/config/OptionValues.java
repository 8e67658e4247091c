package io.durableserver.config;

import io.durableserver.ConfigurationException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * Options as texts by key, as properties files, environments and frameworks have them: {@code limits.mailbox-capacity} is {@code 1024},
 * {@code timeouts.call} is {@code 10s}. Immutable.
 */
public final class OptionValues {
    private final Map<String, String> values;

    private OptionValues(Map<String, String> values) {
        this.values = values;
    }

    /**
     * The values of a map; {@link Properties} are one, with the defaults they were made with.
     *
     * @throws ConfigurationException for a null key or value, and for an entry of {@link Properties} that is no text
     */
    public static OptionValues of(Map<?, ?> values) {
        Map<String, String> texts = new TreeMap<>();
        if (values instanceof Properties properties) {
            refuseOtherThanTexts(properties);
            for (String name : properties.stringPropertyNames()) {
                texts.put(name, String.valueOf(properties.getProperty(name)).strip());
            }
            return new OptionValues(texts);
        }
        values.forEach((key, value) -> {
            if (key == null || value == null) {
                throw ConfigurationException.option(String.valueOf(key), null, "set");
            }
            texts.put(key.toString(), value.toString().strip());
        });
        return new OptionValues(texts);
    }

    /** What is no text is hidden by {@link Properties}: where there is one in the defaults too, that would count. */
    private static void refuseOtherThanTexts(Properties properties) {
        Set<Object> others = new LinkedHashSet<>();
        properties.forEach((key, value) -> {
            if (!(key instanceof String && value instanceof String)) {
                others.add(key);
            }
        });
        if (others.isEmpty()) {
            // The defaults can be seen by their names only.
            try {
                others.addAll(Collections.list(properties.propertyNames()));
            } catch (ClassCastException noText) {
                others.add("a key of the defaults");
            }
            others.removeAll(properties.stringPropertyNames());
        }
        if (!others.isEmpty()) {
            // Not the value: it may be a secret.
            throw ConfigurationException.option(String.valueOf(others.iterator().next()), "another object", "a text");
        }
    }

    /** Those whose keys start with {@code group.}, without that: of {@code s3.bucket} in group {@code s3} it is {@code bucket}. */
    public OptionValues group(String group) {
        String start = group + ".";
        Map<String, String> inside = new TreeMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith(start)) {
                inside.put(key.substring(start.length()), value);
            }
        });
        return new OptionValues(inside);
    }

    /** Those whose keys are none of these, and start with none of these and a dot. */
    public OptionValues without(String... groups) {
        Map<String, String> left = new TreeMap<>(values);
        for (String group : groups) {
            left.keySet().removeIf(key -> key.equals(group) || key.startsWith(group + "."));
        }
        return new OptionValues(left);
    }

    /** The values by key, a copy. */
    public Map<String, String> map() {
        return Map.copyOf(values);
    }

    public Optional<String> get(String key) {
        return Optional.ofNullable(values.get(key));
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    /**
     * Fails when there are other keys than these.
     *
     * @throws ConfigurationException {@code INVALID_OPTION}, which names them and the nearest known ones
     */
    public void refuseOthers(Collection<String> known) {
        List<String> unknown = new ArrayList<>();
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                unknown.add(key + " (nearest: " + nearest(key, known) + ")");
            }
        }
        if (!unknown.isEmpty()) {
            // Not the values: under a wrong key there may be a secret.
            throw new ConfigurationException(
                    ConfigurationException.Reason.INVALID_OPTION,
                    "There are no such options: " + String.join(", ", unknown),
                    Map.of("option", unknown.get(0).substring(0, unknown.get(0).indexOf(' '))));
        }
    }

    private static String nearest(String key, Collection<String> known) {
        String best = "";
        int least = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance = distance(key, candidate);
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best;
    }

    /** How many letters have to be put in, taken out or replaced (V. I. Levenshtein, 1965). */
    private static int distance(String a, String b) {
        int[] before = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(before[j], row[j - 1]));
            }
            before = row;
        }
        return before[b.length()];
    }
}
