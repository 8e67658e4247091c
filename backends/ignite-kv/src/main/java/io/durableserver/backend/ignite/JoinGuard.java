package io.durableserver.backend.ignite;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentMap;
import org.apache.ignite.Ignite;

/**
 * Says whether a node may join, on the node that is asked by Ignite: the oldest one. Not from another side of a split, and in the right
 * order only while partitions are lost. It remembers whom it let in, since it hears of the next one before it hears that the last one
 * has joined. Does not block.
 */
final class JoinGuard {
    /** A join that has led to nothing until then has failed. */
    private static final long PENDING_NANOS = 30_000_000_000L;

    private record Entered(long nanos, boolean seen, CopyMark.Away since) {}

    private final Map<String, Entered> entered = new TreeMap<>();

    /**
     * What the node that is asked knows.
     *
     * @param topology the server nodes of the cluster
     * @param baseline those that are meant to have records; no other node has copies
     * @param pairs whether no record is known to have more than two copies; only asked while something is lost
     * @param mark the newest that is known, also to the node that joins, with what has been seen since
     * @param side whether the node that joins was where this cluster was not
     */
    record View(
            Set<String> topology,
            Set<String> baseline,
            boolean nothingIsLost,
            boolean pairs,
            CopyMark mark,
            OtherSide side) {
        static View of(Ignite ignite, String cacheName, CopyMark said, List<CopyMark> brought) {
            Set<String> baseline = IgniteInternals.baseline(ignite);
            CopyMark heard = known(MarkTask.heard(ignite, cacheName), brought);
            CopyMark newest = CopyMark.newest(List.of(heard, said));
            long now = IgniteInternals.topologyVersion(ignite);
            Seen seen = MarkTask.seen(ignite, newest, now);
            boolean nothingIsLost = LostLook.nothingIsLost(ignite, cacheName);
            return new View(
                    IgniteInternals.servers(ignite),
                    baseline,
                    nothingIsLost,
                    !nothingIsLost && IgniteInternals.hasPairs(ignite, cacheName),
                    newest.whileLost(seen).of(baseline),
                    IgniteInternals.active(ignite)
                            ? IgniteInternals.moment(ignite, now)
                                    .map(moment -> OtherSide.of(heard, said, moment))
                                    .orElse(OtherSide.NONE)
                            : OtherSide.NONE);
        }
    }

    /**
     * Why a node must not join now; empty when it may, which is remembered.
     *
     * @param said what it remembers itself
     * @param brought what the nodes that are here remembered when they joined: the node that let one in may be gone since
     */
    static Optional<String> refuse(
            Ignite ignite, String cacheName, String joining, CopyMark said, List<CopyMark> brought) {
        ConcurrentMap<String, Object> local = ignite.cluster().nodeLocalMap();
        JoinGuard guard = (JoinGuard) local.computeIfAbsent("durable-" + cacheName + ".guard", key -> new JoinGuard());
        Optional<String> reason = guard.refuse(joining, View.of(ignite, cacheName, said, brought), System.nanoTime());
        if (reason.isPresent()) {
            keptOut(ignite, joining);
        }
        return reason;
    }

    /** The newest mark that is known here: to the node that is asked, or brought along by any that is here. */
    static CopyMark known(CopyMark heard, Collection<CopyMark> brought) {
        List<CopyMark> all = new ArrayList<>(brought);
        all.add(heard);
        return CopyMark.newest(all);
    }

    /** Other stores may have let it in a moment ago. */
    static void keptOut(Ignite ignite, String joining) {
        ignite.cluster().<String, Object>nodeLocalMap().values().forEach(other -> {
            if (other instanceof JoinGuard one) {
                one.keptOut(joining);
            }
        });
    }

    synchronized Optional<String> refuse(String joining, View view, long nanos) {
        if (view.nothingIsLost()) {
            entered.keySet().removeAll(view.topology());
        }
        forget(view.topology(), nanos);
        if (!view.baseline().contains(joining)) {
            return Optional.empty();
        }
        Set<String> here = new TreeSet<>(view.topology());
        here.addAll(entered.keySet());
        Map<String, CopyMark.Away> back = new TreeMap<>();
        view.mark().away().forEach((name, since) -> {
            if (since.here() && view.topology().contains(name)) {
                back.put(name, since);
            }
        });
        entered.forEach((name, one) -> back.put(name, one.since()));
        Optional<String> reason = view.side().refuse(joining, view.topology());
        if (reason.isPresent()) {
            return reason;
        }
        reason = view.nothingIsLost()
                ? Optional.empty()
                : ReturnOrder.refuse(joining, view.mark(), here, back, view.pairs());
        if (reason.isEmpty()) {
            entered.put(joining, new Entered(nanos, false, view.mark().since(joining)));
        }
        return reason;
    }

    /** Another store does not let it in. */
    synchronized void keptOut(String joining) {
        entered.computeIfPresent(joining, (name, one) -> one.seen() ? one : null);
    }

    private void forget(Set<String> topology, long nanos) {
        entered.entrySet().removeIf(one -> {
            boolean here = topology.contains(one.getKey());
            return !here && (one.getValue().seen() || nanos - one.getValue().nanos() > PENDING_NANOS);
        });
        entered.replaceAll((name, one) -> topology.contains(name) ? new Entered(one.nanos(), true, one.since()) : one);
    }
}
