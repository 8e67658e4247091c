package io.durableserver.backend.mirror.walk;

import io.durableserver.backend.mirror.copy.Copied;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.backend.mirror.rollout.VerificationReport;
import io.durableserver.backend.mirror.rollout.VerificationReport.Divergence;
import io.durableserver.backend.mirror.rollout.VerificationReport.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a comparison has found so far. Thread-safe. */
final class Findings {
    private static final int MAX_REMEMBERED = 10_000;

    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private final List<Divergence> samples = new ArrayList<>();
    private final Set<String> differing = new HashSet<>();
    private long equal;
    private long repaired;
    private long created;
    private long removed;

    synchronized void equal() {
        equal++;
    }

    synchronized void repaired(Copied.Change change) {
        repaired++;
        created += change == Copied.Change.CREATED ? 1 : 0;
        removed += change == Copied.Change.REMOVED ? 1 : 0;
    }

    /** A key that both listings have may be found to differ twice, and counts once. */
    synchronized void differs(String key, Kind kind) {
        if (differing.size() < MAX_REMEMBERED ? !differing.add(key) : differing.contains(key)) {
            return;
        }
        counts.merge(kind, 1L, Long::sum);
        if (samples.size() < VerificationReport.MAX_SAMPLES) {
            samples.add(new Divergence(key, kind));
        }
    }

    synchronized VerificationReport report(Side authority, Duration took) {
        long differ = counts.values().stream().mapToLong(Long::longValue).sum();
        return new VerificationReport(
                authority,
                equal + repaired + differ,
                equal,
                repaired,
                created,
                removed,
                count(Kind.MISSING),
                count(Kind.EXTRA),
                count(Kind.DIFFERENT),
                count(Kind.AHEAD),
                count(Kind.FAILED),
                samples,
                took);
    }

    private long count(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }
}
