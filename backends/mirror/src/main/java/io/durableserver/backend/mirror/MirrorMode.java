package io.durableserver.backend.mirror;

/** What a write waits for. */
public enum MirrorMode {
    /** The authoritative store. The mirror follows in the background, usually within one round trip. */
    BEST_EFFORT,
    /**
     * Both stores. A write that is stored but not mirrored in time has an unknown outcome, and a strong read of the key on
     * that node fails until the mirror has it: an acknowledged write is on both sides.
     */
    REQUIRED
}
