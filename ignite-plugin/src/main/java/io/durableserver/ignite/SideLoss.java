package io.durableserver.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCompute;
import org.apache.ignite.IgniteException;
import org.apache.ignite.Ignition;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.configuration.CacheConfiguration;
import org.apache.ignite.configuration.DataRegionConfiguration;
import org.apache.ignite.configuration.DataStorageConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of an operator that gives up a side of a split. The sides share no store and no cluster, so a client visits the other side:
 * all nodes of this side promise to keep it, all of the other to give it up, and then those are told to go. Blocks.
 */
final class SideLoss {
    private static final Logger LOG = LoggerFactory.getLogger(SideLoss.class);
    private static final long JOIN_MILLIS = 20_000;
    private static final long ANSWER_MILLIS = 10_000;

    private final EmbeddedNode settings;
    private final Ignite ignite;
    private final Standing standing;
    private final String call = UUID.randomUUID().toString();

    SideLoss(EmbeddedNode settings, Ignite ignite, Standing standing) {
        this.settings = settings;
        this.ignite = ignite;
        this.standing = standing;
    }

    void giveUp(Set<String> names, boolean serves) {
        Set<String> given = new TreeSet<>(names);
        checkNames(given);
        checkKept(serves);
        try {
            agree(ask(ignite, SideTask.Step.KEEP, given), "keeps its side");
            visit(given);
        } finally {
            ask(ignite, SideTask.Step.RELEASE, given);
        }
    }

    private void checkNames(Set<String> names) {
        if (names.isEmpty()) {
            throw invalid(names, "the names of all nodes of the side to give up");
        }
        List<String> here = Standing.names(ignite);
        List<String> ours = names.stream().filter(here::contains).toList();
        if (!ours.isEmpty()) {
            throw invalid(
                    names,
                    "nodes of another side; " + ours + " are in the cluster of this node, " + settings.name()
                            + ": the call belongs on a node of the side that is kept");
        }
    }

    private static ConfigurationException invalid(Collection<String> names, String bound) {
        return ConfigurationException.option("names", names, bound);
    }

    /** A side that serves nothing, or lacks data that only the other has, is not the one to keep. */
    private void checkKept(boolean serves) {
        if (!settings.persistence()) {
            throw refused("Nothing is stored on the disks of these nodes: a split of them heals by itself", Map.of());
        }
        if (!serves) {
            throw busy("This side does not serve, so it is not the one to keep", Map.of("node", settings.name()));
        }
        Map<String, Collection<Integer>> lost = new TreeMap<>();
        for (String cache : ignite.cacheNames()) {
            Collection<Integer> partitions = ignite.cache(cache).lostPartitions();
            if (!partitions.isEmpty() && isStored(cache)) {
                lost.put(cache, partitions);
            }
        }
        if (!lost.isEmpty()) {
            throw refused(
                    "Partitions of this side are only on the other one: what was stored there before the split would be"
                            + " lost too. Give up this side instead, or accept that loss first with control.sh --cache"
                            + " reset_lost_partitions",
                    Map.of("partitions", lost));
        }
    }

    @SuppressWarnings("unchecked") // the configuration's own type parameters
    private boolean isStored(String cache) {
        DataStorageConfiguration storage = ignite.configuration().getDataStorageConfiguration();
        CacheConfiguration<?, ?> shape = ignite.cache(cache).getConfiguration(CacheConfiguration.class);
        String region = shape.getDataRegionName();
        DataRegionConfiguration[] regions = storage == null ? null : storage.getDataRegionConfigurations();
        for (DataRegionConfiguration one : regions == null ? new DataRegionConfiguration[0] : regions) {
            if (one.getName().equals(region)) {
                return one.isPersistenceEnabled();
            }
        }
        return false;
    }

