package io.durableserver.backend.ignite;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A model of what Ignite does with the copies of partitions when nodes leave and join, and of the steps by which the backends keep old
 * copies from winning: those of {@link CopyMark} and {@link ReturnOrder} are the real ones.
 */
final class ReturningWorld {
    private final int count;
    private final int quorum;
    private final ReturningCopies copies;
    private final List<Integer> online = new ArrayList<>();
    private final Map<Integer, CopyMark> marks = new LinkedHashMap<>();
    private boolean active;
    /** From the first node that starts until the last one is gone. */
    private int run;

    private long topology;
    /** The nodes whose backends have opened since the activation. */
    private final Set<Integer> ready = new HashSet<>();
    /** Those of them that opened because others served. */
    private final Set<Integer> guests = new HashSet<>();
    /** The nodes that have renewed their marks since. */
    private final Set<Integer> serving = new HashSet<>();
    /** The newest marks that nodes have heard of since they run. */
    private final Map<Integer, CopyMark> heard = new LinkedHashMap<>();

    /** Who was here by each version of the topology in this run. */
    private final List<Set<String>> views = new ArrayList<>();

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
        this.copies = new ReturningCopies(count, backups);
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

    void leave(int node) {
        story.add("-" + node);
        online.remove(Integer.valueOf(node));
        serving.remove(node);
        ready.remove(node);
        guests.remove(node);
        heard.remove(node);
        back.remove(name(node));
        held = false;
        topology++;
        views.add(alive());
        if (online.isEmpty()) {
            deactivate();
        }
        if (active) {
            copies.left(online);
        }
    }

    /** False where the oldest node does not let it in. */
    boolean join(int node) {
        if (copies.anyLost()) {
            // It says what it remembers when it asks.
            CopyMark newest = CopyMark.newest(List.of(newest(), marks.getOrDefault(node, CopyMark.NONE)));
            CopyMark now = newest.whileLost(since(newest));
            if (ReturnOrder.refuse(name(node), now, alive(), back, pairs).isPresent()) {
                keptOut++;
                story.add("not " + node);
                return false;
            }
            back.put(name(node), now.since(name(node)));
        }
        story.add("+" + node);
        held = false;
        if (active) {
            copies.join(node, online);
        }
        if (online.isEmpty()) {
            run++;
            topology = 0;
            views.clear();
        }
        topology++;
        online.add(node);
        views.add(alive());
        if (!active && online.size() == count) {
            activate();
        }
        return true;
    }

    private Seen since(CopyMark mark) {
        OptionalLong made = mark.past().madeIn("run" + run);
        return made.isPresent()
                ? Seen.of(views.subList((int) made.getAsLong(), views.size()), alive())
                : Seen.only(alive());
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
        copies.activate(online);
    }

    private void deactivate() {
        active = false;
        story.add("inactive");
        held = false;
        ready.clear();
        guests.clear();
        serving.clear();
        back.clear();
        copies.deactivate();
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
        if (!serving.isEmpty()) {
            online.stream().filter(node -> !ready.contains(node)).forEach(guests::add);
        }
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
        if (quorum == 1
                && serving.isEmpty()
                && guests.containsAll(ready)
                && !CopyMark.missing(known(), withMarks()).isEmpty()) {
            story.add("guests only");
            return;
        }
        story.add("renew " + Integer.toBinaryString(reached & (1 << count) - 1));
        CopyMark known = newest();
        for (int node : online) {
            if ((reached & 1 << node) != 0) {
                CopyMark before = marks.getOrDefault(node, CopyMark.NONE);
                CopyMark.Moment now = new CopyMark.Moment("run" + run, topology);
                marks.put(
                        node,
                        CopyMark.renew(
                                        before,
                                        known,
                                        this::since,
                                        alive -> alive.size() >= quorum,
                                        copies.anyLost(),
                                        now)
                                .orElseThrow());
                heard.merge(node, newest(List.of(known, marks.get(node))), (old, next) -> newest(List.of(old, next)));
                serving.add(node);
            }
        }
        CopyMark agreed = newest(known());
        held = agreed.needed().containsAll(alive())
                && known().size() == online.size()
                && known().stream().allMatch(agreed::same);
    }

    private static CopyMark newest(List<CopyMark> marks) {
        return CopyMark.newest(marks);
    }

    /** Nodes hear that all hold what they hold, some of them where that is interrupted. */
    void agree(int reached) {
        for (int node : held ? online : List.<Integer>of()) {
            if ((reached & 1 << node) != 0) {
                CopyMark agreed = marks.getOrDefault(node, CopyMark.NONE).agreed();
                marks.put(node, agreed);
                heard.merge(node, agreed, (old, next) -> newest(List.of(old, next)));
            }
        }
    }

    void write() {
        if (held && online.size() >= quorum) {
            copies.write(online);
        }
        story.add(held ? "write" : "no write");
        check();
    }

    /** What {@link LostPartitions} does when it has found all of the newest mark. */
    boolean newestAreHere() {
        return opened() && CopyMark.missing(known(), withMarks()).isEmpty();
    }

    void reset() {
        if (!opened() || !copies.anyLost()) {
            return;
        }
        reset++;
        story.add("reset");
        copies.reset(online);
        if (!copies.anyLost()) {
            back.clear();
        }
        check();
    }

    /** All that runs by itself, until nothing changes any more. */
    void serve() {
        open();
        renew(-1);
        agree(-1);
        write();
        if (newestAreHere()) {
            reset();
        }
        open();
        renew(-1);
        agree(-1);
        write();
    }

    /** No older copy of what was acknowledged is served (P2). */
    private void check() {
        Optional<String> stale = opened() ? copies.stale(online) : Optional.empty();
        if (stale.isPresent()) {
            throw new AssertionError(stale.get() + ": " + this);
        }
    }

    boolean servesAll() {
        return opened() && held && !copies.anyLost();
    }

    @Override
    public String toString() {
        return story + ", online=" + online + ", marks=" + marks + ", copies=" + copies;
    }
}
