package io.durableserver.ignite.split;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.around.Outskirts;
import io.durableserver.ignite.start.EmbeddedConfiguration;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCompute;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.configuration.CacheConfiguration;
import org.apache.ignite.configuration.DataRegionConfiguration;
import org.apache.ignite.configuration.DataStorageConfiguration;
import org.apache.ignite.plugin.PluginProvider;
import org.jspecify.annotations.Nullable;

/**
 * One call of an operator that gives up a side of a split. The sides share no store and no cluster, so a client visits the other side:
 * all nodes of this side promise to keep it, all of the other to give it up, and then those are told to go. Blocks.
 */
public final class SideLoss {
    private static final long ANSWER_MILLIS = 10_000;

    private final EmbeddedNode settings;
    private final Ignite ignite;
    private final Standing standing;
    private final Supplier<PluginProvider<?>> passive;
    private final Consumer<RuntimeEvent> facts;
    private final String call = UUID.randomUUID().toString();
    /** Whether the first node may have been told to go: nothing can be taken back then. */
    private boolean told;

    /** @param passive makes what stands in for the plugin on a client */
    public SideLoss(
            EmbeddedNode settings,
            Ignite ignite,
            Standing standing,
            Supplier<PluginProvider<?>> passive,
            Consumer<RuntimeEvent> facts) {
        this.settings = settings;
        this.passive = passive;
        this.facts = facts;
        this.ignite = ignite;
        this.standing = standing;
    }

    public void giveUp(Set<String> names, boolean serves) {
        Set<String> given = new TreeSet<>(names);
        try {
            checkNames(given);
            checkKept(serves);
            try {
                agree(SideCall.KEEP, ask(ignite, task(SideTask.Step.KEEP, given)));
                visit(given);
            } finally {
                release(ignite, given);
            }
        } catch (IgniteException | IllegalStateException | CompletionException failure) {
            // Such as: this node was cut off meanwhile.
            throw told
                    ? unknown(given, Map.of("failure", failure), failure)
                    : new NotAppliedException(
                            NotAppliedException.Reason.NOT_READY,
                            "The sides cannot be asked now, and nothing was given up",
                            Map.of("names", given),
                            failure);
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
        List<String> places = answering(names);
        Visitor visitor = new Visitor(settings, passive, facts);
        Set<String> others = new TreeSet<>();
        boolean done = visitor.visit(places, (place, other) -> {
                    Set<String> there = new TreeSet<>(Standing.names(other));
                    if (there.equals(names)) {
                        giveUp(names, other);
                        return Optional.of(true);
                    }
                    others.add(there.toString());
                    return Optional.empty();
                })
                .isPresent();
        if (done) {
            return;
        }
        if (!others.isEmpty()) {
            throw invalid(names, "all nodes of the other side, which are " + String.join(" or ", others));
        }
        throw new NotAppliedException(
                NotAppliedException.Reason.NOT_READY,
                "The other side cannot be visited, and nothing was given up",
                Map.of("names", names, "addresses", places),
                visitor.closed().values().stream().findFirst().orElse(null));
    }

    private void giveUp(Set<String> names, Ignite other) {
        try {
            for (SideCall next : SideCall.THERE) {
                SideTask task = task(next.step, names);
                told |= next == SideCall.GO;
                Map<String, String> answers = ask(next.ours ? ignite : other, task);
                if (next == SideCall.GO) {
                    gone(names, answers);
                } else {
                    agree(next, answers);
                }
            }
        } finally {
            if (!told) {
                release(other, names);
            }
        }
    }

    /** The places at which a node answers: those of the named nodes, before all others. */
    private List<String> answering(Set<String> names) {
        List<String> peers = EmbeddedConfiguration.addresses(settings);
        Outskirts outskirts = standing.outskirts();
        Set<String> answering = outskirts.answering(peers).toCompletableFuture().join();
        if (answering.isEmpty()) {
            throw invalid(
                    names,
                    "nodes of a side that answers: at the places of lost nodes and at peers " + peers
                            + " nobody answers who is not in this cluster. There is no split, or they are down or out of reach");
        }
        Set<String> first = outskirts.memory().places(names);
        List<String> ordered = new ArrayList<>(answering);
        ordered.sort(Comparator.comparing(place -> !first.contains(place)));
        return ordered;
    }

    private void gone(Set<String> names, Map<String, String> answers) {
        Map<String, String> not = new TreeMap<>(answers);
        not.values().removeIf(String::isEmpty);
        if (!not.isEmpty()) {
            throw unknown(names, Map.of("notConfirmed", not), null);
        }
        facts.accept(new ClusterEvent.SideDismissed(settings.name(), names.toString()));
    }

    private static OutcomeUnknownException unknown(
            Set<String> names, Map<String, ?> more, @Nullable Throwable failure) {
        Map<String, Object> context = new TreeMap<>(more);
        context.put("names", names);
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.OWNER_LOST,
                "Some nodes of the side that is given up did not confirm that they go",
                context,
                failure);
    }

    private void agree(SideCall asked, Map<String, String> answers) {
        Map<String, String> against = new TreeMap<>(answers);
        against.values().removeIf(String::isEmpty);
        if (against.isEmpty()) {
            return;
        }
        boolean passes = against.values().stream().allMatch(SideVote::passes);
        String text = "Not every node " + asked.what + ", and nothing was given up";
        throw passes ? busy(text, Map.of("answers", against)) : refused(text, Map.of("answers", against));
    }

    private static NotAppliedException busy(String text, Map<String, ?> context) {
        return new NotAppliedException(NotAppliedException.Reason.NOT_READY, text, context);
    }

    private static ConfigurationException refused(String text, Map<String, ?> context) {
        return new ConfigurationException(ConfigurationException.Reason.NOT_ALLOWED_HERE, text, context);
    }

    private SideTask task(SideTask.Step step, Set<String> names) {
        Outskirts outskirts = standing.outskirts();
        return new SideTask(
                step, call, names, outskirts.clusters(), new KeptSide(Standing.names(ignite), outskirts.places()));
    }

    /** The call is over. A node that does not hear of it is free when its promise ends by itself. */
    private void release(Ignite cluster, Set<String> names) {
        try {
            ask(cluster, task(SideTask.Step.RELEASE, names));
        } catch (IgniteException | IllegalStateException left) {
            // Said above: the promise ends by itself.
        }
    }

    /** What each node of a cluster answers: why not, and empty for yes. */
    private Map<String, String> ask(Ignite cluster, SideTask task) {
        Map<String, String> answers = new TreeMap<>();
        List<ClusterNode> nodes = new ArrayList<>(cluster.cluster().forServers().nodes());
        for (ClusterNode node : nodes) {
            String answer;
            try {
                IgniteCompute there =
                        cluster.compute(cluster.cluster().forNode(node)).withNoFailover();
                answer = there.withTimeout(ANSWER_MILLIS).call(task);
            } catch (RuntimeException failure) {
                facts.accept(
                        new ClusterEvent.SideSilent(settings.name(), String.valueOf(node.consistentId()), failure));
                answer = SideVote.NO_ANSWER + failure.getMessage();
            }
            answers.put(String.valueOf(node.consistentId()), answer);
        }
        return answers;
    }
}
