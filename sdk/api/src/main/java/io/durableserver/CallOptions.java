package io.durableserver;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Options of one call. Immutable. */
public final class CallOptions {
    /** The node's default deadline, no request id. */
    public static final CallOptions DEFAULT = new CallOptions(null, null);

    /** The longest request id, in characters. */
    public static final int MAX_REQUEST_ID = 128;

    private final @Nullable Duration timeout;
    private final @Nullable String requestId;

    private CallOptions(@Nullable Duration timeout, @Nullable String requestId) {
        this.timeout = timeout;
        this.requestId = requestId;
    }

    /** A deadline this far from now, 1 ms to 24 h. */
    public static CallOptions timeout(Duration timeout) {
        return DEFAULT.withTimeout(timeout);
    }

    /** The same options with a deadline this far from the call, 1 ms to 24 h. */
    public CallOptions withTimeout(Duration value) {
        return new CallOptions(Spans.upToADay("call.timeout", value), requestId);
    }

    /**
     * The same options with a request id of 1 to 128 characters, chosen by the caller and the same for every attempt. It
     * travels with the call.
     */
    public CallOptions withRequestId(String value) {
        if (value.isEmpty() || value.length() > MAX_REQUEST_ID) {
            throw ConfigurationException.option(
                    "call.requestId", value.length() + " characters", "1 to 128 characters");
        }
        return new CallOptions(timeout, value);
    }

    /** The deadline from the time of the call; empty for the node's default. */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    public Optional<String> requestId() {
        return Optional.ofNullable(requestId);
    }
}
