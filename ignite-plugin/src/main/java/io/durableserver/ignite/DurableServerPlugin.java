package io.durableserver.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServers;
import io.durableserver.Registration;
import io.durableserver.ignite.host.NodeHost;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.ignite.Ignite;
import org.apache.ignite.plugin.IgnitePlugin;
import org.apache.ignite.plugin.PluginNotFoundException;
import org.apache.ignite.plugin.PluginProvider;

/**
 * The durable servers of one Ignite node, from {@link #of}. Thread-safe. They become ready when the cluster is active, see {@link DurableServers#awaitReady}.
 */
public final class DurableServerPlugin implements IgnitePlugin {
    private final NodeHost host;

    DurableServerPlugin(NodeHost host) {
        this.host = host;
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
        return host.hosted().servers(prefix);
    }

    /**
     * The durable servers of the only prefix of this node.
     *
     * @throws ConfigurationException {@code INVALID_OPTION} when the node has none, or several
     */
    public DurableServers servers() {
        return host.hosted().servers();
    }

    /** The prefixes this node is configured for. */
    public Set<String> prefixes() {
        return host.hosted().names();
    }

    /**
     * How the node stands. In an Ignite node of the application's own nothing is done about it: one that was cut off stays
     * {@link NodeState.Phase#STOPPED}, and its process has to start another one.
     */
    public NodeState state() {
        return host.board().state();
    }

    /**
     * Reports each change of {@link #state} from now on, in order, on a thread of its own. What a listener throws is logged.
     *
     * @return ends it
     */
    public Registration onStateChange(Consumer<NodeState> listener) {
        return host.board().listen(listener);
    }
}
