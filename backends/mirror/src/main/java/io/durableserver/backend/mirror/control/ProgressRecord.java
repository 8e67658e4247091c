package io.durableserver.backend.mirror.control;

import io.durableserver.backend.mirror.rollout.BackfillProgress;
import java.util.Optional;

/**
 * How far a backfill came: the cursor of the next page, and the counts so far.
 *
 * @param cursor where the next page starts; empty at the beginning
 * @param extra its members that this release does not know, each after a comma
 */
public record ProgressRecord(Optional<String> cursor, BackfillProgress progress, String extra) {}
