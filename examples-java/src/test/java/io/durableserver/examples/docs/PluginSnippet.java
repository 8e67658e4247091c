package io.durableserver.examples.docs;

import io.durableserver.DurableServers;
import io.durableserver.backend.ignite.IgniteKv;
import io.durableserver.backend.ignite.IgniteKvStorage;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.ignite.DurableServerPlugin;
import io.durableserver.ignite.DurableServerPluginProvider;
import org.apache.ignite.Ignite;
import org.apache.ignite.Ignition;
import org.apache.ignite.cluster.ClusterState;
import org.apache.ignite.configuration.IgniteConfiguration;

/** The plugin, on the page about configuration, in a node that the application configures itself. */
final class PluginSnippet {
    private PluginSnippet() {}

    static DurableServers start(DurableServersConfig counters) {
        // readme: plugin
        IgniteConfiguration node = new IgniteConfiguration()
                .setConsistentId("node-1") // names the node in sessions: keep it across restarts
                .setLocalHost("127.0.0.1")
                .setDataStorageConfiguration(IgniteKv.persistentStorage(IgniteKvStorage.DEFAULT))
                .setPluginProviders(new DurableServerPluginProvider(counters));
        Ignite ignite = Ignition.start(node);
        if (ignite.cluster().currentBaselineTopology() == null) { // once, when all nodes of a new cluster are there
            ignite.cluster().state(ClusterState.ACTIVE);
        }
        DurableServers servers = DurableServerPlugin.of(ignite).servers();
        // readme: end
        return servers;
    }
}
