package io.durableserver.runtime.record;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import java.util.Map;

/** The three ways in which stored bytes can be unreadable. Problems name members and bounds, never content. */
final class RecordErrors {
    private RecordErrors() {}

    static NotAppliedException foreign(String key, String problem) {
        return new NotAppliedException(
                Reason.RECORD_FOREIGN,
                "The stored object was not written by DurableServer",
                Map.of("key", key, "problem", problem));
    }

    static NotAppliedException newer(String key, long format) {
        return new NotAppliedException(
                Reason.RECORD_NEWER,
                "The stored object has a newer format than this node reads",
                Map.of("key", key, "format", format, "bound", Envelope.FORMAT));
    }

    static NotAppliedException needs(String key, String feature) {
        return new NotAppliedException(
                Reason.RECORD_NEWER,
                "The stored object needs a feature that this node does not know",
                Map.of("key", key, "needs", feature));
    }

    static NotAppliedException corrupt(String key, String problem) {
        return new NotAppliedException(
                Reason.RECORD_CORRUPT, "The stored object is damaged", Map.of("key", key, "problem", problem));
    }
}
