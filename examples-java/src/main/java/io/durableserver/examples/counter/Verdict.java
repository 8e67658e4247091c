package io.durableserver.examples.counter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether the stored counts agree with what the callers were told: {@code acknowledged <= stored <= acknowledged + unknown}
 * for every key. All numbers are sums over the keys, and {@code stored = acknowledged - lost + duplicated}.
 *
 * @param lost acknowledged increments that the stored counts do not have: must be 0
 * @param duplicated stored increments that no caller was told of; a caller that had sent them again would count double
 * @param faults one line for each key that does not agree; empty when all is well
 */
record Verdict(long acknowledged, long stored, long lost, long duplicated, List<String> faults) {
    /** Compares the tallies of the callers with the counts read at the end. */
    static Verdict of(Map<String, Tally> tallies, Map<String, Long> counts) {
        long acknowledged = 0;
        long stored = 0;
        long lost = 0;
        long duplicated = 0;
        List<String> faults = new ArrayList<>();
        Set<String> keys = new TreeSet<>(tallies.keySet());
        keys.addAll(counts.keySet());
        for (String key : keys) {
            Tally tally = tallies.getOrDefault(key, Tally.NONE);
            Long count = counts.get(key);
            if (count == null) {
                faults.add(key + " cannot be read, " + tally);
                continue;
            }
            acknowledged += tally.acknowledged();
            stored += count;
            lost += Math.max(0, tally.acknowledged() - count);
            duplicated += Math.max(0, count - tally.acknowledged());
            if (count < tally.acknowledged()) {
                faults.add(key + " has lost acknowledged increments: stored " + count + ", " + tally);
            } else if (count > tally.acknowledged() + tally.unknown()) {
                faults.add(key + " has more than was ever sent: stored " + count + ", " + tally);
            }
        }
        return new Verdict(acknowledged, stored, lost, duplicated, List.copyOf(faults));
    }

    /** The last line of the scenario. */
    String line(long recoveryMillis) {
        return "acknowledged=%d final=%d lost=%d duplicated-by-unknown-outcome=%d recovery-ms=%d"
                .formatted(acknowledged, stored, lost, duplicated, recoveryMillis);
    }
}
