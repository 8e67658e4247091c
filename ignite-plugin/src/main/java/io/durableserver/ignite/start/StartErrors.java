package io.durableserver.ignite.start;

import io.durableserver.ConfigurationException;
import io.durableserver.ConfigurationException.Reason;
import io.durableserver.NotAppliedException;
import io.durableserver.ignite.EmbeddedNode;
import io.durableserver.ignite.NodeTls;
import io.durableserver.ignite.disk.DiskTrouble;
import io.durableserver.ignite.join.JoinRules;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.apache.ignite.IgniteException;

/**
 * Says which option keeps an embedded node from starting. Ignite nests what it knows three to six causes deep, in texts of
 * its own; what is not known here keeps its innermost text.
 */
public final class StartErrors {
    private StartErrors() {}

    /** What to throw instead of what Ignite threw, which is its cause. */
    public static RuntimeException explain(EmbeddedNode node, RuntimeException failure) {
        List<Throwable> causes = causes(failure);
        for (Throwable cause : causes) {
            if (cause instanceof ConfigurationException ours) {
                return ours;
            }
        }
        Optional<DiskTrouble> disk = DiskTrouble.of(failure, node);
        if (disk.isPresent()) {
            return disk(node, disk.get(), failure);
        }
        Optional<String> notNow = text(causes, JoinRules.NOT_NOW);
        if (notNow.isPresent()) {
            return new NotAppliedException(
                    NotAppliedException.Reason.NOT_READY, notNow.get(), Map.of("node", node.name()), failure);
        }
        return address(node, causes, failure)
                .or(() -> cluster(node, causes, failure))
                .map(RuntimeException.class::cast)
                .orElseGet(() -> unknown(causes, failure));
    }

    /** A disk that is full or damaged. */
    public static ConfigurationException disk(EmbeddedNode node, DiskTrouble trouble, RuntimeException failure) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("option", "workDirectory");
        context.put("value", node.workDirectory());
        context.put("bound", trouble.bound());
        return new ConfigurationException(Reason.INVALID_OPTION, trouble.text(), context, failure);
    }

    private static Optional<ConfigurationException> address(
            EmbeddedNode node, List<Throwable> causes, RuntimeException failure) {
        if (says(causes, "Cannot assign requested address")) {
            return option("The node cannot listen there", "host", node.host(), "an address of this machine", failure);
        }
        if (causes.stream().anyMatch(UnknownHostException.class::isInstance)) {
            return option("The host is not known", "host", node.host(), "an address of this machine", failure);
        }
        if (says(causes, "Was remote cluster configured with SSL?")
                || causes.stream().anyMatch(SSLException.class::isInstance)) {
            return option(
                    "The cluster does not take the node's connections",
                    "tls",
                    node.tls().map(NodeTls::toString).orElse("none"),
                    "certificates all nodes believe, valid now; or none on any node",
                    failure);
        }
        if (says(causes, "Failed to bind TCP server socket")) {
            return port(node, "discoveryPort", node.discoveryPort(), failure);
        }
        return says(causes, "Failed to bind to any port within range")
                ? port(node, "communicationPort", node.communicationPort(), failure)
                : Optional.empty();
    }

    private static Optional<ConfigurationException> port(
            EmbeddedNode node, String option, int first, RuntimeException failure) {
        return option(
                "All ports the node may listen on are in use",
                option,
                first,
                "a free port of " + node.host() + " in " + first + " to " + (first + node.portRange()) + "; portRange ("
                        + node.portRange() + ") allows more",
                failure);
    }

    private static Optional<ConfigurationException> cluster(
            EmbeddedNode node, List<Throwable> causes, RuntimeException failure) {
        if (says(causes, "Ignite instance with this name has already been started")) {
            return option(
                    "A node of this name runs in this process", "name", node.name(), "a name of its own", failure);
        }
        if (says(causes, "has the same hash code for partitioned affinity", "has the same ID")) {
            return option("A node of this name is in the cluster", "name", node.name(), "a name of its own", failure);
        }
        if (says(causes, "Failed to acquire file lock")) {
            return option(
                    "Another process runs a node on this data",
                    "workDirectory",
                    node.workDirectory(),
                    "a directory, or a node name, of its own",
                    failure);
        }
        if (says(causes, "is not compatible with BaselineTopology")) {
            return mismatch(
                    "The work directory holds data of another cluster, or of this one from before it was started anew",
                    Map.of("option", "workDirectory", "value", node.workDirectory(), "node", node.name()),
                    failure);
        }
        Optional<String> configure = text(causes, JoinRules.CONFIGURE);
        if (configure.isPresent()) {
            return Optional.of(new ConfigurationException(
                    Reason.INVALID_OPTION, configure.get(), Map.of("node", node.name()), failure));
        }
        // What the plugin of the others said, word for word.
        return text(causes, JoinRules.REFUSED).flatMap(text -> mismatch(text, Map.of("node", node.name()), failure));
    }

    private static Optional<ConfigurationException> option(
            String message, String option, Object value, String bound, RuntimeException failure) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("option", option);
        context.put("value", value);
        context.put("bound", bound);
        return Optional.of(new ConfigurationException(Reason.INVALID_OPTION, message, context, failure));
    }

    private static Optional<ConfigurationException> mismatch(
            String message, Map<String, ?> context, RuntimeException failure) {
        return Optional.of(new ConfigurationException(Reason.CLUSTER_MISMATCH, message, context, failure));
    }

    private static RuntimeException unknown(List<Throwable> causes, RuntimeException failure) {
        Throwable innermost = causes.get(causes.size() - 1);
        return innermost == failure ? failure : new IgniteException("The node cannot start: " + innermost, failure);
    }

    private static boolean says(List<Throwable> causes, String... texts) {
        for (String text : texts) {
            if (text(causes, text).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** The message of a cause from this text on. */
    private static Optional<String> text(List<Throwable> causes, String text) {
        return causes.stream()
                .map(cause -> String.valueOf(cause.getMessage()))
                .filter(message -> message.contains(text))
                .map(message -> message.substring(message.indexOf(text)))
                .findFirst();
    }

    private static List<Throwable> causes(Throwable failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Throwable> causes = new ArrayList<>();
        for (Throwable at = failure; at != null && seen.add(at); at = at.getCause()) {
            causes.add(at);
        }
        return causes;
    }
}
