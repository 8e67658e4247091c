package io.durableserver.backend.ignite;

import io.durableserver.NotAppliedException;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.StoreFacts;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import org.apache.ignite.Ignite;

/**
 * The {@link ClusterSize} of a cluster as one node knows it. The nodes keep it on their disks; what a configuration says is only what a
 * new cluster begins with. Thread-safe.
 */
final class ClusterSizes {
    private final Ignite ignite;
    private final String cacheName;
    private final int configured;
    private final boolean stored;
    private final ConcurrentMap<String, ClusterSize> local;
    private final StoreFacts facts;
    private volatile String told = "";

    /**
     * Nothing is asked yet.
     *
     * @param configured what the configuration of this node says, 0 for nothing
     * @param stored whether the nodes have disks to keep it on; if not, the configuration counts
     */
    ClusterSizes(Ignite ignite, String cacheName, int configured, boolean stored, StoreFacts facts) {
        this.ignite = ignite;
        this.cacheName = cacheName;
        this.configured = configured;
        this.stored = stored;
        this.facts = facts;
        this.local = ignite.cluster().nodeLocalMap();
    }

    /** What counts now; empty where there is no rule. */
    Optional<ClusterSize> now() {
        return stored
                ? Optional.ofNullable(local.get(SizeTask.key(cacheName)))
                : configured == 0 ? Optional.empty() : Optional.of(ClusterSize.first(configured));
    }

    /**
     * All nodes that are here remember the newest of what they know, and a new cluster what this node is configured with. Answers
     * whether they do. Blocks.
     */
    boolean agree() {
        if (!stored) {
            return true;
        }
        Map<String, Optional<ClusterSize>> known = ask(ignite, SizeTask.read(cacheName));
        Optional<ClusterSize> newest = newest(known);
        if (newest.isEmpty() && configured > 0 && isMeant(known.keySet())) {
            newest = Optional.of(ClusterSize.first(configured));
        }
        if (newest.isEmpty()) {
            ignite.cluster().<String, Boolean>nodeLocalMap().put(none(cacheName), true);
            return true;
        }
        if (!known.values().stream().allMatch(newest::equals)) {
            known = ask(ignite, SizeTask.spread(cacheName, newest.get()));
            newest = newest(known);
        }
        ClusterSize agreed = newest.orElseThrow();
        SizeTask.keep(local, cacheName, agreed);
        tell(agreed);
        return known.values().stream().allMatch(newest::equals);
    }

    /** Whether a node has asked all others, and none knew how many they are meant to be. Does not block. */
    static boolean knownToBeNone(Ignite node, String cacheName) {
        ConcurrentMap<String, Object> local = node.cluster().nodeLocalMap();
        return local.containsKey(none(cacheName)) && !local.containsKey(SizeTask.key(cacheName));
    }

    private static String none(String cacheName) {
        return "durable-" + cacheName + ".size.none";
    }

    private static Optional<ClusterSize> newest(Map<String, Optional<ClusterSize>> known) {
        return ClusterSize.newest(
                known.values().stream().flatMap(Optional::stream).toList());
    }

    /** A node that was only just started has no say in how a cluster that serves without a rule goes on. */
    private boolean isMeant(Set<String> here) {
        Set<String> baseline = IgniteInternals.baseline(ignite);
        String self = String.valueOf(ignite.cluster().localNode().consistentId());
        return baseline.isEmpty() || (baseline.contains(self) && here.contains(self));
    }

    /** Tells once what is not as it should be. */
    private void tell(ClusterSize agreed) {
        String text =
                advice(agreed, configured, IgniteInternals.baseline(ignite).size());
        if (!text.isEmpty() && !text.equals(told)) {
            facts.tell((store, cache) -> new StoreEvent.SizeDiffers(store, cache, text));
        }
        told = text;
    }

    /** What an operator should change; empty where all is as it should be. */
    static String advice(ClusterSize agreed, int configured, int nodes) {
        if (agreed.changing()) {
            return "The change of expectedNodes from " + agreed.expected() + " to " + agreed.pending()
                    + " is not done: both count until IgniteKv.changeExpectedNodes is called again";
        }
        if (configured != agreed.expected()) {
            return "This node is configured with "
                    + (configured == 0 ? "no expectedNodes" : "expectedNodes(" + configured + ")")
                    + " and its cluster has stored " + agreed.expected() + ", which counts: configure expectedNodes("
                    + agreed.expected() + "), or change the stored number with IgniteKv.changeExpectedNodes";
        }
        return nodes <= agreed.expected()
                ? ""
                : "The baseline has " + nodes + " nodes and expectedNodes is " + agreed.expected() + ": "
                        + agreed.quorum(nodes) + " of them have to be there to write. Raise the number with"
                        + " IgniteKv.changeExpectedNodes, before any node is taken out of the baseline";
    }

    /** What each server node remembers. Throws {@link NotAppliedException} where a node cannot know that, and ends. Blocks. */
    static Map<String, Optional<ClusterSize>> ask(Ignite ignite, SizeTask task) {
        Map<String, Optional<ClusterSize>> known = new HashMap<>();
        Collection<List<String>> answers =
                ignite.compute(ignite.cluster().forServers()).broadcast(task);
        FileTrouble.check(task.cacheName(), answers);
        for (List<String> answer : answers) {
            known.put(
                    answer.get(0),
                    answer.size() < 2
                            ? Optional.empty()
                            : Optional.of(ClusterSize.parse(answer.subList(1, answer.size()))));
        }
        return known;
    }
}
