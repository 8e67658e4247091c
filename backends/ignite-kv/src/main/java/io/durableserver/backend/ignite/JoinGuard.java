package io.durableserver.backend.ignite;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentMap;
import org.apache.ignite.Ignite;
import org.apache.ignite.cluster.ClusterNode;

/**
 * Says whether a node may join while partitions are lost, on the node that is asked by Ignite: the oldest one. It remembers whom it
 * let in, since it hears of the next one before it hears that the last one has joined. Does not block.
 */
final class JoinGuard {
    /** A join that has led to nothing until then has failed. */
    private static final long PENDING_NANOS = 30_000_000_000L;

    private record Entered(long nanos, boolean seen, CopyMark.Away since) {}

    private final String cacheName;
    private final Map<String, Entered> entered = new TreeMap<>();

    private JoinGuard(String cacheName) {
        this.cacheName = cacheName;
    }

    static JoinGuard of(Ignite ignite, String cacheName) {
        ConcurrentMap<String, JoinGuard> local = ignite.cluster().nodeLocalMap();
        return local.computeIfAbsent("durable-" + cacheName + ".guard", key -> new JoinGuard(cacheName));
    }

    /**
     * Why a node must not join now; empty when it may, which is remembered.
     *
     * @param said what it remembers itself
     */
    synchronized Optional<String> refuse(Ignite ignite, String joining, CopyMark said, long nanos) {
        Set<String> topology = new TreeSet<>();
        for (ClusterNode server : ignite.cluster().forServers().nodes()) {
            topology.add(String.valueOf(server.consistentId()));
        }
        boolean nothingIsLost = IgniteInternals.nothingIsLost(ignite, cacheName);
        if (nothingIsLost) {
            entered.keySet().removeAll(topology);
        }
        forget(topology, nanos);
        CopyMark mark = CopyMark.newest(List.of(MarkTask.heard(ignite, cacheName), said))
                .of(IgniteInternals.baseline(ignite));
        Set<String> here = new TreeSet<>(topology);
        here.addAll(entered.keySet());
        Map<String, CopyMark.Away> back = new TreeMap<>();
        mark.away().forEach((name, since) -> {
            if (since.here() && topology.contains(name)) {
                back.put(name, since);
            }
        });
        entered.forEach((name, one) -> back.put(name, one.since()));
        Optional<String> reason = nothingIsLost ? Optional.empty() : ReturnOrder.refuse(joining, mark, here, back);
        if (reason.isEmpty()) {
            entered.put(joining, new Entered(nanos, false, mark.since(joining)));
        }
        return reason;
    }

    private void forget(Set<String> topology, long nanos) {
        entered.entrySet().removeIf(one -> {
            boolean here = topology.contains(one.getKey());
            return !here && (one.getValue().seen() || nanos - one.getValue().nanos() > PENDING_NANOS);
        });
        entered.replaceAll((name, one) -> topology.contains(name) ? new Entered(one.nanos(), true, one.since()) : one);
    }
}
