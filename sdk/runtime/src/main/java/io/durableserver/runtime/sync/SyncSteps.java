package io.durableserver.runtime.sync;

/**
 * The sync protocol of one server as steps without I/O: which turns are dirty, which the write in flight covers, and
 * which turn the outputs of the newest turn must wait for. At most one write is in flight; it covers every turn that was
 * done when it began, which is group commit (P3). Not thread-safe: {@link Durability} guards it.
 */
final class SyncSteps {
    /** The newest turn that changed the state or forced a write; turns are counted from 1. */
    private long newest;
    /** Every turn up to this one is stored. */
    private long stored;
    /** The write in flight covers turns up to this one, 0 for none of them; negative when no write is in flight. */
    private long inFlight = -1;
    /** The newest turn something waits for. */
    private long strict;
    /** The newest turn whose write must not be skipped. */
    private long forced;
    /** A write is wanted although nothing waits for it. */
    private boolean behind;
    /** How many writes ended in a row without being stored. */
    private int failures;

    /** A turn is done. Returns the turn its outputs must wait for, or 0. */
    long turnDone(boolean changed, Demand demand) {
        if (changed || demand == Demand.FORCED) {
            newest++;
        }
        switch (demand) {
            case NONE -> {}
            case BEHIND -> behind = true;
            case STRICT -> strict = newest;
            case FORCED -> {
                strict = newest;
                forced = newest;
            }
        }
        return gate();
    }

    /** The turn that outputs made now must wait for, or 0. */
    long gate() {
        return strict > stored ? strict : 0;
    }

    boolean isDirty() {
        return newest > stored;
    }

    /** Whether each change is stored, or in the write in flight. */
    boolean isCovered() {
        return newest <= Math.max(stored, inFlight);
    }

    boolean isInFlight() {
        return inFlight >= 0;
    }

    boolean wantsWrite() {
        return inFlight < 0 && newest > stored && (strict > stored || behind);
    }

    /** Asks for a write of what is dirty. */
    void demandBehind() {
        behind = true;
    }

    /** A write of the state as it is now begins. Returns whether it must be written even when unchanged. */
    boolean begin() {
        if (inFlight >= 0) {
            throw new IllegalStateException("A write is in flight already");
        }
        inFlight = newest;
        behind = false;
        return forced > stored;
    }

    /** How many turns that changed the state the write in flight covers. */
    long covered() {
        return Math.max(0, inFlight - stored);
    }

    /** The write in flight is stored. Returns the newest turn that is stored now. */
    long written() {
        if (inFlight < 0) {
            throw new IllegalStateException("No write is in flight");
        }
        stored = inFlight;
        inFlight = -1;
        failures = 0;
        return stored;
    }

    /** The write in flight ended without being stored. */
    void abandoned() {
        inFlight = -1;
        failures++;
    }

    int failures() {
        return failures;
    }

    long stored() {
        return stored;
    }
}
