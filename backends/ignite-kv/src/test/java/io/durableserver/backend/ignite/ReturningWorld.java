package io.durableserver.backend.ignite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * A model of what Ignite does with the copies of partitions when nodes leave and join, and of the steps by which the backends keep old
 * copies from winning: those of {@link CopyMark} and {@link ReturnOrder} are the real ones. One partition for each pair of nodes.
 */
final class ReturningWorld {
    private final int count;
    private final int quorum;
    private final List<int[]> holders = new ArrayList<>();
    /** How many writes each copy has, by partition and node. */
    private final long[][] copies;

    /** How many it says it has. */
    private final long[][] counters;

    private final long[] acknowledged;
    private final boolean[] lost;
    private final List<Integer> online = new ArrayList<>();
    private final Map<Integer, CopyMark> marks = new LinkedHashMap<>();
    private boolean active;
    /** The nodes whose backends have opened since the activation. */
    private final Set<Integer> ready = new HashSet<>();
    /** The nodes that have renewed their marks since. */
    private final Set<Integer> serving = new HashSet<>();
    /** The newest marks that nodes have heard of since they run. */
    private final Map<Integer, CopyMark> heard = new LinkedHashMap<>();

    /** What nodes have seen of the cluster since they renewed their marks in this run. */
    private final Map<Integer, List<Set<String>>> seen = new LinkedHashMap<>();

    private boolean held;
    /** Who joined while partitions were lost, and since when it had been away. */
    private final Map<String, CopyMark.Away> back = new TreeMap<>();

    private final List<String> story = new ArrayList<>();

    int reset;
    int refused;
    int keptOut;

    private final boolean pairs;

    /** Nodes that have served together, all of them here. */
    ReturningWorld(int count, int quorum) {
        this(count, quorum, 1);
    }

    ReturningWorld(int count, int quorum, int backups) {
        this.count = count;
        this.quorum = quorum;
        this.pairs = backups == 1;
        for (int some = 0; some < 1 << count; some++) {
            if (Integer.bitCount(some) == backups + 1) {
                int nodes = some;
                holders.add(IntStream.range(0, count)
                        .filter(node -> (nodes & 1 << node) != 0)
                        .toArray());
            }
        }
        copies = new long[holders.size()][count];
        counters = new long[holders.size()][count];
        acknowledged = new long[holders.size()];
        lost = new boolean[holders.size()];
        for (int node = 0; node < count; node++) {
            join(node);
        }
        serve();
    }

    int count() {
        return count;
    }

    boolean isOnline(int node) {
        return online.contains(node);
    }

    private static String name(int node) {
        return "n" + node;
    }

    private Set<String> alive() {
        Set<String> names = new TreeSet<>();
        online.forEach(node -> names.add(name(node)));
        return names;
    }

    private List<CopyMark> known() {
        return online.stream().filter(marks::containsKey).map(marks::get).toList();
    }

    private Set<String> withMarks() {
        Set<String> names = new TreeSet<>();
        online.stream().filter(marks::containsKey).forEach(node -> names.add(name(node)));
        return names;
    }

    private boolean anyLost() {
        for (boolean one : lost) {
            if (one) {
                return true;
            }
        }
        return false;
    }

    private List<Integer> holdersHere(int partition) {
        return online.stream()
                .filter(node -> Arrays.stream(holders.get(partition)).anyMatch(one -> one == node))
                .toList();
    }

    private void fill(int partition, long value) {
        for (int node : holdersHere(partition)) {
            copies[partition][node] = value;
            counters[partition][node] = value;
        }
    }

    /** Of copies that say the same any may win: the test expects the worst. */
    private void highestCounterWins(int partition) {
        long[] says = counters[partition];
        long[] has = copies[partition];
        List<Integer> here = holdersHere(partition);
        long most = here.stream().mapToLong(node -> says[node]).max().orElse(0);
        fill(
                partition,
                here.stream()
                        .filter(node -> says[node] == most)
                        .mapToLong(node -> has[node])
                        .min()
                        .orElse(0));
    }

    void leave(int node) {
        story.add("-" + node);
        online.remove(Integer.valueOf(node));
        serving.remove(node);
        ready.remove(node);
        heard.remove(node);
        back.remove(name(node));
        seen.remove(node);
        seen.values().forEach(views -> views.add(alive()));
        held = false;
        if (online.isEmpty()) {
            deactivate();
        }
        for (int partition = 0; active && partition < lost.length; partition++) {
            lost[partition] |= holdersHere(partition).isEmpty();
        }
    }

    /** False where the oldest node does not let it in. */
    boolean join(int node) {
        if (anyLost()) {
            // It says what it remembers when it asks.
            CopyMark newest = CopyMark.newest(List.of(newest(), marks.getOrDefault(node, CopyMark.NONE)));
            if (ReturnOrder.refuse(name(node), withPairs(newest), alive(), back, pairs)
                    .isPresent()) {
                keptOut++;
                story.add("not " + node);
                return false;
            }
            back.put(name(node), newest.since(name(node)));
        }
        story.add("+" + node);
        held = false;
        for (int partition = 0; active && partition < lost.length; partition++) {
            for (int one : holders.get(partition)) {
                if (one == node && lost[partition]) {
                    counters[partition][node] = Math.max(
                            counters[partition][node],
                            holdersHere(partition).stream()
                                    .mapToLong(counter(partition))
                                    .max()
                                    .orElse(0));
                } else if (one == node) {
                    copies[partition][node] =
                            copies[partition][holdersHere(partition).get(0)];
                    counters[partition][node] = copies[partition][node];
                }
            }
        }
        online.add(node);
        seen.values().forEach(views -> views.add(alive()));
        if (!active && online.size() == count) {
            activate();
        }
        return true;
    }

