package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.spi.StoreEvent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.ignite.Ignite;
import org.apache.ignite.cluster.BaselineNode;
import org.apache.ignite.cluster.ClusterState;

/** An operator's word that the newest records are gone. */
final class LossAcceptance {
    private LossAcceptance() {}

    static void accept(Ignite ignite, String cacheName, Set<String> nodes) {
        Answers answers = CopyMarks.ask(ignite, MarkTask.read(cacheName));
        boolean lost = IgniteInternals.partitionsLost(ignite, cacheName);
        Set<String> missing = lost ? answers.away() : answers.missing();
        refuse(nodes, missing, lost ? DiskMark.absent(ignite, cacheName) : Set.of())
                .ifPresent(reason -> {
                    throw reason;
                });
        try {
            CopyMarks.ask(ignite, MarkTask.accept(cacheName, answers.newest(), nodes));
        } catch (NotAppliedException broken) {
            throw new OutcomeUnknownException(
                    OutcomeUnknownException.Reason.AMBIGUOUS_WRITE,
                    "Not all nodes that are here remember that the loss was accepted: call again",
                    Map.of("cache", cacheName, "nodes", missing),
                    broken);
        }
        if (!ignite.cluster().state().active()) {
            ignite.cluster().state(ClusterState.ACTIVE);
        }
        // So that what comes back is none of the copies any more.
        leaveBaseline(ignite, nodes);
        OpenFacts.of(ignite, cacheName)
                .ifPresent(facts ->
                        facts.tell((store, cache) -> new StoreEvent.LossAccepted(store, cache, missing.toString())));
    }

    /**
     * Why a call must not do anything.
     *
     * @param nodes that are named
     * @param missing the nodes that may have the newest records and are not here
     * @param absent those that are here without their disks while partitions are lost: Ignite would take their empty copies
     */
    static Optional<ConfigurationException> refuse(Set<String> nodes, Set<String> missing, Set<String> absent) {
        Set<String> all = new TreeSet<>(missing);
        all.addAll(absent);
        if (!nodes.isEmpty() && all.equals(nodes) && absent.isEmpty()) {
            return Optional.empty();
        }
        String bound = all.isEmpty()
                ? "empty: no node is missing that may have newer records"
                : "the nodes that are missing and may have the newest records, " + all
                        + (absent.isEmpty() ? "" : "; stop " + absent + " first, which are here without their disks");
        return Optional.of(ConfigurationException.option("nodes", new TreeSet<>(nodes), bound));
    }

    private static void leaveBaseline(Ignite ignite, Set<String> nodes) {
        Collection<BaselineNode> baseline = ignite.cluster().currentBaselineTopology();
        if (baseline == null) {
            return;
        }
        Set<String> here = ignite.cluster().forServers().nodes().stream()
                .map(node -> String.valueOf(node.consistentId()))
                .collect(Collectors.toSet());
        List<BaselineNode> left = baseline.stream()
                .filter(node -> here.contains(String.valueOf(node.consistentId()))
                        || !nodes.contains(String.valueOf(node.consistentId())))
                .toList();
        if (left.size() < baseline.size()) {
            ignite.cluster().setBaselineTopology(left);
        }
    }
}
