package io.durableserver.backend.ignite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that see each other: a cluster, or one side of it after a split, with what its nodes have in memory. {@link JoinGuard},
 * {@link CopyMark} and what these use are the real ones.
 */
final class ReturningSide {
    private final ReturningWorld world;
    private final List<Integer> online = new ArrayList<>();
    private final boolean[] lost;
    /** What there is from one activation to the next; null where the cluster is not active. */
    private @Nullable Object activation;
    /** From the first node that starts until the last one is gone. */
    private int run;

    /** Of the nodes whose backends have opened, in whichever activation, as long as they run. */
    private final Map<Integer, Door> doors = new LinkedHashMap<>();

    /** Those of them that opened because others served. */
    private final Set<Integer> guests = new HashSet<>();
    /** The nodes that have renewed their marks since. */
    private final Set<Integer> serving = new HashSet<>();
    /** The newest marks that nodes have heard of since they run. */
    private final Map<Integer, CopyMark> heard = new LinkedHashMap<>();

    private final Map<Integer, JoinGuard> guards = new LinkedHashMap<>();

    /** What each node that is here remembered when it joined. */
    private final Map<Integer, CopyMark> brought = new LinkedHashMap<>();

    /** Who was here by each version of the topology in this run, and what that is called. */
    private final List<Set<String>> views = new ArrayList<>();

    private final List<String> names = new ArrayList<>();
    private boolean held;

    ReturningSide(ReturningWorld world) {
        this.world = world;
        this.lost = world.copies.lost();
    }

    List<Integer> online() {
        return List.copyOf(online);
    }

    private Set<String> alive() {
        return world.names(online);
    }

    private List<CopyMark> known() {
        return online.stream()
                .filter(world.marks::containsKey)
                .map(world.marks::get)
                .toList();
    }

    private Set<String> withMarks() {
        Map<String, CopyMark> said = new LinkedHashMap<>();
        online.stream()
                .filter(world.marks::containsKey)
                .forEach(node -> said.put(world.name(node), world.marks.get(node)));
        return CopyMark.present(said);
    }

    private void changed() {
        held = false;
        views.add(alive());
        names.add(run + ":"
                + online.stream().map(node -> node + "." + world.starts(node)).toList());
    }

    private CopyMark.Moment now() {
        return Views.moment(version -> Optional.of(names.get((int) version - 1)), views.size())
                .orElseThrow();
    }

    private Seen since(CopyMark mark) {
        var made = mark.past().madeIn(now());
        return made.isPresent()
                ? Seen.of(views.subList((int) made.getAsLong(), views.size()), alive())
                : Seen.only(alive());
    }

    void leave(int node) {
        forget(node);
        lose();
    }

    private void lose() {
        if (active()) {
            world.copies.left(lost, online);
        }
    }

    private void forget(int node) {
        online.remove(Integer.valueOf(node));
        serving.remove(node);
        doors.remove(node);
        guests.remove(node);
        heard.remove(node);
        guards.remove(node);
        brought.remove(node);
        changed();
        if (online.isEmpty()) {
            deactivate();
        }
    }

    /** Those that do not see these any more; each side hears of one after the other. */
    ReturningSide split(Set<Integer> others) {
        ReturningSide other = new ReturningSide(world);
        System.arraycopy(lost, 0, other.lost, 0, lost.length);
        other.online.addAll(online);
        other.activation = activation;
        other.run = run;
        doors.forEach((node, door) -> {
            if (door.isOpen()) {
                other.door(node);
            }
        });
        other.guests.addAll(guests);
        other.serving.addAll(serving);
        other.heard.putAll(heard);
        other.guards.putAll(guards);
        other.brought.putAll(brought);
        other.views.addAll(views);
        other.names.addAll(names);
        online().stream().filter(node -> !others.contains(node)).forEach(other::forget);
        others.forEach(this::forget);
        // Not before: each loses what its own nodes have.
        lose();
        other.lose();
        for (ReturningSide side : world.quorum == 1 && active() ? List.of(this, other) : List.<ReturningSide>of()) {
            // Each serves what it has, and accepts that the other one writes.
            world.copies.branch(side.lost, side.online);
        }
        return other;
    }

    /** Why a node is not let in, and the text that people get. */
    record Refusal(OtherSide side, String text) {}

    /** Empty where it is let in. */
    Optional<Refusal> join(int node) {
        if (!online.isEmpty()) {
            CopyMark here = JoinGuard.known(heard.getOrDefault(online.get(0), CopyMark.NONE), brought.values());
            CopyMark said = world.marks.getOrDefault(node, CopyMark.NONE);
            CopyMark newest = CopyMark.newest(List.of(here, said));
            OtherSide side = active() ? OtherSide.of(here, said, now()) : OtherSide.NONE;
            JoinGuard.View view = new JoinGuard.View(
                    alive(),
                    world.all(),
                    !active() || !ReturningCopies.any(lost),
                    world.pairs,
                    newest.whileLost(since(newest)),
                    side);
            JoinGuard guard = guards.computeIfAbsent(online.get(0), oldest -> new JoinGuard());
            Optional<String> reason = guard.refuse(world.name(node), view, world.minutes());
            if (reason.isPresent()) {
                return reason.map(text -> new Refusal(side, text));
            }
        }
        if (active()) {
            world.copies.join(lost, node, online);
        }
        if (online.isEmpty()) {
            run = world.nextRun();
            views.clear();
            names.clear();
        }
        online.add(node);
        // It says so when it starts.
        heard.put(node, world.marks.getOrDefault(node, CopyMark.NONE));
        brought.put(node, world.marks.getOrDefault(node, CopyMark.NONE));
        changed();
        if (!active() && online.size() == world.count()) {
            activate();
        }
        return Optional.empty();
    }

