package io.durableserver.benchmarks.faults;

import io.durableserver.benchmarks.faults.Operation.End;
import io.durableserver.benchmarks.faults.Operation.Kind;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares what clients were told with the lists that are left, key by key. Pure. */
final class Checker {
    private final List<Long> left;
    private final Map<Long, Operation> appends;
    private final List<Operation> looks;

    private Checker(Collection<Operation> operations, List<Long> left) {
        this.left = left;
        this.appends = operations.stream()
                .filter(operation -> operation.kind() == Kind.APPEND)
                .collect(Collectors.toMap(Operation::id, operation -> operation));
        this.looks = operations.stream()
                .filter(operation -> operation.kind() == Kind.LOOK && operation.end() == End.ACKNOWLEDGED)
                .toList();
    }

    /**
     * Counts what is wrong.
     *
     * @param lists the list of each key, read when no request was under way any more; a key without one has lost all
     */
    static Violations check(Collection<Operation> history, Map<String, List<Long>> lists) {
        Map<String, List<Operation>> byKey = history.stream().collect(Collectors.groupingBy(Operation::key));
        Set<String> keys = new HashSet<>(lists.keySet());
        keys.addAll(byKey.keySet());
        return keys.stream()
                .map(key -> new Checker(byKey.getOrDefault(key, List.of()), lists.getOrDefault(key, List.of())).count())
                .reduce(Violations.NONE, Violations::plus);
    }

    private Violations count() {
        Map<Long, Integer> places = new HashMap<>();
        int doubled = 0;
        int strange = 0;
        for (int i = 0; i < left.size(); i++) {
            doubled += places.putIfAbsent(left.get(i), i + 1) == null ? 0 : 1;
            strange += appends.containsKey(left.get(i)) ? 0 : 1;
        }
        int lost = 0;
        int displaced = 0;
        int untrue = 0;
        for (Operation append : appends.values()) {
            int place = places.getOrDefault(append.id(), 0);
            if (append.end() == End.ACKNOWLEDGED) {
                lost += place == 0 ? 1 : 0;
                displaced += place != 0 && place != append.position() ? 1 : 0;
            } else if (append.end() == End.NOT_APPLIED && place != 0) {
                untrue++;
            }
        }
        return new Violations(lost, doubled, displaced, untrue, strange, disordered(), stale(), forked());
    }

    /** Goes back through the list with the earliest known end of all that stands later. */
    private int disordered() {
        int found = 0;
        long earliestEnd = Long.MAX_VALUE;
        for (int i = left.size() - 1; i >= 0; i--) {
            Operation append = appends.get(left.get(i));
            if (append == null) {
                continue;
            }
            found += append.begun() > earliestEnd ? 1 : 0;
            if (append.end() == End.ACKNOWLEDGED) {
                earliestEnd = Math.min(earliestEnd, append.ended());
            }
        }
        return found;
    }

    /** Goes through looks as they began, with the largest size that was known then. */
    private int stale() {
        List<Operation> known = Stream.concat(appends.values().stream(), looks.stream())
                .filter(operation -> operation.end() == End.ACKNOWLEDGED)
                .sorted(Comparator.comparingLong(Operation::ended))
                .toList();
        int found = 0;
        int next = 0;
        int size = 0;
        for (Operation look : looks.stream()
                .sorted(Comparator.comparingLong(Operation::begun))
                .toList()) {
            for (; next < known.size() && known.get(next).ended() < look.begun(); next++) {
                size = Math.max(size, known.get(next).position());
            }
            found += look.position() < size ? 1 : 0;
        }
        return found;
    }

    private int forked() {
        int found = 0;
        for (Operation look : looks) {
            boolean fits = look.position() == 0
                    || (look.position() <= left.size() && left.get(look.position() - 1) == look.last());
            found += fits ? 0 : 1;
        }
        return found;
    }
}
