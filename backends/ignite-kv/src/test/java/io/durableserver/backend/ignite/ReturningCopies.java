package io.durableserver.backend.ignite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * What Ignite does with copies of partitions: one partition for each set of nodes that may have one. Copies are on the disks of nodes; which
 * partitions are lost is known to a side of the cluster.
 */
final class ReturningCopies {
    /** What a write made of a partition, by which it is told from what a write on another side of a split made. */
    private record Version(int id, long count, BitSet past, boolean written) {
        boolean has(Version other) {
            return past.get(other.id);
        }
    }

    /** By partition and node. */
    private final boolean[][] holds;
    /** What each copy has, by partition and node. */
    private final Version[][] copies;

    /** How many writes it says it has. */
    private final long[][] counters;

    /** Whether it is being filled. */
    private final boolean[][] filling;

    /** Whether an activation has decided against it, or may have: nobody was there to keep it out. */
    private final boolean[][] decided;

    /** What was acknowledged last, on each side. */
    private final List<Set<Version>> heads = new ArrayList<>();

    private final Version nothing = new Version(0, 0, BitSet.valueOf(new long[] {1}), false);
    private int versions = 1;
    /** Whether there are several sides, each of which serves what it has. */
    private boolean apart;

    ReturningCopies(int nodes, int backups) {
        List<boolean[]> holders = new ArrayList<>();
        for (int some = 0; some < 1 << nodes; some++) {
            if (Integer.bitCount(some) == backups + 1) {
                boolean[] these = new boolean[nodes];
                for (int node = 0; node < nodes; node++) {
                    these[node] = (some & 1 << node) != 0;
                }
                holders.add(these);
                heads.add(new HashSet<>(Set.of(nothing)));
            }
        }
        holds = holders.toArray(boolean[][]::new);
        copies = new Version[holds.length][nodes];
        for (Version[] all : copies) {
            Arrays.fill(all, nothing);
        }
        counters = new long[holds.length][nodes];
        filling = new boolean[holds.length][nodes];
        decided = new boolean[holds.length][nodes];
    }

    void apart(boolean several) {
        apart = several;
    }

    /** Nothing is lost. */
    boolean[] lost() {
        return new boolean[holds.length];
    }

    static boolean any(boolean[] lost) {
        for (boolean one : lost) {
            if (one) {
                return true;
            }
        }
        return false;
    }

    private boolean holds(int partition, int node) {
        return holds[partition][node];
    }

    private List<Integer> here(int partition, Collection<Integer> online) {
        List<Integer> here = new ArrayList<>();
        for (int node : online) {
            if (holds[partition][node]) {
                here.add(node);
            }
        }
        return here;
    }

    private List<Integer> owners(int partition, Collection<Integer> online) {
        List<Integer> owners = here(partition, online);
        owners.removeIf(node -> filling[partition][node]);
        return owners;
    }

    /** Whether it has the newest copy of all it is to have, as far as it can tell. */
    boolean whole(boolean[] lost, int node) {
        for (int partition = 0; partition < lost.length; partition++) {
            if (holds[partition][node] && (lost[partition] || filling[partition][node])) {
                return false;
            }
        }
        return true;
    }

    private void give(int partition, int node, Version version, long says) {
        Version had = copies[partition][node];
        Set<Version> acknowledged = heads.get(partition);
        for (Version head : acknowledged) {
            if (head.written() && !decided[partition][node] && had.has(head) && !version.has(head)) {
                throw new AssertionError("Node " + node + " loses " + head + " for " + version);
            }
        }
        if (!apart && acknowledged.stream().anyMatch(version::has)) {
            // Of two sides that both wrote, and were started together, one loses.
            acknowledged.removeIf(head -> had.has(head) && !version.has(head));
        }
        copies[partition][node] = version;
        counters[partition][node] = says;
        filling[partition][node] = false;
        decided[partition][node] = false;
    }

    /** Of copies that say the same any may win: the test expects the worst. The others are filled from it. */
    private void highestCounterWins(int partition, List<Integer> owners, List<Integer> here) {
        long[] says = counters[partition];
        long most = owners.stream().mapToLong(node -> says[node]).max().orElse(0);
        List<Integer> first = owners.stream().filter(node -> says[node] == most).toList();
        Version worst = first.stream()
                .map(node -> copies[partition][node])
                .min(Comparator.comparingLong(Version::count))
                .orElseThrow();
        here.forEach(node -> filling[partition][node] = true);
        first.forEach(node -> give(partition, node, worst, most));
    }

    /** What is lost while it is filled says that it has nothing. */
    private void lose(int partition, int node) {
        if (filling[partition][node]) {
            filling[partition][node] = false;
            counters[partition][node] = 0;
        }
    }

