package io.durableserver.runtime.ownership;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.events.Facts;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.ServerEvent;
import io.durableserver.spi.Throttle;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** Tells of records that this node cannot serve from: each at most once a minute, however often its server is wanted. */
final class RefusedRecords {
    private static final Set<Reason> REFUSED = EnumSet.of(
            Reason.RECORD_CORRUPT,
            Reason.RECORD_FOREIGN,
            Reason.RECORD_NEWER,
            Reason.STATE_MISMATCH,
            Reason.STATE_TOO_LARGE);

    private final Facts facts;
    private final TimeSource time;
    private final Throttle.PerKey throttle = new Throttle.PerKey(Duration.ofMinutes(1));

    RefusedRecords(Facts facts, TimeSource time) {
        this.facts = facts;
        this.time = time;
    }

    /** The record of a key was read, and led to this error; told when the record is to blame. */
    void look(String key, String type, DurableServerException error) {
        if (error instanceof NotAppliedException refused
                && REFUSED.contains(refused.reason())
                && throttle.allows(key, time.nanoTime())) {
            facts.tell(new ServerEvent.RecordRefused(
                    key, type, ErrorCode.of(refused.reason()), String.valueOf(refused.getMessage())));
        }
    }
}
