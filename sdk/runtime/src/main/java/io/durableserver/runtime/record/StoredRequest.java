package io.durableserver.runtime.record;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A call with a request id that was applied, and its reply. Immutable; equal by content. */
public final class StoredRequest {
    private final String id;
    private final int print;
    private final long untilMillis;
    private final byte @Nullable [] reply;
    private final byte[] json;

    /**
     * One to keep.
     *
     * @param print the checksum of its message
     * @param untilMillis up to when it is kept, on the clock of {@link StoredRequests#clockMillis}
     * @param reply the payload of its reply, not copied; null while that is open
     */
    public StoredRequest(String id, int print, long untilMillis, byte @Nullable [] reply) {
        this.id = Objects.requireNonNull(id, "id");
        this.print = print;
        this.untilMillis = untilMillis;
        this.reply = reply;
        this.json = RequestsFormat.encode(this);
    }

    /** The same with its reply. */
    public StoredRequest answered(byte[] payload) {
        return new StoredRequest(id, print, untilMillis, payload);
    }

    public String id() {
        return id;
    }

    public int print() {
        return print;
    }

    public long untilMillis() {
        return untilMillis;
    }

    /** The payload of its reply; null while that is open. */
    public byte @Nullable [] reply() {
        return reply;
    }

    /** How many bytes it takes in a record. */
    public int size() {
        return json.length + 1;
    }

    byte[] json() {
        return json;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StoredRequest that && Arrays.equals(json, that.json);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(json);
    }

    /** Without the reply, which may be secret (P9). */
    @Override
    public String toString() {
        return "StoredRequest[" + (reply == null ? "open" : reply.length + " bytes") + ", until " + untilMillis + "]";
    }
}