    private Seen seen(int node) {
        List<Set<String>> views = seen.get(node);
        return views == null ? Seen.only(alive()) : Seen.of(views, alive());
    }

    /** The oldest node is asked. */
    private CopyMark withPairs(CopyMark newest) {
        int oldest = online.get(0);
        boolean knows = marks.containsKey(oldest) && marks.get(oldest).number() == newest.number();
        return new CopyMark(
                newest.number(),
                newest.needed(),
                newest.away(),
                knows ? newest.whileLost(seen(oldest)).pairs() : Set.of());
    }

    private ToLongFunction<Integer> counter(int partition) {
        return node -> counters[partition][node];
    }

    /** By hand; a backend looks before anybody else joins. */
    void activateByHand() {
        activate();
        open();
    }

    /** The counters decide. */
    private void activate() {
        if (active || online.isEmpty()) {
            return;
        }
        active = true;
        story.add("active");
        for (int partition = 0; partition < lost.length; partition++) {
            lost[partition] = holdersHere(partition).isEmpty();
            highestCounterWins(partition);
        }
    }

    private void deactivate() {
        active = false;
        story.add("inactive");
        held = false;
        ready.clear();
        serving.clear();
        back.clear();
        Arrays.fill(lost, false);
    }

    private boolean opened() {
        return !ready.isEmpty();
    }

    /** What a backend does when it starts: {@link Opening}. */
    void open() {
        if (!active || ready.containsAll(online)) {
            return;
        }
        if (serving.isEmpty() && !CopyMark.missing(known(), withMarks()).isEmpty()) {
            refused++;
            deactivate();
            return;
        }
        CopyMark newest = newest();
        online.forEach(node -> heard.put(node, newest));
        ready.addAll(online);
        check();
    }

    private CopyMark newest() {
        List<CopyMark> all = new ArrayList<>(known());
        online.stream().filter(heard::containsKey).forEach(node -> all.add(heard.get(node)));
        return CopyMark.newest(all);
    }

    /** What {@link CopyMarks} does after each change, on some of the nodes where it is interrupted. */
    void renew(int reached) {
        if (!opened() || online.size() < quorum) {
            return;
        }
        story.add("renew");
        CopyMark known = newest();
        for (int node : online) {
            if ((reached & 1 << node) != 0) {
                CopyMark before = marks.getOrDefault(node, CopyMark.NONE);
                marks.put(node, CopyMark.renew(before, known, seen(node), anyLost()));
                seen.put(node, new ArrayList<>());
                serving.add(node);
            }
        }
        CopyMark agreed = CopyMark.newest(known());
        held = agreed.needed().containsAll(alive())
                && known().size() == online.size()
                && known().stream().allMatch(agreed::equals);
    }

    void write() {
        for (int partition = 0; held && online.size() >= quorum && partition < lost.length; partition++) {
            if (!lost[partition]) {
                acknowledged[partition] =
                        copies[partition][holdersHere(partition).get(0)] + 1;
                fill(partition, acknowledged[partition]);
            }
        }
        story.add(held ? "write" : "no write");
        check();
    }

    /** What {@link LostPartitions} does when it has found all of the newest mark. */
    boolean newestAreHere() {
        return opened() && CopyMark.missing(known(), withMarks()).isEmpty();
    }

    void reset() {
        if (!opened() || !anyLost()) {
            return;
        }
        reset++;
        story.add("reset");
        for (int partition = 0; partition < lost.length; partition++) {
            if (lost[partition] && !holdersHere(partition).isEmpty()) {
                lost[partition] = false;
                highestCounterWins(partition);
            }
        }
        if (!anyLost()) {
            back.clear();
        }
        check();
    }

    /** All that runs by itself, until nothing changes any more. */
    void serve() {
        open();
        renew(-1);
        write();
        if (newestAreHere()) {
            reset();
        }
        open();
        renew(-1);
        write();
    }

    /** No older copy of what was acknowledged is served (P2). */
    private void check() {
        for (int partition = 0; opened() && partition < lost.length; partition++) {
            for (int node : lost[partition] ? List.<Integer>of() : holdersHere(partition)) {
                if (copies[partition][node] < acknowledged[partition]) {
                    throw new AssertionError("Node " + node + " serves " + copies[partition][node] + " of "
                            + acknowledged[partition] + " writes of what "
                            + Arrays.toString(holders.get(partition)) + " have: " + this);
                }
            }
        }
    }

    boolean servesAll() {
        return opened() && held && !anyLost();
    }

    @Override
    public String toString() {
        return story + ", online=" + online + ", marks=" + marks + ", copies=" + Arrays.deepToString(copies);
    }
}
