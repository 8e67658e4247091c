package io.durableserver;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Options of one call: its deadline, whether it is tried again, and the id by which its server knows it again. Immutable.
 *
 * <p>A call with a request id is applied at most once: the server keeps id and reply with its state, in the same record, and answers
 * a call with an id it has seen from there, also after a crash or on another node. Queries change nothing and keep no id. See
 * {@link RequestWindow} for how long and how many.
 */
public final class CallOptions {
    /** The node's default deadline, no request id, one try. */
    public static final CallOptions DEFAULT = new CallOptions(null, "", null, false, false);

    /** Bound of a request id, in bytes of UTF-8. */
    public static final int REQUEST_ID_BYTES = 128;

    private final @Nullable Duration timeout;
    private final String requestId;
    private final @Nullable Duration keep;
    private final boolean retries;
    private final boolean once;

    private CallOptions(
            @Nullable Duration timeout, String requestId, @Nullable Duration keep, boolean retries, boolean once) {
        this.timeout = timeout;
        this.requestId = requestId;
        this.keep = keep;
        this.retries = retries;
        this.once = once;
    }

    /** A deadline this far from now, 1 ms to 24 h. */
    public static CallOptions timeout(Duration timeout) {
        return DEFAULT.withTimeout(timeout);
    }

    /** A request id, see {@link #withRequestId(String)}. */
    public static CallOptions requestId(String id) {
        return DEFAULT.withRequestId(id);
    }

    /** Tried again within the deadline, see {@link #withRetry}. */
    public static CallOptions retry() {
        return DEFAULT.withRetry();
    }

    /** Applied exactly once, see {@link #withExactlyOnce}. */
    public static CallOptions exactlyOnce() {
        return DEFAULT.withExactlyOnce();
    }

    /** The same options with a deadline this far from the call, 1 ms to 24 h. */
    public CallOptions withTimeout(Duration value) {
        return new CallOptions(Spans.upToADay("call.timeout", value), requestId, keep, retries, once);
    }

    /**
     * The same options with a request id. The server keeps it as long as its type says ({@link RequestWindow#keep}), and at least until
     * the deadline of the call. For an id that comes from outside, such as the number of an order; for calls that only the library
     * repeats, {@link #withExactlyOnce} needs none.
     *
     * @param id Unicode text of 1 to {@value #REQUEST_ID_BYTES} bytes in UTF-8; of its own for each request to the same server.
     *     The same id with another message is refused with {@code REQUEST_ID_REUSED}
     */
    public CallOptions withRequestId(String id) {
        return new CallOptions(timeout, checked(id), null, retries, false);
    }

    /**
     * As {@link #withRequestId(String)}, with the time the caller may send the request again.
     *
     * @param value 1 ms to 24 h, from when the server applied it
     */
    public CallOptions withRequestId(String id, Duration value) {
        return new CallOptions(timeout, checked(id), Spans.upToADay("call.requestId.keep", value), retries, false);
    }

    /**
     * The same options, and the library tries again within the deadline, after 10 ms, doubled up to 1 s: what was not applied and may
     * succeed later ({@link NotAppliedException.Reason#retryable}), and with a request id also what may have been applied. What is
     * told in the end is the outcome of all tries: unknown, once one of them was and none after it settled it.
     */
    public CallOptions withRetry() {
        return new CallOptions(timeout, requestId, keep, true, once);
    }

    /**
     * The same options, and each call made with them has a request id of its own, which the server keeps until the deadline, and is
     * tried again. So a reply, a rejection or a failure of the handler is certain, and only a call whose deadline passes can end as unknown.
     */
    public CallOptions withExactlyOnce() {
        return new CallOptions(timeout, "", null, true, true);
    }

    private static String checked(String id) {
        Objects.requireNonNull(id, "requestId");
        boolean text = StandardCharsets.UTF_8.newEncoder().canEncode(id);
        if (!text || id.isEmpty() || id.getBytes(StandardCharsets.UTF_8).length > REQUEST_ID_BYTES) {
            throw ConfigurationException.option(
                    "call.requestId",
                    text ? id : "half a surrogate pair",
                    "Unicode text of 1 to " + REQUEST_ID_BYTES + " bytes in UTF-8");
        }
        return id;
    }

    /** The deadline from the time of the call; empty for the node's default. */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    /** The request id that was given; empty without one, and with {@link #isExactlyOnce}, where each call has its own. */
    public Optional<String> requestId() {
        return requestId.isEmpty() ? Optional.empty() : Optional.of(requestId);
    }

    /** How long the server keeps the request id; empty where its type says so. */
    public Optional<Duration> keep() {
        return Optional.ofNullable(keep);
    }

    /** Whether the library tries again. */
    public boolean retries() {
        return retries;
    }

    /** Whether each call has a request id of its own. */
    public boolean isExactlyOnce() {
        return once;
    }
}
