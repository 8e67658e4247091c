package io.durableserver.admin;

import io.durableserver.ConfigurationException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Options of one page of {@link Admin#list}. Immutable. */
public final class ListOptions {
    /** All keys, 100 on a page, from the first. */
    public static final ListOptions DEFAULT = new ListOptions("", 100, null);

    private static final int MAX_LIMIT = 1_000;

    private final String keyPrefix;
    private final int limit;
    private final @Nullable String after;

    private ListOptions(String keyPrefix, int limit, @Nullable String after) {
        this.keyPrefix = keyPrefix;
        this.limit = limit;
        this.after = after;
    }

    /** The same options for the keys that start with this; all when it is empty. */
    public ListOptions withKeyPrefix(String value) {
        return new ListOptions(Objects.requireNonNull(value, "list.keyPrefix"), limit, after);
    }

    /** The same options with at most this many keys, 1 to 1,000. */
    public ListOptions withLimit(int value) {
        if (value < 1 || value > MAX_LIMIT) {
            throw ConfigurationException.option("list.limit", value, "1 to " + MAX_LIMIT);
        }
        return new ListOptions(keyPrefix, value, after);
    }

    /** The same options for the page that starts here, as the page before says ({@link KeyPage#next}). */
    public ListOptions after(String next) {
        return new ListOptions(keyPrefix, limit, Objects.requireNonNull(next, "list.after"));
    }

    public String keyPrefix() {
        return keyPrefix;
    }

    public int limit() {
        return limit;
    }

    /** Where the page starts; empty for the first one. */
    public Optional<String> after() {
        return Optional.ofNullable(after);
    }
}
