package io.durableserver.runtime.ownership;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import java.util.Map;

/** The numbers of a record that only grow: its epoch is a fencing token, so it ends with an error and never begins anew (P1). */
public final class Counters {
    private Counters() {}

    /**
     * The number after a stored one.
     *
     * @param name of the member
     * @throws NotAppliedException {@code RECORD_CORRUPT} when there is none, which no owner of ours can have written
     */
    public static long next(String key, String name, long stored) {
        if (stored < 0 || stored == Long.MAX_VALUE) {
            throw new NotAppliedException(
                    Reason.RECORD_CORRUPT,
                    "A number of the stored record is out of its range",
                    Map.of("key", key, "member", name, "value", stored));
        }
        return stored + 1;
    }
}
