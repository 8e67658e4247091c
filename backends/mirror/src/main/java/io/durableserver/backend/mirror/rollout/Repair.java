package io.durableserver.backend.mirror.rollout;

/** What a comparison of the stores does about what it finds. */
public enum Repair {
    /** Reports only. */
    NONE,
    /**
     * Makes the mirror what the authority is, except where nothing explains how they differ: the mirror's record is newer, or
     * has a {@linkplain RecordOrder position} and the authority's has none.
     */
    EXPLAINED,
    /** Makes the mirror what the authority is, everywhere: what {@link #EXPLAINED} leaves alone is lost. An operator's decision. */
    AUTHORITY_WINS
}
