package io.durableserver.backend.mirror;

import java.util.Optional;

/**
 * How far a backfill came: the cursor of the next page, and the counts so far.
 *
 * @param cursor where the next page starts; empty at the beginning
 * @param extra its members that this release does not know, each after a comma
 */
record ProgressRecord(Optional<String> cursor, BackfillProgress progress, String extra) {}
