package io.durableserver.backend.s3;

/** How the ETag in {@code If-Match} is written. */
public enum ETagQuotes {
    /** Found out at the start. */
    PROBE,
    /** ETags in quotes, as the standard has it (RFC 9110, section 13.1.1). */
    QUOTED,
    /** Bare: Ceph RGW 16 compares with the quotes. */
    BARE
}
