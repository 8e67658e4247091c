package io.durableserver.backend.mirror.rollout;

/**
 * How far a backfill is. A resumed backfill goes on with the counts of the run before.
 *
 * @param done whether the last page is behind it
 * @param pages pages finished
 * @param seen keys looked at
 * @param copied records written to the target
 * @param equal records that were there already
 * @param ahead records of the target that are newer than the source's, which are left alone
 * @param failed keys that could not be copied; the verification finds them
 */
public record BackfillProgress(boolean done, long pages, long seen, long copied, long equal, long ahead, long failed) {
    /** Nothing is copied yet. */
    public static final BackfillProgress NONE = new BackfillProgress(false, 0, 0, 0, 0, 0, 0);
}
