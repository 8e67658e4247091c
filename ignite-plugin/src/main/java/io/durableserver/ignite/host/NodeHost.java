package io.durableserver.ignite.host;

import io.durableserver.config.DurableServersConfig;
import io.durableserver.ignite.around.Memory;
import io.durableserver.ignite.around.Outskirts;
import io.durableserver.ignite.front.PluginServers;
import io.durableserver.ignite.join.JoinRules;
import io.durableserver.ignite.launch.RuntimeLauncher;
import io.durableserver.ignite.membership.NodeAttributes;
import io.durableserver.ignite.split.Standing;
import io.durableserver.ignite.state.NodeWatch;
import io.durableserver.ignite.state.Reports;
import io.durableserver.ignite.state.StateBoard;
import io.durableserver.ignite.transport.FrameChannel;
import io.durableserver.ignite.transport.Strangers;
import io.durableserver.spi.BackendFactory;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.ignite.Ignite;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.plugin.ExtensionRegistry;
import org.apache.ignite.plugin.PluginContext;
import org.jspecify.annotations.Nullable;

/**
 * The durable servers of one Ignite node, from before its join to its stop: what its plugin does. What applications hold, their
 * references and the state of the node, is shared with the hosts that follow in its place. Ignite takes it through its life one step at a
 * time, and asks it about joins on the thread of discovery.
 */
public final class NodeHost {
    private final RuntimeLauncher launcher;
    private final StateBoard board;
    private final Map<String, PluginServers> servers;
    private final NodeWatch watch;
    private final Memory memory;
    private @Nullable List<DurableServersConfig> configs;
    private int directoryBackups = 1;
    private @Nullable String directoryRegion;
    private @Nullable PluginSettings settings;
    private @Nullable PluginContext context;
    private @Nullable ActivationWatch activation;
    private Optional<Strangers> strangers = Optional.empty();
    private @Nullable Outskirts outskirts;
    private volatile @Nullable Standing standing;
    private volatile HostedPrefixes hosted = new HostedPrefixes(Map.of());

    /** The host of a node of the application's own, which nothing follows. */
    public NodeHost(RuntimeLauncher launcher) {
        this(launcher, new StateBoard(launcher.time(), launcher::tell));
    }

    private NodeHost(RuntimeLauncher launcher, StateBoard board) {
        this(launcher, board, new ConcurrentHashMap<>(), new Reports(board), new Memory(null, launcher::tell));
    }

    private NodeHost(
            RuntimeLauncher launcher,
            StateBoard board,
            Map<String, PluginServers> servers,
            NodeWatch watch,
            Memory memory) {
        this.launcher = launcher;
        this.board = board;
        this.servers = servers;
        this.watch = watch;
        this.memory = memory;
    }

    /**
     * The host of another node that takes the place of this one's: with the same settings, and what applications hold leads to it.
     *
     * @param owner is told how that node stands
     * @param remembered what the nodes of this place know of their clusters
     */
    public NodeHost successor(NodeWatch owner, Memory remembered) {
        NodeHost next = new NodeHost(launcher, board, servers, owner, remembered);
        next.configs = configs;
        next.directoryBackups = directoryBackups;
        next.directoryRegion = directoryRegion;
        return next;
    }

    /** The durable servers of the node, one configuration per prefix. */
    public void setServers(List<DurableServersConfig> values) {
        configs = List.copyOf(values);
    }

    /** Copies of each directory entry beyond the first, 0 to 8. */
    public void setDirectoryBackups(int value) {
        directoryBackups = value;
    }

    /** The data region of the directories. */
    public void setDirectoryRegion(String value) {
        directoryRegion = value;
    }

    public RuntimeLauncher launcher() {
        return launcher;
    }

    /** How the node of the moment stands. */
    public StateBoard board() {
        return board;
    }

    /**
     * There is no node: what applications hold leads nowhere until another one comes.
     *
     * @param ended whether none will come any more
     */
    public void away(String why, boolean ended) {
        servers.values().forEach(front -> front.away(why, ended));
    }