    private void visit(Set<String> names) {
        Set<String> places = answering(names);
        String visitor = settings.name() + "-visits-" + call.substring(0, 8);
        DurableServerPluginProvider passive = new DurableServerPluginProvider();
        passive.setServers(List.of());
        try (Ignite other = IgniteHook.without(() -> Ignition.start(
                EmbeddedConfiguration.visitor(settings, visitor, passive, List.copyOf(places), JOIN_MILLIS)))) {
            checkOther(names, other);
            boolean going = false;
            try {
                agree(ask(other, SideTask.Step.GIVE_UP, names), "gives up its side");
                going = true;
                go(names, ask(other, SideTask.Step.GO, names));
            } finally {
                if (!going) {
                    ask(other, SideTask.Step.RELEASE, names);
                }
            }
        } catch (IgniteException unreachable) {
            throw new NotAppliedException(
                    NotAppliedException.Reason.NOT_READY,
                    "The other side cannot be visited, and nothing was given up",
                    Map.of("names", names, "addresses", places),
                    unreachable);
        }
    }

    private Set<String> answering(Set<String> names) {
        List<String> more = EmbeddedConfiguration.addresses(settings).stream()
                .flatMap(peer -> Company.parse(peer).stream())
                .map(DiscoveryPlaces::text)
                .toList();
        Set<String> places =
                standing.outskirts().answering(more).toCompletableFuture().join();
        if (places.isEmpty()) {
            throw invalid(
                    names,
                    "nodes of a side that answers: at the places of lost nodes and at peers " + more
                            + " nobody answers who is not in this cluster. There is no split, or they are down or out of reach");
        }
        return places;
    }

    private void checkOther(Set<String> names, Ignite other) {
        Set<String> there = new TreeSet<>(Standing.names(other));
        if (!there.equals(names)) {
            throw invalid(names, "all nodes of the other side, which are " + there);
        }
        if (there.stream().anyMatch(Standing.names(ignite)::contains)) {
            throw busy("The other side has joined this one", Map.of("names", names));
        }
    }

    private void go(Set<String> names, Map<String, String> answers) {
        Map<String, String> not = new TreeMap<>(answers);
        not.values().removeIf(String::isEmpty);
        if (!not.isEmpty()) {
            throw new OutcomeUnknownException(
                    OutcomeUnknownException.Reason.OWNER_LOST,
                    "Some nodes of the side that is given up did not confirm that they go",
                    Map.of("names", names, "notConfirmed", not));
        }
        LOG.warn("{} gave up the side of nodes {}: they leave, and join this one", settings.name(), names);
    }

    private void agree(Map<String, String> answers, String what) {
        Map<String, String> against = new TreeMap<>(answers);
        against.values().removeIf(String::isEmpty);
        if (against.isEmpty()) {
            return;
        }
        boolean passes = against.values().stream().allMatch(SideVote::passes);
        String text = "Not every node " + what + ", and nothing was given up";
        throw passes ? busy(text, Map.of("answers", against)) : refused(text, Map.of("answers", against));
    }

    private static NotAppliedException busy(String text, Map<String, ?> context) {
        return new NotAppliedException(NotAppliedException.Reason.NOT_READY, text, context);
    }

    private static ConfigurationException refused(String text, Map<String, ?> context) {
        return new ConfigurationException(ConfigurationException.Reason.NOT_ALLOWED_HERE, text, context);
    }

    /** What each node of a cluster answers: why not, and empty for yes. */
    private Map<String, String> ask(Ignite cluster, SideTask.Step step, Set<String> names) {
        SideTask task = new SideTask(
                step,
                call,
                names,
                standing.outskirts().clusters(),
                standing.outskirts().places());
        Map<String, String> answers = new TreeMap<>();
        List<ClusterNode> nodes = new ArrayList<>(cluster.cluster().forServers().nodes());
        for (ClusterNode node : nodes) {
            String answer;
            try {
                IgniteCompute there =
                        cluster.compute(cluster.cluster().forNode(node)).withNoFailover();
                answer = there.withTimeout(ANSWER_MILLIS).call(task);
            } catch (RuntimeException failure) {
                LOG.warn("{} of {} does not answer {}", node.consistentId(), settings.name(), step, failure);
                answer = SideVote.NO_ANSWER + failure.getMessage();
            }
            answers.put(String.valueOf(node.consistentId()), answer);
        }
        return answers;
    }
}
