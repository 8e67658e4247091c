package io.durableserver.ignite;

import io.durableserver.config.DurableServersConfig;
import io.durableserver.ignite.host.NodeHost;
import io.durableserver.ignite.launch.DurableNodeLauncher;
import io.durableserver.ignite.launch.RuntimeLauncher;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.UUID;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.plugin.CachePluginContext;
import org.apache.ignite.plugin.CachePluginProvider;
import org.apache.ignite.plugin.ExtensionRegistry;
import org.apache.ignite.plugin.IgnitePlugin;
import org.apache.ignite.plugin.PluginConfiguration;
import org.apache.ignite.plugin.PluginContext;
import org.apache.ignite.plugin.PluginProvider;
import org.apache.ignite.plugin.PluginValidationException;
import org.jspecify.annotations.Nullable;

/**
 * Runs durable servers inside an Ignite node. Give it to {@code IgniteConfiguration.setPluginProviders} with one or more
 * configurations, in Java or as a Spring bean; one instance serves one node. Ignite also finds it by service loader; then
 * the configurations come from {@link DurableServersConfigurer}s, and without any of them the plugin is passive. Ignite
 * asks the service loader only when no plugin provider is configured, so the two ways do not meet.
 */
public final class DurableServerPluginProvider implements PluginProvider<PluginConfiguration> {
    /** The name for {@code ignite.plugin(NAME)}. */
    public static final String NAME = "durable-server";

    private final NodeHost host;
    private final DurableServerPlugin plugin;

    /** A provider that takes its configurations from {@link #setServers}, or else from the service loader. */
    public DurableServerPluginProvider() {
        this(new DurableNodeLauncher());
    }

    /** A provider with these configurations, one per prefix. */
    public DurableServerPluginProvider(DurableServersConfig... configs) {
        this();
        setServers(List.of(configs));
    }

    DurableServerPluginProvider(RuntimeLauncher launcher) {
        this(new NodeHost(launcher));
    }

    /** The door of Ignite to a host. */
    DurableServerPluginProvider(NodeHost host) {
        this.host = host;
        this.plugin = new DurableServerPlugin(host);
    }

    /** The durable servers of the node, one configuration per prefix. */
    public void setServers(List<DurableServersConfig> values) {
        host.setServers(values);
    }

    /** Copies of each directory entry beyond the first, 0 to 8; 1 by default. The same on all nodes. */
    public void setDirectoryBackups(int value) {
        host.setDirectoryBackups(value);
    }

    /**
     * The data region of the directories, which must not be persistent. By default Ignite's default region, or a region
     * {@code durable-directory} that is added when that one is persistent.
     */
    public void setDirectoryRegion(String value) {
        host.setDirectoryRegion(value);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return Objects.requireNonNullElse(getClass().getPackage().getImplementationVersion(), "development");
    }

    @Override
    public String copyright() {
        return "DurableServer, Apache License 2.0";
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Ignite's signature
    public <T extends IgnitePlugin> T plugin() {
        return (T) plugin;
    }

    DurableServerPlugin durableServers() {
        return plugin;
    }

    @Override
    public void initExtensions(PluginContext ctx, ExtensionRegistry registry) {
        host.prepare(ctx, registry, DurableServerPluginProvider::fromServiceLoader);
    }

    private static List<DurableServersConfig> fromServiceLoader() {
        return ServiceLoader.load(DurableServersConfigurer.class).stream()
                .flatMap(configurer -> configurer.get().configs().stream())
                .toList();
    }

    @Override
    public void onIgniteStart() {
        host.start();
    }

    @Override
    public void onIgniteStop(boolean cancel) {
        host.stop();
    }

    @Override
    @SuppressWarnings("deprecation") // abstract all the same, and the other form calls it
    public void validateNewNode(ClusterNode node) {
        Optional<String> reason = host.refuse(node);
        if (reason.isPresent()) {
            throw new PluginValidationException(reason.get(), reason.get(), node.id());
        }
    }

    @Override
    public void start(PluginContext ctx) {
        // Everything needs the joined node: onIgniteStart.
    }

    @Override
    public void stop(boolean cancel) {
        // The caches are gone already: onIgniteStop.
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Ignite's signature
    public <T> @Nullable T createComponent(PluginContext ctx, Class<T> type) {
        return null;
    }

    @Override
    @SuppressWarnings("rawtypes") // Ignite's signature
    public @Nullable CachePluginProvider createCacheProvider(CachePluginContext ctx) {
        return null;
    }

    @Override
    public @Nullable Serializable provideDiscoveryData(UUID node) {
        return null;
    }

    @Override
    public void receiveDiscoveryData(UUID node, Serializable data) {
        // Nodes tell each other everything by attributes.
    }
}
