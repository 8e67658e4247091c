package io.durableserver.backend.mirror;

import java.util.Optional;

/**
 * How far a backfill came: the cursor of the next page, and the counts so far.
 *
 * @param cursor where the next page starts; empty at the beginning
 */
record ProgressRecord(Optional<String> cursor, BackfillProgress progress) {}
