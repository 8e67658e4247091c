package io.durableserver.benchmarks.faults;

import io.durableserver.benchmarks.faults.Operation.End;
import io.durableserver.benchmarks.faults.Operation.Kind;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** All requests of a run. Thread-safe. */
final class History {
    private record Client(int node, String key) {}

    private final Map<Long, Operation> operations = new ConcurrentHashMap<>();
    private final Map<Client, Long> served = new ConcurrentHashMap<>();

    /** The beginning of a request, and later its end. */
    void add(Operation operation) {
        operations.put(operation.id(), operation);
        if (operation.acknowledgedAppend()) {
            served.merge(new Client(operation.node(), operation.key()), operation.begun(), Math::max);
        }
    }

    Collection<Operation> all() {
        return List.copyOf(operations.values());
    }

    /** Whether a node has had an append to this key acknowledged that it began since then. */
    boolean isServed(int node, String key, long since) {
        return served.getOrDefault(new Client(node, key), Long.MIN_VALUE) >= since;
    }

    long count(End end) {
        return operations.values().stream()
                .filter(operation -> operation.kind() == Kind.APPEND && operation.end() == end)
                .count();
    }

    /** How often requests that began since then were not acknowledged, by reason. */
    Map<String, Long> reasons(long since) {
        return operations.values().stream()
                .filter(operation -> operation.end() != End.ACKNOWLEDGED && operation.begun() >= since)
                .collect(Collectors.groupingBy(
                        operation -> "n" + operation.node() + " " + operation.reason(),
                        TreeMap::new,
                        Collectors.counting()));
    }

    /** When the first append to a key was acknowledged of those that these nodes began since then. */
    OptionalLong firstServed(IntPredicate nodes, String key, long since) {
        return operations.values().stream()
                .filter(operation -> operation.acknowledgedAppend()
                        && operation.key().equals(key)
                        && operation.begun() >= since
                        && nodes.test(operation.node()))
                .mapToLong(Operation::ended)
                .min();
    }

    /** The longest time without an acknowledged append between two moments; to any key where the key is empty. */
    long longestGap(String key, long from, long to) {
        long before = from;
        long longest = 0;
        for (Operation operation : operations.values().stream()
                .filter(operation -> operation.acknowledgedAppend()
                        && (key.isEmpty() || operation.key().equals(key))
                        && operation.ended() > from
                        && operation.ended() < to)
                .sorted(Comparator.comparingLong(Operation::ended))
                .toList()) {
            longest = Math.max(longest, operation.ended() - before);
            before = operation.ended();
        }
        return Math.max(longest, to - before);
    }
}
