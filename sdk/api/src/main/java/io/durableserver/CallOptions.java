package io.durableserver;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Options of one call. Immutable. */
public final class CallOptions {
    /** The node's default deadline. */
    public static final CallOptions DEFAULT = new CallOptions(null);

    private final @Nullable Duration timeout;

    private CallOptions(@Nullable Duration timeout) {
        this.timeout = timeout;
    }

    /** A deadline this far from now, 1 ms to 24 h. */
    public static CallOptions timeout(Duration timeout) {
        return DEFAULT.withTimeout(timeout);
    }

    /** The same options with a deadline this far from the call, 1 ms to 24 h. */
    public CallOptions withTimeout(Duration value) {
        return new CallOptions(Spans.upToADay("call.timeout", value));
    }

    /** The deadline from the time of the call; empty for the node's default. */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }
}
