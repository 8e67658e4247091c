package io.durableserver.ignite.join;

import io.durableserver.ConfigurationException;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.ignite.membership.NodeAttributes;
import io.durableserver.spi.BackendFactory;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.Throttle;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.ignite.Ignite;
import org.apache.ignite.cluster.ClusterNode;

/** Which nodes may be in one cluster: a pure function of their attributes, and what their stores say. */
public final class JoinRules {
    /** How every refusal begins. */
    public static final String REFUSED = "DurableServer: different ";

    /** How a refusal by a store begins, which may not hold any more some time later. */
    public static final String NOT_NOW = "DurableServer: not now: ";

    /** How a refusal by a store begins for which the joining node has to be configured in another way. */
    public static final String CONFIGURE = "DurableServer: configure ";

    /** The prefixes of which it was told that nobody asks their stores; once is enough. */
    private static final Set<String> UNGUARDED = ConcurrentHashMap.newKeySet();

    /** A node that is kept out asks again each second; once a minute is enough. */
    private static final Throttle.PerKey REFUSALS = new Throttle.PerKey(Duration.ofMinutes(1));

    private static final String PERMITTED = " (allowMixedTypeVersions permits it)";

    private JoinRules() {}

    /**
     * What a check says; where it fails, that the node must not join now. Discovery calls it: a failure that got there would end the
     * node that was asked.
     */
    public static Optional<String> whole(
            Supplier<Optional<String>> check, String node, ClusterNode joining, Consumer<RuntimeEvent> facts) {
        String member = String.valueOf(joining.consistentId());
        try {
            Optional<String> reason = check.get();
            reason.filter(text -> REFUSALS.allows(node + " " + member, System.nanoTime()))
                    .ifPresent(text -> facts.accept(new ClusterEvent.JoinRefused(node, member, text)));
            return reason;
        } catch (RuntimeException | LinkageError | AssertionError failure) {
            facts.accept(new ClusterEvent.JoinUndecided(node, member, failure));
            return Optional.of(
                    NOT_NOW + "it cannot be said whether node " + joining.consistentId() + " may join: " + failure);
        }
    }

    /** The prefixes of nodes whose stores have something to say about joins, and that this node does not host: it cannot ask these. */
    static Set<String> unguarded(Collection<ClusterNode> nodes, Iterable<DurableServersConfig> configs) {
        Set<String> prefixes = new TreeSet<>();
        for (ClusterNode node : nodes) {
            for (String prefix : NodeAttributes.prefixes(node)) {
                if (!NodeAttributes.text(node, NodeAttributes.store(prefix)).isEmpty()) {
                    prefixes.add(prefix);
                }
            }
        }
        configs.forEach(config -> prefixes.remove(config.prefix()));
        return prefixes;
    }

    /** Says once of each such prefix what it means. */
    public static void tellUnguarded(
            Collection<ClusterNode> nodes,
            Iterable<DurableServersConfig> configs,
            String node,
            Consumer<RuntimeEvent> facts) {
        for (String prefix : unguarded(nodes, configs)) {
            if (UNGUARDED.add(prefix)) {
                facts.accept(new ClusterEvent.JoinUnguarded(node, prefix));
            }
        }
    }

