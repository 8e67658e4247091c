package io.durableserver.backend.s3;

/**
 * What a store showed at the start.
 *
 * @param quotedWrites whether {@code If-Match} takes an ETag in quotes
 * @param quotedReads whether {@code If-None-Match} does
 * @param conditionalDelete whether a DELETE keeps its condition, so that tombstones are removed
 * @param dialect how it says things
 */
record Capabilities(boolean quotedWrites, boolean quotedReads, boolean conditionalDelete, Dialect dialect) {
    /** What the standard says. */
    static final Capabilities STANDARD = new Capabilities(true, true, false, Dialect.STANDARD);

    String writeCondition(String eTag) {
        return quotedWrites ? ETags.quoted(eTag) : eTag;
    }

    String readCondition(String eTag) {
        return quotedReads ? ETags.quoted(eTag) : eTag;
    }
}
