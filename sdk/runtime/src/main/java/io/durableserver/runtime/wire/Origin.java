package io.durableserver.runtime.wire;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Where a message comes from, and for how long it matters: one value from the caller, over the wire, to the turn it causes.
 * Immutable.
 *
 * @param chain the keys of the servers that wait for it, outermost first, at most {@link Message#MAX_CHAIN}
 * @param deadlineNanos when it is no longer worth running, on the monotonic clock of the node that holds it; the time left in a
 *     message between nodes; of no meaning for a one-way message
 * @param request by what the server knows the call again
 * @param headers what the caller and those before it have put there, see {@link Headers}
 */
public record Origin(List<String> chain, long deadlineNanos, RequestTag request, Map<String, String> headers) {
    /** The origin of a one-way message that carries nothing. */
    public static final Origin NONE = new Origin(List.of(), 0, RequestTag.NONE, Map.of());

    public Origin {
        chain = Chain.bounded(chain);
        Objects.requireNonNull(request, "request");
        headers = Map.copyOf(headers);
    }

    /** The origin of a one-way message. */
    public static Origin oneWay(Map<String, String> headers) {
        return headers.isEmpty() ? NONE : new Origin(List.of(), 0, RequestTag.NONE, headers);
    }

    /** The origin of a request that these servers wait for. */
    public static Origin waitedForBy(List<String> chain) {
        return chain.isEmpty() ? NONE : new Origin(chain, 0, RequestTag.NONE, Map.of());
    }

    /** The same with another tag. */
    public Origin tagged(RequestTag value) {
        return new Origin(chain, deadlineNanos, value, headers);
    }

    /** The same with another deadline. */
    public Origin until(long value) {
        return new Origin(chain, value, request, headers);
    }

    /** The origin as it travels: with the time left instead of the deadline. */
    public Origin leaving(long nowNanos) {
        return new Origin(chain, deadlineNanos - nowNanos, request, headers);
    }

    /** The origin here after it has travelled: the reverse of {@link #leaving}. */
    public Origin arrived(long nowNanos) {
        return new Origin(chain, deadlineNanos + nowNanos, request, headers);
    }
}
