package io.durableserver.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServers;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.Ignition;
import org.apache.ignite.configuration.IgniteConfiguration;

/** An Ignite node with durable servers inside an application. Thread-safe. */
public final class DurableIgnite implements AutoCloseable {
    /** The data region on disk, where persistence is on. */
    public static final String PERSISTENT_REGION = "durable-servers";

    private final Ignite ignite;
    private final DurableServerPlugin plugin;

    private DurableIgnite(Ignite ignite, DurableServerPlugin plugin) {
        this.ignite = ignite;
        this.plugin = plugin;
    }

    /**
     * Starts a node and joins the cluster. Returns when the node has joined; the durable servers become ready when the
     * cluster is active, see {@link DurableServers#awaitReady}.
     *
     * @throws ConfigurationException when an option is bad, or the JVM lacks the flags of {@code ignite-plugin/jvm.opts}
     * @throws IgniteException when the node cannot start or is refused by the cluster
     */
    public static DurableIgnite start(EmbeddedNode settings) {
        DurableServerPluginProvider provider = new DurableServerPluginProvider();
        provider.setServers(settings.servers());
        return start(settings, provider);
    }

    static DurableIgnite start(EmbeddedNode settings, DurableServerPluginProvider provider) {
        JvmFlags.check();
        provider.setDirectoryBackups(settings.backups());
        Ignite ignite = start(EmbeddedConfiguration.of(settings, provider));
        if (settings.persistence() && settings.activateWhen() > 0) {
            FirstActivation.when(ignite, settings.activateWhen());
        }
        return new DurableIgnite(ignite, provider.durableServers());
    }

    private static Ignite start(IgniteConfiguration configuration) {
        try {
            return Ignition.start(configuration);
        } catch (IgniteException e) {
            // Ignite wraps what the plugin throws.
            for (Throwable at = e; at != null; at = at.getCause()) {
                if (at instanceof ConfigurationException bad) {
                    throw bad;
                }
            }
            throw e;
        }
    }

    public Ignite ignite() {
        return ignite;
    }

    /** As {@link DurableServerPlugin#servers()}. */
    public DurableServers servers() {
        return plugin.servers();
    }

    /** As {@link DurableServerPlugin#servers(String)}. */
    public DurableServers servers(String prefix) {
        return plugin.servers(prefix);
    }

    /** Hands over and stores what runs here, then leaves the cluster. Blocks. Closing again does nothing. */
    @Override
    public void close() {
        Ignition.stop(ignite.name(), false);
    }
}
