package io.durableserver.backend.mirror.rollout;

import java.time.Duration;
import java.util.List;

/**
 * What a comparison of the two stores found, from the authoritative one to its mirror.
 *
 * @param authority the store that counts
 * @param compared keys looked at
 * @param equal records that were the same, or became so while a write was on its way
 * @param repaired records that were made the same; zero unless asked for
 * @param created those of them the mirror did not have
 * @param removed those of them only the mirror had
 * @param missing records the mirror does not have
 * @param extra records only the mirror has
 * @param different records of which the mirror has an older, or another, version
 * @param ahead records of which the mirror has a newer version, which nothing explains
 * @param failed keys that could not be compared or repaired, or of which a store says both that they are there and that not
 * @param samples some of the keys that still differ, at most {@value #MAX_SAMPLES}
 * @param took how long it took
 */
public record VerificationReport(
        Side authority,
        long compared,
        long equal,
        long repaired,
        long created,
        long removed,
        long missing,
        long extra,
        long different,
        long ahead,
        long failed,
        List<Divergence> samples,
        Duration took) {
    /** The most keys a report names. */
    public static final int MAX_SAMPLES = 20;

    public VerificationReport {
        samples = List.copyOf(samples);
    }

    /** How a key differs. */
    public enum Kind {
        /** See {@link VerificationReport#missing}. */
        MISSING,
        /** See {@link VerificationReport#extra}. */
        EXTRA,
        /** See {@link VerificationReport#different}. */
        DIFFERENT,
        /** See {@link VerificationReport#ahead}. */
        AHEAD,
        /** See {@link VerificationReport#failed}. */
        FAILED
    }

    /** A key that differs. */
    public record Divergence(String key, Kind kind) {}

    /** How many keys differ, or may. */
    public long divergent() {
        return missing + extra + different + ahead + failed;
    }

    /** Whether the stores hold the same records. */
    public boolean clean() {
        return divergent() == 0;
    }
}