    /**
     * Why the stores of these prefixes do not let a node in now; empty when they do.
     *
     * @param ignite of the node that is asked
     */
    public static Optional<String> refuse(
            ClusterNode joining, Iterable<DurableServersConfig> configs, Ignite ignite, Consumer<RuntimeEvent> facts) {
        if (joining.isClient()) {
            return Optional.empty();
        }
        for (DurableServersConfig config : configs) {
            // Also of a node that does not host the prefix: it may have copies of the records all the same.
            Optional<String> reason = ask(config, new Newcomer(config.prefix(), joining, ignite), facts);
            if (reason.isPresent()) {
                return reason;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> ask(DurableServersConfig config, Newcomer joining, Consumer<RuntimeEvent> facts) {
        try {
            return config.backend().refuse(joining).map(text -> NOT_NOW + config.prefix() + ": " + text);
        } catch (ConfigurationException wrong) {
            return Optional.of(CONFIGURE + config.prefix() + ": " + wrong.getMessage());
        } catch (RuntimeException | LinkageError | AssertionError failure) {
            // Thrown here it would end the discovery of this node, and so the node.
            facts.accept(new ClusterEvent.JoinUndecided(joining.ignite().name(), joining.name(), failure));
            return Optional.of(NOT_NOW + config.prefix() + ": the store cannot say whether node " + joining.name()
                    + " may join: " + failure);
        }
    }

    private record Newcomer(String prefix, ClusterNode node, Ignite ignite) implements BackendFactory.Newcomer {
        @Override
        public String name() {
            return String.valueOf(node.consistentId());
        }

        @Override
        public Optional<String> introduction() {
            return introduction(node);
        }

        @Override
        public List<String> introductionsHere() {
            return ignite.cluster().forServers().nodes().stream()
                    .map(this::introduction)
                    .flatMap(Optional::stream)
                    .toList();
        }

        private Optional<String> introduction(ClusterNode of) {
            return Optional.of(NodeAttributes.text(of, NodeAttributes.store(prefix)))
                    .filter(text -> !text.isEmpty());
        }

        @Override
        public <T> Optional<T> resource(Class<T> type) {
            return type.isInstance(ignite) ? Optional.of(type.cast(ignite)) : Optional.empty();
        }
    }

    /**
     * Why a node must not join these nodes; empty when it may.
     *
     * @param clusters the ids that their cluster has and had
     */
    public static Optional<String> refuse(ClusterNode joining, Collection<ClusterNode> present, Set<String> clusters) {
        return stranger(joining, present, clusters).or(() -> refuse(joining, present));
    }

    /** A node that served in a cluster joins no other: what they have under one prefix need not be the same (P4). */
    private static Optional<String> stranger(
            ClusterNode joining, Collection<ClusterNode> present, Set<String> clusters) {
        Set<String> theirs = NodeAttributes.clusters(joining);
        Set<String> ours = new TreeSet<>(clusters);
        present.forEach(node -> ours.addAll(NodeAttributes.clusters(node)));
        if (theirs.isEmpty() || ours.isEmpty() || !Collections.disjoint(theirs, ours)) {
            return Optional.empty();
        }
        for (String prefix : NodeAttributes.prefixes(joining)) {
            for (ClusterNode node : present) {
                if (NodeAttributes.takesPart(node, prefix)) {
                    return different(
                            "cluster (they never were one; where it is to be one with them, delete durable-clusters-"
                                    + joining.consistentId() + " in the work directory of the joining node)",
                            "prefix " + prefix,
                            joining,
                            new TreeSet<>(theirs).toString(),
                            node,
                            ours.toString());
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> refuse(ClusterNode joining, Collection<ClusterNode> present) {
        return present.stream()
                .filter(node -> !node.id().equals(joining.id()))
                .map(node -> refuse(joining, node))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> refuse(ClusterNode joining, ClusterNode present) {
        String protocol = NodeAttributes.text(joining, NodeAttributes.PROTOCOL);
        String expected = NodeAttributes.text(present, NodeAttributes.PROTOCOL);
        if (protocol.isEmpty() || expected.isEmpty()) {
            return Optional.empty();
        }
        if (!protocol.equals(expected)) {
            return different("protocol version", "all prefixes", joining, protocol, present, expected);
        }
        for (String prefix : NodeAttributes.prefixes(joining)) {
            if (NodeAttributes.takesPart(present, prefix)) {
                Optional<String> reason = refuse(prefix, joining, present);
                if (reason.isPresent()) {
                    return reason;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> refuse(String prefix, ClusterNode joining, ClusterNode present) {
        return messageCodecs(prefix, joining, present)
                .or(() -> compare(
                        "number of directory backups", NodeAttributes.backups(prefix), prefix, joining, present))
                .or(() -> mixed(prefix, joining) || mixed(prefix, present)
                        ? Optional.empty()
                        : typeVersions(prefix, joining, present)
                                .or(() -> ofTypes(
                                        "state codec", NodeAttributes.stateCodecs(prefix), prefix, joining, present)));
    }

    /** One codec for all; its revision may differ as versions of types may. */
    private static Optional<String> messageCodecs(String prefix, ClusterNode joining, ClusterNode present) {
        String value = NodeAttributes.text(joining, NodeAttributes.codec(prefix));
        String expected = NodeAttributes.text(present, NodeAttributes.codec(prefix));
        if (value.equals(expected)) {
            return Optional.empty();
        }
        if (!name(value).equals(name(expected))) {
            return different("message codec", "prefix " + prefix, joining, value, present, expected);
        }
        return mixed(prefix, joining) || mixed(prefix, present)
                ? Optional.empty()
                : different(
                        "revision of the message codec" + PERMITTED,
                        "prefix " + prefix,
                        joining,
                        value,
                        present,
                        expected);
    }

    private static String name(String codec) {
        int revision = codec.indexOf('[');
        return revision < 0 ? codec : codec.substring(0, revision);
    }

    private static boolean mixed(String prefix, ClusterNode node) {
        return Boolean.TRUE.equals(node.attribute(NodeAttributes.mixed(prefix)));
    }

    private static Optional<String> compare(
            String what, String attribute, String prefix, ClusterNode joining, ClusterNode present) {
        String value = NodeAttributes.text(joining, attribute);
        String expected = NodeAttributes.text(present, attribute);
        return value.equals(expected)
                ? Optional.empty()
                : different(what, "prefix " + prefix, joining, value, present, expected);
    }

    private static Optional<String> typeVersions(String prefix, ClusterNode joining, ClusterNode present) {
        return ofTypes("version", NodeAttributes.types(prefix), prefix, joining, present);
    }

    /** Only types that both nodes have: a node may host some types and not others. */
    private static Optional<String> ofTypes(
            String what, String attribute, String prefix, ClusterNode joining, ClusterNode present) {
        var known = TypeVersions.parse(NodeAttributes.text(present, attribute));
        return TypeVersions.parse(NodeAttributes.text(joining, attribute)).entrySet().stream()
                .filter(type ->
                        known.containsKey(type.getKey()) && !type.getValue().equals(known.get(type.getKey())))
                .findFirst()
                .flatMap(type -> different(
                        what + " of type " + type.getKey() + PERMITTED,
                        "prefix " + prefix,
                        joining,
                        type.getValue(),
                        present,
                        String.valueOf(known.get(type.getKey()))));
    }

    private static Optional<String> different(
            String what, String where, ClusterNode joining, String value, ClusterNode present, String expected) {
        return Optional.of(REFUSED + what + " for " + where + ": joining node " + joining.consistentId() + " has "
                + value + ", node " + present.consistentId() + " has " + expected);
    }
}