    /** Empty before the node has joined, and where it has no durable servers. */
    public Optional<Outskirts> outskirts() {
        return Optional.ofNullable(outskirts);
    }

    /** The standing of the node when a side of a split is given up; empty as {@link #outskirts}. */
    public Optional<Standing> standing() {
        return Optional.ofNullable(standing);
    }

    /** None before the node has joined. */
    public HostedPrefixes hosted() {
        return hosted;
    }

    /**
     * Adds to the configuration of the node, before it joins, what its durable servers need.
     *
     * @param unset gives the configurations where none were set
     */
    public void prepare(PluginContext ctx, ExtensionRegistry registry, Supplier<List<DurableServersConfig>> unset) {
        context = ctx;
        List<DurableServersConfig> found = configs == null ? unset.get() : configs;
        if (!found.isEmpty()) {
            IgniteConfiguration node = ctx.igniteConfiguration();
            settings = NodeSetup.apply(node, new PluginSettings(found, directoryBackups, directoryRegion, launcher));
            node.setUserAttributes(NodeAttributes.with(node.getUserAttributes(), memory.clusters()));
            introduce(node, found);
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

    /** The node has joined: its prefixes follow the activation of the cluster from now on. */
    public void start() {
        PluginSettings present = settings;
        List<DurableServersConfig> configured = present == null ? List.of() : present.configs();
        board.joining(configured.stream().map(DurableServersConfig::prefix).toList());
        if (present == null) {
            return;
        }
        Ignite ignite = Objects.requireNonNull(context).grid();
        Outskirts around = new Outskirts(ignite, memory);
        outskirts = around;
        Map<String, HostedPrefix> prefixes = new TreeMap<>();
        for (DurableServersConfig config : present.configs()) {
            PluginServers front =
                    servers.computeIfAbsent(config.prefix(), prefix -> new PluginServers(prefix, launcher));
            prefixes.put(config.prefix(), new HostedPrefix(ignite, config, present, front, watch, around));
        }
        hosted = new HostedPrefixes(prefixes);
        standing = Standing.take(ignite, around, watch, launcher.time(), launcher::tell);
        activation = new ActivationWatch(ignite, hosted, launcher::tell);
        strangers = prefixes.values().stream()
                .findFirst()
                .flatMap(first -> Strangers.watch(ignite, first.scheduler(), launcher::tell));
    }

    /** Ignite failed, and stops the node by itself: nothing is served any more. */
    public void broken(String why) {
        hosted.forEach(prefix -> prefix.broken(why));
        watch.lost(why, true);
    }

    /** Ignite stops the node, and its caches still work: stores what runs there. Blocks. */
    public void stop() {
        ActivationWatch following = activation;
        activation = null;
        strangers.ifPresent(Strangers::close);
        if (following != null) {
            following.close();
            hosted.forEach(HostedPrefix::stop);
        }
        outskirts().ifPresent(Outskirts::close);
        watch.stopping();
    }

    /** Why a node must not join; empty when it may, and where this node has no durable servers. */
    public Optional<String> refuse(ClusterNode joining) {
        PluginContext ctx = context;
        PluginSettings present = settings;
        if (present == null || ctx == null) {
            return Optional.empty();
        }
        return JoinRules.whole(
                () -> {
                    if (!joining.isClient()) {
                        JoinRules.tellUnguarded(
                                ctx.nodes(), present.configs(), ctx.grid().name(), launcher::tell);
                    }
                    Set<String> clusters = outskirts().map(Outskirts::clusters).orElse(Set.of());
                    return JoinRules.refuse(joining, ctx.nodes(), clusters)
                            .or(() -> JoinRules.refuse(joining, present.configs(), ctx.grid(), launcher::tell));
                },
                String.valueOf(ctx.igniteConfiguration().getIgniteInstanceName()),
                joining,
                launcher::tell);
    }
}
