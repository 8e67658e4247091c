package io.durableserver.ignite;

import io.durableserver.config.DurableServersConfig;
import io.durableserver.ignite.membership.NodeAttributes;
import io.durableserver.ignite.transport.FrameChannel;
import io.durableserver.spi.BackendFactory;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ignite.Ignite;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.configuration.IgniteConfiguration;
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

    private final RuntimeLauncher launcher;
    private final StateBoard board;
    private final DurableServerPlugin plugin;
    private final Map<String, PluginServers> servers;
    private NodeWatch told;
    private @Nullable List<DurableServersConfig> configs;
    private int directoryBackups = 1;
    private @Nullable String directoryRegion;
    private @Nullable PluginSettings settings;
    private @Nullable PluginContext context;
    private @Nullable ActivationWatch activation;
    private Optional<Strangers> strangers = Optional.empty();
    private @Nullable Outskirts outskirts;
    private Memory memory = new Memory(null);

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
        this(launcher, new StateBoard(launcher.time()), new ConcurrentHashMap<>());
    }

    private DurableServerPluginProvider(
            RuntimeLauncher launcher, StateBoard board, Map<String, PluginServers> servers) {
        this.launcher = launcher;
        this.board = board;
        this.servers = servers;
        this.plugin = new DurableServerPlugin(board);
        this.told = new Reports(board);
    }

    /** One for another node that takes the place of this one's: with the same settings, and what applications hold leads to it. */
    DurableServerPluginProvider successor(NodeWatch watch, Memory remembered) {
        DurableServerPluginProvider next = new DurableServerPluginProvider(launcher, board, servers);
        next.configs = configs;
        next.directoryBackups = directoryBackups;
        next.directoryRegion = directoryRegion;
        next.told = watch;
        next.memory = remembered;
        return next;
    }

    RuntimeLauncher launcher() {
        return launcher;
    }

    @Nullable
    Outskirts outskirts() {
        return outskirts;
    }

    StateBoard board() {
        return board;
    }

    /** What applications hold, by prefix. */
    Map<String, PluginServers> servers() {
        return servers;
    }

    /** The durable servers of the node, one configuration per prefix. */
    public void setServers(List<DurableServersConfig> values) {
        configs = List.copyOf(values);
    }

    /** Copies of each directory entry beyond the first, 0 to 8; 1 by default. The same on all nodes. */
    public void setDirectoryBackups(int value) {
        directoryBackups = value;
    }

    /**
     * The data region of the directories, which must not be persistent. By default Ignite's default region, or a region
     * {@value NodeSetup#ADDED_REGION} that is added when that one is persistent.
     */
    public void setDirectoryRegion(String value) {
        directoryRegion = value;
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
        context = ctx;
        List<DurableServersConfig> found = configs == null ? fromServiceLoader() : configs;
        if (!found.isEmpty()) {
            settings = NodeSetup.apply(
                    ctx.igniteConfiguration(), new PluginSettings(found, directoryBackups, directoryRegion, launcher));
            ctx.igniteConfiguration()
                    .setUserAttributes(
                            NodeAttributes.with(ctx.igniteConfiguration().getUserAttributes(), memory.clusters()));
            introduce(ctx.igniteConfiguration(), found);
            FrameChannel.register(registry);
        }
    }

    private static void introduce(IgniteConfiguration node, List<DurableServersConfig> configs) {
        Map<String, String> introductions = new TreeMap<>();
        for (DurableServersConfig config : configs) {
            BeforeStart before = new BeforeStart(config.prefix(), node);
            config.backend().check(before);
            config.backend().introduction(before).ifPresent(text -> introductions.put(config.prefix(), text));
        }
        node.setUserAttributes(NodeAttributes.withStores(node.getUserAttributes(), introductions));
    }

    /** What a backend can look at before the node has joined. */
    private record BeforeStart(String prefix, IgniteConfiguration node) implements BackendFactory.Environment {
        @Override
        public <T> Optional<T> resource(Class<T> type) {
            return type.isInstance(node) ? Optional.of(type.cast(node)) : Optional.empty();
        }
    }

    private static List<DurableServersConfig> fromServiceLoader() {
        return ServiceLoader.load(DurableServersConfigurer.class).stream()
                .flatMap(configurer -> configurer.get().configs().stream())
                .toList();
    }

    @Override
    public void onIgniteStart() {
        PluginSettings present = settings;
        List<DurableServersConfig> configured = present == null ? List.of() : present.configs();
        board.joining(configured.stream().map(DurableServersConfig::prefix).toList());
        if (present == null) {
            return;
        }
        Ignite ignite = Objects.requireNonNull(context).grid();
        Outskirts around = new Outskirts(ignite, memory);
        outskirts = around;
        Map<String, HostedPrefix> hosted = new TreeMap<>();
        for (DurableServersConfig config : present.configs()) {
            hosted.put(
                    config.prefix(),
                    new HostedPrefix(
                            ignite,
                            config,
                            present,
                            servers.computeIfAbsent(config.prefix(), prefix -> new PluginServers(prefix, launcher)),
                            told,
                            around));
        }
        plugin.host(hosted, new Standing(ignite, around, told, launcher.time()));
        activation = new ActivationWatch(ignite, plugin);
        strangers = hosted.values().stream().findFirst().flatMap(first -> Strangers.watch(ignite, first.scheduler()));
    }

    /** Ignite failed, and stops the node by itself: nothing is served any more. */
    void broken(Optional<DiskTrouble> disk, String why) {
        disk.ifPresent(trouble -> board.trouble(trouble.trouble()));
        plugin.hosted().forEach(prefix -> prefix.broken(why));
        told.lost(why, true);
    }

    @Override
    public void onIgniteStop(boolean cancel) {
        ActivationWatch watch = activation;
        activation = null;
        strangers.ifPresent(Strangers::close);
        if (watch != null) {
            watch.close();
            plugin.hosted().forEach(HostedPrefix::stop);
        }
        Outskirts around = outskirts;
        if (around != null) {
            around.close();
        }
        told.stopping();
    }

    @Override
    @SuppressWarnings("deprecation") // abstract all the same, and the other form calls it
    public void validateNewNode(ClusterNode node) {
        PluginContext ctx = context;
        Outskirts around = outskirts;
        PluginSettings present = settings;
        if (present == null || ctx == null) {
            return;
        }
        Optional<String> reason = JoinRules.whole(
                () -> {
                    if (!node.isClient()) {
                        JoinRules.tellUnguarded(ctx.nodes(), present.configs());
                    }
                    return JoinRules.refuse(node, ctx.nodes(), around == null ? Set.of() : around.clusters())
                            .or(() -> JoinRules.refuse(node, present.configs(), ctx.grid()));
                },
                node);
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
