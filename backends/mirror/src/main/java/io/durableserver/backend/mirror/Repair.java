package io.durableserver.backend.mirror;

/** What a comparison of the stores does about what it finds. */
public enum Repair {
    /** Reports only. */
    NONE,
    /** Makes the mirror what the authority is, except where the mirror's record is newer, which nothing explains. */
    EXPLAINED,
    /** Makes the mirror what the authority is, everywhere: newer records of the mirror are lost. An operator's decision. */
    AUTHORITY_WINS
}
