package io.durableserver.runtime.ownership;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.wire.Causes;
import io.durableserver.spi.ReadResult;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What a read that failed is told as. */
public final class Unread {
    private static final Set<Reason> GARBAGE =
            EnumSet.of(Reason.RECORD_CORRUPT, Reason.RECORD_FOREIGN, Reason.STATE_TOO_LARGE);

    private Unread() {}

    /**
     * The store's own reason where it says that trying again is no use (damaged, too large, of a later release), else that the
     * store is not available.
     *
     * @param message for a store that is not available
     * @param context names what was read
     */
    public static NotAppliedException error(ReadResult.Failed failed, String message, Map<String, ?> context) {
        Throwable cause = Causes.of(failed.cause());
        if (!lasts(cause)) {
            return new NotAppliedException(Reason.STORAGE_UNAVAILABLE, message, context, failed.cause());
        }
        NotAppliedException known = (NotAppliedException) cause;
        Map<String, Object> all = new LinkedHashMap<>(known.context());
        all.putAll(context);
        return new NotAppliedException(known.reason(), known.text(), all, known);
    }

    /** Whether what was read can never be read: tried again it is the same, until it is written over. */
    public static boolean isGarbage(ReadResult.Failed failed) {
        return Causes.of(failed.cause()) instanceof NotAppliedException known && isGarbage(known);
    }

    static boolean isGarbage(NotAppliedException error) {
        return GARBAGE.contains(error.reason());
    }

    /** Whether it is an error that does not pass by itself. */
    static boolean lasts(Throwable failure) {
        return failure instanceof NotAppliedException known && !known.reason().retryable();
    }
}
