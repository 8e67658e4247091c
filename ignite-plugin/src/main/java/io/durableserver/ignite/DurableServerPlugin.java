package io.durableserver.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.DurableServers;
import io.durableserver.Registration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.ignite.Ignite;
import org.apache.ignite.plugin.IgnitePlugin;
import org.apache.ignite.plugin.PluginNotFoundException;
import org.apache.ignite.plugin.PluginProvider;
import org.jspecify.annotations.Nullable;

/**
 * The durable servers of one Ignite node, from {@link #of}. Thread-safe. They become ready when the cluster is active, see {@link DurableServers#awaitReady}.
 */
public final class DurableServerPlugin implements IgnitePlugin {
    private volatile SortedMap<String, HostedPrefix> hosted = new TreeMap<>();

    private volatile @Nullable Standing standing;

    private final StateBoard board;

    DurableServerPlugin(StateBoard board) {
        this.board = board;
    }

    /**
     * The plugin of a node. As {@code ignite.plugin(DurableServerPluginProvider.NAME)}, but where the provider is part of
     * the node's configuration it also works before the cluster is active, when Ignite refuses that.
     *
     * @throws PluginNotFoundException when the node has no such plugin
     */
    public static DurableServerPlugin of(Ignite ignite) {
        PluginProvider<?>[] providers = ignite.configuration().getPluginProviders();
        for (PluginProvider<?> provider : providers == null ? new PluginProvider<?>[0] : providers) {
            if (provider instanceof DurableServerPluginProvider ours) {
                return ours.durableServers();
            }
        }
        return ignite.plugin(DurableServerPluginProvider.NAME);
    }

    /**
     * The durable servers of a prefix.
     *
     * @throws ConfigurationException {@code INVALID_OPTION} when this node is not configured for the prefix
     */
    public DurableServers servers(String prefix) {
        HostedPrefix found = hosted.get(prefix);
        if (found == null) {
            throw ConfigurationException.option("prefix", prefix, "one of " + hosted.keySet());
        }
        return found.servers();
    }

    /**
     * The durable servers of the only prefix of this node.
     *
     * @throws ConfigurationException {@code INVALID_OPTION} when the node has none, or several
     */
    public DurableServers servers() {
        SortedMap<String, HostedPrefix> all = hosted;
        if (all.size() != 1) {
            throw ConfigurationException.option("prefix", null, "one of " + all.keySet() + ": name it");
        }
        return all.values().iterator().next().servers();
    }

    /** The prefixes this node is configured for. */
    public Set<String> prefixes() {
        return Set.copyOf(hosted.keySet());
    }

    /**
     * How the node stands. In an Ignite node of the application's own nothing is done about it: one that was cut off stays
     * {@link NodeState.Phase#STOPPED}, and its process has to start another one.
     */
    public NodeState state() {
        return board.state();
    }

    /**
     * Reports each change of {@link #state} from now on, in order, on a thread of its own. What a listener throws is logged.
     *
     * @return ends it
     */
    public Registration onStateChange(Consumer<NodeState> listener) {
        return board.listen(listener);
    }

    void host(Map<String, HostedPrefix> prefixes, Standing here) {
        hosted = new TreeMap<>(prefixes);
        standing = here;
    }

    /** Empty before the node has joined, and where it has no durable servers. */
    Optional<Standing> standing() {
        return Optional.ofNullable(standing);
    }

    Iterable<HostedPrefix> hosted() {
        return hosted.values();
    }

    /** Throws what the stop of the node could not store; once. */
    void throwUnsaved() {
        DurableServerException first = null;
        for (HostedPrefix prefix : hosted()) {
            DurableServerException next = prefix.unsaved().orElse(null);
            if (first == null) {
                first = next;
            } else if (next != null) {
                first.addSuppressed(next);
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
