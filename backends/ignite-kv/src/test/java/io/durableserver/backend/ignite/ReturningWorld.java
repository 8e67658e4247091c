package io.durableserver.backend.ignite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * A model of what Ignite does with the copies of partitions when nodes leave and join and when the network is split, and of the steps by
 * which the backends keep old copies from winning. The steps are those of the side that is looked at.
 */
final class ReturningWorld {
    private final int count;
    final int quorum;
    final boolean pairs;
    final ReturningCopies copies;
    /** On the disks. */
    final Map<Integer, CopyMark> marks = new LinkedHashMap<>();

    private final Set<Integer> wiped = new HashSet<>();
    private final List<ReturningSide> sides = new ArrayList<>();
    private ReturningSide at;
    private final int[] starts;
    private int runs;
    private final List<String> story = new ArrayList<>();

    int reset;
    int refused;
    int keptOut;
    /** Not let in since it was ahead. */
    int later;
    /** Not let in since it was on another side, and both wrote. */
    int strangers;

    /** Nodes that have served together, all of them here. */
    ReturningWorld(int count, int quorum) {
        this(count, quorum, 1);
    }

    ReturningWorld(int count, int quorum, int backups) {
        this.count = count;
        this.quorum = quorum;
        this.pairs = backups == 1;
        this.copies = new ReturningCopies(count, backups);
        this.starts = new int[count];
        this.at = new ReturningSide(this);
        sides.add(at);
        for (int node = 0; node < count; node++) {
            join(node);
        }
        serve();
    }

    int count() {
        return count;
    }

    int starts(int node) {
        return starts[node];
    }

    int nextRun() {
        return ++runs;
    }

    /** Whoever was let in a minute ago has joined or failed. */
    long minutes() {
        return TimeUnit.MINUTES.toNanos(Arrays.stream(starts).sum());
    }

    void tell(String what) {
        story.add(what);
    }

    String name(int node) {
        return "n" + node;
    }

    Set<String> names(Collection<Integer> nodes) {
        Set<String> names = new TreeSet<>();
        nodes.forEach(node -> names.add(name(node)));
        return names;
    }

    Set<String> all() {
        Set<String> names = new TreeSet<>();
        for (int node = 0; node < count; node++) {
            names.add(name(node));
        }
        return names;
    }

    boolean isOnline(int node) {
        return side(node).isPresent();
    }

    private Optional<ReturningSide> side(int node) {
        return sides.stream().filter(side -> side.online().contains(node)).findFirst();
    }

    int sides() {
        return sides.size();
    }

    /** Steps are those of this side from now on. */
    void look(int side) {
        at = sides.get(side);
    }

    /** The nodes of this set do not see the others of their side any more; they are another side from now on. */
    void split(int nodes) {
        Set<Integer> others = new TreeSet<>();
        at.online().stream().filter(node -> (nodes & 1 << node) != 0).forEach(others::add);
        if (others.isEmpty() || others.size() == at.online().size()) {
            return;
        }
        story.add("split " + others);
        sides.add(at.split(others));
        copies.apart(true);
    }

    void leave(int node) {
        ReturningSide side = side(node).orElseThrow();
        story.add("-" + node);
        side.leave(node);
        if (side.online().isEmpty() && sides.size() > 1) {
            sides.remove(side);
            copies.apart(sides.size() > 1);
            if (side == at) {
                at = sides.get(0);
            }
        }
    }

    /** False where the oldest node does not let it in. */
    boolean join(int node) {
        return attempt(node).isEmpty();
    }

    private Optional<ReturningSide.Refusal> attempt(int node) {
        starts[node]++;
        Optional<ReturningSide.Refusal> refused = at.join(node);
        story.add(refused.map(why -> "not " + why.side() + " ").orElse("+") + node);
        refused.ifPresent(why -> {
            keptOut += why.side() == OtherSide.NONE ? 1 : 0;
            later += why.side() == OtherSide.LATER ? 1 : 0;
            strangers += why.side() == OtherSide.BOTH ? 1 : 0;
        });
        return refused;
    }

    /** All sides but one are stopped. */
    void heal() {
        ReturningSide kept = sides.stream()
                .max(Comparator.comparingInt(side -> side.online().size()))
                .orElseThrow();
        for (ReturningSide side : List.copyOf(sides)) {
            if (side != kept) {
                side.online().forEach(this::leave);
            }
        }
        at = kept;
    }

    /** With what the operator does that is told why it is not let in, as far as nothing is lost by that. */
    void joinAsTold(int node) {
        Optional<ReturningSide.Refusal> refused = attempt(node);
        if (refused.isEmpty()) {
            return;
        }
        switch (refused.get().side()) {
            case NOT_ASKED -> {
                deactivate();
                join(node);
            }
            case LATER -> {
                at.online().forEach(this::leave);
                join(node);
            }
            case BOTH -> {
                marks.remove(node);
                copies.wipe(node);
                wiped.add(node);
                story.add("wiped " + node);
                join(node);
            }
            case NONE -> stopAsTold(refused.get().text(), node);
        }
    }

    private void stopAsTold(String text, int node) {
        int told = text.indexOf("so stop [");
        if (told >= 0) {
            String names = text.substring(told, text.indexOf(']', told));
            List<Integer> stopped = at.online().stream()
                    .filter(one -> names.contains(name(one)))
                    .toList();
            stopped.forEach(this::leave);
            join(node);
            stopped.forEach(this::join);
        }
    }

    /** Whether a side lost what it had, and with it what only that side had. */
    boolean gaveUp() {
        return !wiped.isEmpty();
    }

    boolean isWiped(int node) {
        return wiped.contains(node);
    }

    /** By hand; a backend looks before anybody else joins. */
    void activateByHand() {
        at.activate();
        open();
    }

    /** By hand, or by the store of another prefix. */
    void deactivate() {
        story.add("deactivate");
        at.deactivate();
    }

    /** By hand, and nobody has looked yet. */
    void activateOnly() {
        at.activate();
        check();
    }

    void open() {
        if (!at.open()) {
            refused++;
        }
        check();
    }

    void renew(int reached) {
        story.add("renew " + Integer.toBinaryString(reached & (1 << count) - 1));
        at.renew(reached);
    }

    void agree(int reached) {
        at.agree(reached);
    }

    void write() {
        story.add(at.write() ? "write" : "no write");
        check();
    }

    /** Some copies that are being filled are filled. */
    void fill(long some) {
        story.add("fill");
        at.fill((partition, node) -> (some & 1L << (partition * count + node)) != 0);
        if (at.isWhole()) {
            at.online().forEach(wiped::remove);
        }
        check();
    }

    boolean newestAreHere() {
        return at.newestAreHere();
    }

    void reset() {
        if (!at.opened() || !at.anyLost()) {
            return;
        }
        reset++;
        story.add("reset");
        at.reset();
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
        fill(-1);
        open();
        renew(-1);
        agree(-1);
        write();
    }

    private void check() {
        for (ReturningSide side : sides) {
            side.stale().ifPresent(stale -> {
                throw new AssertionError(stale + ": " + this);
            });
        }
    }

    boolean servesAll() {
        return at.servesAll();
    }

    @Override
    public String toString() {
        return story + ", sides=" + sides + ", marks=" + marks + ", copies=" + copies;
    }
}
