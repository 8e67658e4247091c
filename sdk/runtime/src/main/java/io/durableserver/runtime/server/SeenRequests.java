package io.durableserver.runtime.server;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.RequestWindow;
import io.durableserver.runtime.record.StoredRequest;
import io.durableserver.runtime.record.StoredRequests;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calls with a request id that one server has applied, within the bounds of its type. An id is kept until the time is over that its
 * caller was told, measured on the clock of {@link StoredRequests}, which stands still while the server does not run: never too short.
 * Confined to the server's own thread.
 */
public final class SeenRequests {
    private static final long MILLI = 1_000_000;

    /** Made when it is first needed: most servers are never called with a request id. */
    private @Nullable LinkedHashMap<String, StoredRequest> kept;

    private long bytes;
    private long clockMillis;
    private long readNanos;

    /** Those of the record the server starts with. */
    public void loaded(StoredRequests stored, long nowNanos) {
        kept = null;
        bytes = 0;
        clockMillis = stored.clockMillis();
        readNanos = nowNanos;
        stored.kept().forEach(this::keep);
    }

    private long clock(long nowNanos) {
        return clockMillis + Math.max(0, nowNanos - readNanos) / MILLI;
    }

    /** The call with this id, if it was applied. */
    public @Nullable StoredRequest find(String id) {
        return kept == null ? null : kept.get(id);
    }

    /** Up to when the id of a call that is applied now is kept, for so long. */
    public long until(long nowNanos, long forNanos) {
        return clock(nowNanos) + (forNanos + MILLI - 1) / MILLI;
    }

    /** Why no further id can be kept, or null; {@code more} are the bytes of id and reply, as far as they are known. */
    public @Nullable NotAppliedException full(String key, RequestWindow window, int more, long nowNanos) {
        if (!isFull(window, more)) {
            return null;
        }
        forget(nowNanos);
        if (!isFull(window, more)) {
            return null;
        }
        boolean many = size() >= window.ids();
        return new NotAppliedException(
                Reason.OVERLOADED,
                "The server keeps as many requests as it may, and the time of none of them is over",
                Map.of(
                        "key",
                        key,
                        "option",
                        many ? "type.requestWindow.ids" : "type.requestWindow.bytes",
                        "value",
                        many ? size() + 1 : bytes + more,
                        "bound",
                        many ? window.ids() : window.bytes()));
    }

    private boolean isFull(RequestWindow window, int more) {
        return size() >= window.ids() || bytes + more > window.bytes();
    }

    private int size() {
        return kept == null ? 0 : kept.size();
    }

    /** Keeps a call, or its reply, which comes later. */
    public void keep(StoredRequest request) {
        kept = kept == null ? new LinkedHashMap<>() : kept;
        StoredRequest before = kept.put(request.id(), request);
        bytes += request.size() - (before == null ? 0 : before.size());
    }

    /** What the next write of the record stores. */
    public StoredRequests toStore(long nowNanos) {
        forget(nowNanos);
        return kept == null ? StoredRequests.NONE : new StoredRequests(clock(nowNanos), List.copyOf(kept.values()));
    }

    private void forget(long nowNanos) {
        if (kept == null) {
            return;
        }
        long now = clock(nowNanos);
        kept.values().removeIf(request -> {
            boolean over = request.untilMillis() < now;
            bytes -= over ? request.size() : 0;
            return over;
        });
        kept = kept.isEmpty() ? null : kept;
    }
}
