package io.durableserver.runtime.wire;

import java.util.Objects;

/**
 * By what a server knows a call again. Immutable.
 *
 * @param id the request id; empty for a call without one
 * @param print the checksum of name and payload of the message: another message with the same id shows
 * @param keepNanos how long the id is to be kept once the call was applied; 0 for what its type says
 */
public record RequestTag(String id, int print, long keepNanos) {
    /** Of a call without a request id. */
    public static final RequestTag NONE = new RequestTag("", 0, 0);

    public RequestTag {
        Objects.requireNonNull(id, "id");
    }

    public boolean isNone() {
        return id.isEmpty();
    }
}