    private void lose(boolean[] lost, int partition, Collection<Integer> online) {
        lost[partition] = true;
        here(partition, online).forEach(node -> lose(partition, node));
    }

    /** A node is gone, and these are left. */
    void left(boolean[] lost, Collection<Integer> online) {
        for (int partition = 0; partition < lost.length; partition++) {
            if (!lost[partition] && owners(partition, online).isEmpty()) {
                lose(lost, partition, online);
            }
        }
    }

    /** One joins these: its copy of what is lost gets their counter, whatever is in it. */
    void join(boolean[] lost, int node, Collection<Integer> online) {
        for (int partition = 0; partition < lost.length; partition++) {
            if (!holds(partition, node)) {
                continue;
            }
            long[] says = counters[partition];
            List<Integer> here = here(partition, online);
            if (lost[partition]) {
                lose(partition, node);
                says[node] = Math.max(
                        says[node],
                        here.stream().mapToLong(other -> says[other]).max().orElse(0));
            } else {
                int owner = owners(partition, online).get(0);
                filling[partition][node] = !copies[partition][node].equals(copies[partition][owner]);
            }
        }
    }

    /** Some copies get what their owners have. */
    void fill(boolean[] lost, Collection<Integer> online, BiPredicate<Integer, Integer> some) {
        for (int partition = 0; partition < lost.length; partition++) {
            List<Integer> owners = owners(partition, online);
            for (int node : lost[partition] ? List.<Integer>of() : here(partition, online)) {
                if (filling[partition][node] && some.test(partition, node)) {
                    int owner = owners.get(0);
                    give(partition, node, copies[partition][owner], counters[partition][owner]);
                }
            }
        }
    }

    /** The counters decide. */
    void activate(boolean[] lost, Collection<Integer> online) {
        for (int partition = 0; partition < lost.length; partition++) {
            List<Integer> owners = owners(partition, online);
            lost[partition] = false;
            if (owners.isEmpty()) {
                lose(lost, partition, online);
            } else {
                List<Integer> here = here(partition, online);
                for (int node : here) {
                    decided[partition][node] = true;
                }
                highestCounterWins(partition, owners, here);
            }
        }
    }

    /** What these have counts as acknowledged on their side from now on, whatever another side writes. */
    void branch(boolean[] lost, Collection<Integer> online) {
        for (int partition = 0; partition < lost.length; partition++) {
            List<Integer> owners = lost[partition] ? List.of() : owners(partition, online);
            if (!owners.isEmpty()) {
                Version branch = after(copies[partition][owners.get(0)], 0);
                heads.get(partition).add(branch);
                for (int node : owners) {
                    copies[partition][node] = branch;
                }
            }
        }
    }

    private Version after(Version last, int writes) {
        BitSet past = (BitSet) last.past().clone();
        past.set(versions);
        return new Version(versions++, last.count() + writes, past, writes > 0);
    }

    void write(boolean[] lost, Collection<Integer> online) {
        for (int partition = 0; partition < lost.length; partition++) {
            if (!lost[partition]) {
                List<Integer> owners = owners(partition, online);
                Version next = after(copies[partition][owners.get(0)], 1);
                heads.get(partition).removeIf(next::has);
                heads.get(partition).add(next);
                for (int node : owners) {
                    copies[partition][node] = next;
                }
                // Also those that are being filled hear of it.
                for (int node : here(partition, online)) {
                    counters[partition][node] = next.count();
                }
            }
        }
    }

    void reset(boolean[] lost, Collection<Integer> online) {
        for (int partition = 0; partition < lost.length; partition++) {
            List<Integer> here = here(partition, online);
            if (lost[partition] && !here.isEmpty()) {
                lost[partition] = false;
                highestCounterWins(partition, here, here);
            }
        }
    }

    /** The disk of a node that is away gets empty. */
    void wipe(int node) {
        for (int partition = 0; partition < copies.length; partition++) {
            copies[partition][node] = nothing;
            counters[partition][node] = 0;
            filling[partition][node] = holds(partition, node);
        }
    }

    /** Who serves an older copy of what was acknowledged (P2). */
    Optional<String> stale(boolean[] lost, Collection<Integer> online) {
        for (int partition = 0; partition < lost.length; partition++) {
            for (int node : lost[partition] ? List.<Integer>of() : owners(partition, online)) {
                Version copy = copies[partition][node];
                if (heads.get(partition).stream().noneMatch(copy::has)) {
                    return Optional.of("Node " + node + " serves " + copy + " of " + heads.get(partition) + " of what "
                            + Arrays.toString(holds[partition]) + " have");
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
