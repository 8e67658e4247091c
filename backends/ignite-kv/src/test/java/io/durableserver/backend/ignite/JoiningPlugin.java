package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.BackendFactory;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
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

/** Asks a backend who may join, as the plugin does that this module does not know. */
final class JoiningPlugin implements PluginProvider<PluginConfiguration> {
    private static final String ATTRIBUTE = "test.introduction";

    private final BackendFactory factory;
    private @Nullable PluginContext context;

    JoiningPlugin(BackendFactory factory) {
        this.factory = factory;
    }

    private record Asked(Ignite resource, ClusterNode node) implements BackendFactory.Newcomer {
        @Override
        public String name() {
            return String.valueOf(node.consistentId());
        }

        @Override
        public Optional<String> introduction() {
            return Optional.ofNullable(node.attribute(ATTRIBUTE));
        }

        @Override
        public List<String> introductionsHere() {
            return resource.cluster().forServers().nodes().stream()
                    .map(here -> here.<String>attribute(ATTRIBUTE))
                    .filter(Objects::nonNull)
                    .toList();
        }

        @Override
        public String prefix() {
            return TestCluster.PREFIX;
        }

        @Override
        public <T> Optional<T> resource(Class<T> type) {
            return type.isInstance(resource) ? Optional.of(type.cast(resource)) : Optional.empty();
        }
    }

    private record Before(IgniteConfiguration node) implements BackendFactory.Environment {
        @Override
        public String prefix() {
            return TestCluster.PREFIX;
        }

        @Override
        public <T> Optional<T> resource(Class<T> type) {
            return type.isInstance(node) ? Optional.of(type.cast(node)) : Optional.empty();
        }
    }

    @Override
    public void initExtensions(PluginContext ctx, ExtensionRegistry registry) {
        context = ctx;
        IgniteConfiguration node = ctx.igniteConfiguration();
        Map<String, Object> attributes = new HashMap<>(node.getUserAttributes());
        factory.introduction(new Before(node)).ifPresent(text -> attributes.put(ATTRIBUTE, text));
        node.setUserAttributes(attributes);
    }

    @Override
    @SuppressWarnings("deprecation") // abstract all the same
    public void validateNewNode(ClusterNode node) {
        PluginContext ctx = context;
        if (ctx == null) {
            return;
        }
        Ignite ignite = ctx.grid();
        reason(new Asked(ignite, node)).ifPresent(reason -> {
            throw new PluginValidationException(reason, reason, node.id());
        });
    }

    private Optional<String> reason(Asked newcomer) {
        try {
            return factory.refuse(newcomer);
        } catch (ConfigurationException wrong) {
            return Optional.of(String.valueOf(wrong.getMessage()));
        }
    }

    @Override
    public String name() {
        return "joining";
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public String copyright() {
        return "";
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Ignite's signature
    public <T extends IgnitePlugin> T plugin() {
        return (T) new IgnitePlugin() {};
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
    public void start(PluginContext ctx) {}

    @Override
    public void stop(boolean cancel) {}

    @Override
    public void onIgniteStart() {}

    @Override
    public void onIgniteStop(boolean cancel) {}

    @Override
    public @Nullable Serializable provideDiscoveryData(UUID node) {
        return null;
    }

    @Override
    public void receiveDiscoveryData(UUID node, Serializable data) {}
}
