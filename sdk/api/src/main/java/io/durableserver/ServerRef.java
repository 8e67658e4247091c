package io.durableserver;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Addresses a server by key, not by place (P8): it survives restarts, moves and deployments. A call to a server that is
 * not running revives it from its stored state. Thread-safe, cheap to keep.
 */
public interface ServerRef extends ServerAddress {
    /** The most headers of one message. */
    int MAX_HEADERS = 32;

    /** The most bytes of the names and values of all headers of one message. */
    int MAX_HEADER_BYTES = 8 << 10;

    /**
     * Calls with the default deadline of the node, and waits for the reply.
     *
     * @throws NotAppliedException when the call had no effect
     * @throws OutcomeUnknownException when it is unknown whether it had
     * @throws RejectedException when the server refused the message; it runs on
     * @throws HandlerFailedException when user code threw
     * @throws ConfigurationException when the message does not belong to the server's type
     */
    default <R extends @Nullable Object> R call(Call<R> message) {
        return call(message, CallOptions.DEFAULT);
    }

    /** As {@link #call(Call)}, with options. */
    <R extends @Nullable Object> R call(Call<R> message, CallOptions options);

    /** As {@link #call(Call)} without waiting; the stage fails with the same exceptions. */
    default <R extends @Nullable Object> CompletionStage<R> callAsync(Call<R> message) {
        return callAsync(message, CallOptions.DEFAULT);
    }

    /**
     * As {@link #callAsync(Call)}, with options.
     *
     * <p>Cancelling the stage ({@code toCompletableFuture().cancel}), or ending it in any other way, ends the wait: the call
     * no longer counts against {@code limits.pendingCalls}, and one that has not begun never does. One that has begun, or is
     * with another node, goes on there, and its reply is dropped. Stages derived from this one ({@code thenApply}, …) end by
     * themselves: cancelling those does not cancel the call.
     */
    <R extends @Nullable Object> CompletionStage<R> callAsync(Call<R> message, CallOptions options);

    /**
     * Sends a one-way message, at most once. Inside a turn it leaves with that turn's replies (P3), and not at all when
     * the turn fails. A server that stops, also to run elsewhere, drops the casts in its mailbox, with one warning that names and
     * counts them: calls look for it again, casts do not.
     *
     * @throws NotAppliedException when this node can tell at once that the message cannot be taken
     * @throws ConfigurationException when the message does not belong to the server's type
     */
    void cast(Cast message);

    /** As {@link DurableServers#ensureStarted(ServerType, String, Object)}, for the server this reference leads to. */
    default ServerRef ensureStarted(Object initial) {
        return ensureStarted(initial, StartOptions.DEFAULT);
    }

    /**
     * As {@link #ensureStarted(Object)}, with options.
     *
     * @param initial a value of the type's state class
     * @return this reference
     * @throws ConfigurationException also when {@code initial} is none
     */
    ServerRef ensureStarted(Object initial, StartOptions options);

    /** As {@link #ensureStarted(Object, StartOptions)}, without waiting. */
    CompletionStage<ServerRef> ensureStartedAsync(Object initial, StartOptions options);

    /**
     * The same reference with these headers, instead of those it had: each of its calls and casts carries them, beside its payload,
     * to {@link ServerContext#headers()} of the server. A call or cast made inside a turn also carries the headers of the message
     * of that turn, of which those of the same name are replaced. For trace context ({@code traceparent}, {@code tracestate}) and
     * what else goes along with a request. They are not stored.
     *
     * <p>Names are lower-case letters, digits and the symbols of HTTP tokens, values printable ASCII. At most {@link #MAX_HEADERS}
     * of {@link #MAX_HEADER_BYTES} bytes in all, those of the turn included: a call or cast with more is refused.
     *
     * @throws ConfigurationException {@code INVALID_OPTION} for an illegal name or value, or too many of them
     */
    ServerRef withHeaders(Map<String, String> headers);
}
