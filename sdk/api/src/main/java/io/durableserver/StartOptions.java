package io.durableserver;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Options of one start. Immutable. */
public final class StartOptions {
    /** The node's default start deadline; creates the server when the store has none. */
    public static final StartOptions DEFAULT = new StartOptions(null, false);

    private final @Nullable Duration timeout;
    private final boolean existingOnly;

    private StartOptions(@Nullable Duration timeout, boolean existingOnly) {
        this.timeout = timeout;
        this.existingOnly = existingOnly;
    }

    /** The same options with a deadline this far from the start, 1 ms to 24 h. */
    public StartOptions withTimeout(Duration value) {
        return new StartOptions(Spans.upToADay("start.timeout", value), existingOnly);
    }

    /** Starts only what the store knows; otherwise the start fails with {@code NOT_FOUND}. */
    public StartOptions existingOnly(boolean value) {
        return new StartOptions(timeout, value);
    }

    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    public boolean isExistingOnly() {
        return existingOnly;
    }
}
