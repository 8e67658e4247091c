package io.durableserver.backend.mirror.rollout;

import java.util.Locale;
import java.util.Optional;

/**
 * Where a rollout stands. The phase alone decides which store is read and written, so that no combination of options can
 * read one store and write the other.
 */
public enum Phase {
    /** The source is read and written; what is written is mirrored to the target. */
    SHADOW(Side.SOURCE, false),
    /** As {@link #SHADOW}, while older records are copied to the target. */
    BACKFILL(Side.SOURCE, false),
    /** As {@link #SHADOW}, with a backfill behind it: the stores may be compared, and the cut-over may come. */
    VERIFY(Side.SOURCE, false),
    /** No node writes, while all finish what is on its way to the target. */
    CUTTING_OVER(Side.SOURCE, true),
    /** The target is read and written; what is written is mirrored to the source, so that there is a way back. */
    CUT_OVER(Side.TARGET, false),
    /** No node writes, while all finish what is on its way to the source. */
    ROLLING_BACK(Side.TARGET, true),
    /** The target is read and written, the source is not touched any more. The last phase. */
    RETIRED(Side.TARGET, false);

    private final Side holder;
    private final boolean paused;

    Phase(Side holder, boolean paused) {
        this.holder = holder;
        this.paused = paused;
    }

    /** The store that is read and written; empty while no node may write. */
    public Optional<Side> authority() {
        return paused ? Optional.empty() : Optional.of(holder);
    }

    /** The authority, or in a pause the store that was it until then. */
    public Side holder() {
        return holder;
    }

    /** Whether no node may write. */
    public boolean paused() {
        return paused;
    }

    /** Whether writes are mirrored to the other store. */
    public boolean mirrors() {
        return this != RETIRED;
    }

    /** Its name in control records, and in the details of errors. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
