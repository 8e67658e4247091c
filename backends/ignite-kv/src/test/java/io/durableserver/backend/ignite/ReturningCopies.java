package io.durableserver.backend.ignite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What Ignite does with copies of partitions: one partition for each set of nodes that may have one. */
final class ReturningCopies {
    private final List<int[]> holders = new ArrayList<>();
    /** How many writes each copy has, by partition and node. */
    private final long[][] copies;

    /** How many it says it has. */
    private final long[][] counters;

    private final long[] acknowledged;
    private final boolean[] lost;

    ReturningCopies(int nodes, int backups) {
        for (int some = 0; some < 1 << nodes; some++) {
            if (Integer.bitCount(some) == backups + 1) {
                int these = some;
                holders.add(IntStream.range(0, nodes)
                        .filter(node -> (these & 1 << node) != 0)
                        .toArray());
            }
        }
        copies = new long[holders.size()][nodes];
        counters = new long[holders.size()][nodes];
        acknowledged = new long[holders.size()];
        lost = new boolean[holders.size()];
    }

    boolean anyLost() {
        for (boolean one : lost) {
            if (one) {
                return true;
            }
        }
        return false;
    }

    private List<Integer> here(int partition, Collection<Integer> online) {
        return online.stream()
                .filter(node -> Arrays.stream(holders.get(partition)).anyMatch(one -> one == node))
                .toList();
    }

    private void fill(int partition, List<Integer> here, long value) {
        for (int node : here) {
            copies[partition][node] = value;
            counters[partition][node] = value;
        }
    }

    /** Of copies that say the same any may win: the test expects the worst. */
    private void highestCounterWins(int partition, List<Integer> here) {
        long[] says = counters[partition];
        long[] has = copies[partition];
        long most = here.stream().mapToLong(node -> says[node]).max().orElse(0);
        fill(
                partition,
                here,
                here.stream()
                        .filter(node -> says[node] == most)
                        .mapToLong(node -> has[node])
                        .min()
                        .orElse(0));
    }

    /** A node is gone, and these are left. */
    void left(Collection<Integer> online) {
        for (int partition = 0; partition < lost.length; partition++) {
            lost[partition] |= here(partition, online).isEmpty();
        }
    }

    /** One joins these: its copy of what is lost gets their counter, whatever is in it. */
    void join(int node, Collection<Integer> online) {
        for (int partition = 0; partition < lost.length; partition++) {
            if (Arrays.stream(holders.get(partition)).noneMatch(one -> one == node)) {
                continue;
            }
            long[] says = counters[partition];
            List<Integer> here = here(partition, online);
            if (lost[partition]) {
                says[node] = Math.max(
                        says[node],
                        here.stream().mapToLong(other -> says[other]).max().orElse(0));
            } else {
                copies[partition][node] = copies[partition][here.get(0)];
                says[node] = copies[partition][node];
            }
        }
    }

    /** The counters decide. */
    void activate(Collection<Integer> online) {
        for (int partition = 0; partition < lost.length; partition++) {
            List<Integer> here = here(partition, online);
            lost[partition] = here.isEmpty();
            highestCounterWins(partition, here);
        }
    }

    void deactivate() {
        Arrays.fill(lost, false);
    }

    void write(Collection<Integer> online) {
        for (int partition = 0; partition < lost.length; partition++) {
            if (!lost[partition]) {
                List<Integer> here = here(partition, online);
                acknowledged[partition] = copies[partition][here.get(0)] + 1;
                fill(partition, here, acknowledged[partition]);
            }
        }
    }

    void reset(Collection<Integer> online) {
        for (int partition = 0; partition < lost.length; partition++) {
            List<Integer> here = here(partition, online);
            if (lost[partition] && !here.isEmpty()) {
                lost[partition] = false;
                highestCounterWins(partition, here);
            }
        }
    }

    /** Who serves an older copy of what was acknowledged (P2). */
    Optional<String> stale(Collection<Integer> online) {
        for (int partition = 0; partition < lost.length; partition++) {
            for (int node : lost[partition] ? List.<Integer>of() : here(partition, online)) {
                if (copies[partition][node] < acknowledged[partition]) {
                    return Optional.of("Node " + node + " serves " + copies[partition][node] + " of "
                            + acknowledged[partition] + " writes of what " + Arrays.toString(holders.get(partition))
                            + " have");
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return Arrays.deepToString(copies);
    }
}