    /** The counters decide. */
    void activate() {
        if (active() || online.isEmpty()) {
            return;
        }
        activation = new Object();
        world.tell("active");
        world.copies.activate(lost, online);
    }

    /** Nodes that stay up have in memory what they had. */
    void deactivate() {
        activation = null;
        world.tell("inactive");
        held = false;
        serving.clear();
        Arrays.fill(lost, false);
    }

    private boolean active() {
        return activation != null;
    }

    private boolean isOpen(int node) {
        return doors.containsKey(node) && doors.get(node).isOpen();
    }

    private List<Integer> ready() {
        return online.stream().filter(this::isOpen).toList();
    }

    private void door(int node) {
        Object now = activation;
        if (now != null) {
            doors.computeIfAbsent(node, first -> new Door(() -> activation)).open(now);
        }
    }

    boolean opened() {
        return !ready().isEmpty();
    }

    boolean anyLost() {
        return ReturningCopies.any(lost);
    }

    /** What a backend does when it starts: {@link Opening}. False where it must not. */
    boolean open() {
        List<Integer> waiting = online.stream().filter(node -> !isOpen(node)).toList();
        if (!active() || waiting.isEmpty()) {
            return true;
        }
        if (serving.isEmpty() && !CopyMark.missing(known(), withMarks()).isEmpty()) {
            deactivate();
            return false;
        }
        CopyMark newest = newest();
        online.forEach(node -> hear(node, newest));
        waiting.forEach(guests::remove);
        if (!serving.isEmpty()) {
            guests.addAll(waiting);
        }
        waiting.forEach(this::door);
        return true;
    }

    private CopyMark newest() {
        List<CopyMark> all = new ArrayList<>(known());
        online.stream().filter(heard::containsKey).forEach(node -> all.add(heard.get(node)));
        return CopyMark.newest(all);
    }

    private boolean hasQuorum() {
        return online.size() >= world.quorum;
    }

    /** What {@link CopyMarks} does after each change, on some of the nodes where it is interrupted. */
    void renew(int reached) {
        if (!opened() || !hasQuorum()) {
            return;
        }
        if (world.quorum == 1
                && serving.isEmpty()
                && guests.containsAll(ready())
                && !CopyMark.missing(known(), withMarks()).isEmpty()) {
            world.tell("guests only");
            return;
        }
        CopyMark known = newest();
        Set<String> unfilled = new TreeSet<>();
        online.stream().filter(node -> !world.copies.whole(lost, node)).forEach(node -> unfilled.add(world.name(node)));
        for (int node : online) {
            if ((reached & 1 << node) != 0) {
                CopyMark mark = CopyMark.renew(
                                world.marks.getOrDefault(node, CopyMark.NONE),
                                known,
                                this::since,
                                alive -> alive.size() >= world.quorum,
                                anyLost(),
                                unfilled,
                                now())
                        .orElseThrow();
                world.marks.put(node, mark);
                hear(node, CopyMark.newest(List.of(known, mark)));
                serving.add(node);
            }
        }
        CopyMark agreed = CopyMark.newest(known());
        held = agreed.needed().containsAll(alive())
                && known().size() == online.size()
                && known().stream().allMatch(agreed::same);
    }

    private void hear(int node, CopyMark mark) {
        heard.merge(node, mark, (old, next) -> CopyMark.newest(List.of(old, next)));
    }

    /** Nodes hear that all hold what they hold, some of them where that is interrupted. */
    void agree(int reached) {
        for (int node : held ? online : List.<Integer>of()) {
            if ((reached & 1 << node) != 0) {
                CopyMark agreed = world.marks.getOrDefault(node, CopyMark.NONE).agreed();
                world.marks.put(node, agreed);
                hear(node, agreed);
            }
        }
    }

    /** Whether it was acknowledged. */
    boolean write() {
        if (held && hasQuorum()) {
            world.copies.write(lost, online);
        }
        return held && hasQuorum();
    }

    void fill(BiPredicate<Integer, Integer> some) {
        if (active()) {
            world.copies.fill(lost, online, some);
        }
    }

    /** What {@link LostPartitions} does when it has found all of the newest mark, with their disks. */
    boolean newestAreHere() {
        return opened()
                && CopyMark.missing(known(), withMarks()).isEmpty()
                && online.stream().noneMatch(world::isWiped);
    }

    void reset() {
        world.copies.reset(lost, online);
    }

    /** Nothing older than what was acknowledged is served (P2). */
    Optional<String> stale() {
        return opened() && hasQuorum() ? world.copies.stale(lost, online) : Optional.empty();
    }

    boolean servesAll() {
        return opened() && held && !anyLost();
    }

    /** All disks are known to be those that were there. */
    boolean isWhole() {
        return active() && online.stream().allMatch(node -> world.copies.whole(lost, node));
    }

    @Override
    public String toString() {
        return online + (active() ? " active" : "") + (anyLost() ? " lost" : "");
    }
}
