package io.durableserver.backend.mirror;

import io.durableserver.backend.mirror.VerificationReport.Divergence;
import io.durableserver.backend.mirror.VerificationReport.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a comparison has found so far. Thread-safe. */
final class Findings {
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private final List<Divergence> samples = new ArrayList<>();
    private long equal;
    private long repaired;

    synchronized void equal() {
        equal++;
    }

    synchronized void repaired() {
        repaired++;
    }

    synchronized void differs(String key, Kind kind) {
        counts.merge(kind, 1L, Long::sum);
        if (samples.size() < VerificationReport.MAX_SAMPLES) {
            samples.add(new Divergence(key, kind));
        }
    }

    synchronized VerificationReport report(Side authority, Duration took) {
        long differing = counts.values().stream().mapToLong(Long::longValue).sum();
        return new VerificationReport(
                authority,
                equal + repaired + differing,
                equal,
                repaired,
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
