package io.durableserver.spi;

/** How fresh a read must be. */
public enum ReadMode {
    /** Linearizable with respect to the conditional writes of the key. */
    STRONG,
    /** May come from a cache or a replica. */
    WEAK
}
