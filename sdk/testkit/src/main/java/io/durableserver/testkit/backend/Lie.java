package io.durableserver.testkit.backend;

import java.util.EnumSet;
import java.util.Set;

/**
 * What the way to a store may make of one request without breaking the contract of {@link io.durableserver.spi.Backend}.
 * A user of a backend has to survive all of it. What is <em>not</em> here a backend must never say upwards, whatever it
 * is told from below: that a record is absent which is there, that a write was a conflict or not applied which took effect
 * or will, a record or a version that is not the store's, or a page without a key that was there throughout.
 */
public enum Lie {
    /** Refused before it arrives: not applied, or a failed read; the same may succeed soon. */
    REFUSED,
    /** As {@link #REFUSED}, and told that trying again is of no use, which turns out wrong. */
    REFUSED_FOR_GOOD,
    /** A write that never arrives, and is told as unknown. */
    LOST_REQUEST,
    /** A write that arrives, and is told as unknown, however it ended: stored, a conflict, or refused. */
    LOST_ANSWER,
    /** A replace or delete that arrives after it was told as unknown; it takes effect if its condition holds then. */
    LATE_EFFECT,
    /**
     * As {@link #LATE_EFFECT}, a create: it brings the record back when it was deleted meanwhile. Only a create whose end is
     * unknown may do that.
     */
    LATE_CREATE,
    /**
     * Arrives twice, one after the other. A replace or delete has its effect once at most, and its own second conflict is
     * told as what it is, stored, or as unknown; a create is told as unknown, since a second one may follow a delete.
     */
    TWICE,
    /** The truth, at any time until the request's time is over. */
    LATE_ANSWER,
    /** A weak read of what this handle saw before. */
    STALE,
    /** A page with fewer keys than asked for, though it is not the last. */
    SHORT_PAGE,
    /** A page without keys, though it is not the last. */
    EMPTY_PAGE,
    /** A page in another order. */
    SHUFFLED_PAGE;

    /**
     * Those after which a caller that tries again, and reads back what is unknown, comes to the end it would have had
     * without them, and nothing happens after that end.
     */
    public static Set<Lie> passing() {
        return EnumSet.complementOf(EnumSet.of(REFUSED_FOR_GOOD, LATE_CREATE));
    }

    /** Whether a request of this kind can meet it. */
    boolean fits(Operation operation, boolean weak) {
        return switch (this) {
            case REFUSED, REFUSED_FOR_GOOD, TWICE, LATE_ANSWER -> true;
            case LOST_REQUEST, LOST_ANSWER -> operation.writes();
            case LATE_EFFECT -> operation == Operation.REPLACE || operation == Operation.DELETE;
            case LATE_CREATE -> operation == Operation.CREATE;
            case STALE -> operation == Operation.GET && weak;
            case SHORT_PAGE, EMPTY_PAGE, SHUFFLED_PAGE -> operation == Operation.LIST;
        };
    }
}
