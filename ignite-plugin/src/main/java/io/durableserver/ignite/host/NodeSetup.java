package io.durableserver.ignite.host;

import io.durableserver.ConfigurationException;
import io.durableserver.ignite.around.Outskirts;
import io.durableserver.ignite.control.ControlPlane;
import io.durableserver.ignite.membership.IgniteMembership;
import io.durableserver.ignite.membership.NodeAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.ignite.configuration.DataRegionConfiguration;
import org.apache.ignite.configuration.DataStorageConfiguration;
import org.apache.ignite.configuration.ExecutorConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.events.EventType;
import org.jspecify.annotations.Nullable;

/** Adds to a node's configuration, before it joins, what the plugin needs. Changes nothing that is there. */
final class NodeSetup {
    /** The in-memory region that is added where directories would land in a persistent one. */
    static final String ADDED_REGION = "durable-directory";

    /** What may let the prefixes of a node start or stop: also that a cache is gone which was in the way. */
    static final int[] STATE_EVENTS = {
        EventType.EVT_CLUSTER_ACTIVATED,
        EventType.EVT_CLUSTER_DEACTIVATED,
        EventType.EVT_CLUSTER_STATE_CHANGED,
        EventType.EVT_CACHE_STOPPED
    };

    private static final int CONTROL_THREADS = 4;
    private static final long ADDED_REGION_INITIAL_BYTES = 32L << 20;

    private NodeSetup() {}

    /** Returns the settings with the region the directories live in. */
    static PluginSettings apply(IgniteConfiguration node, PluginSettings settings) {
        Map<String, ?> present = Objects.requireNonNullElse(node.getUserAttributes(), Map.of());
        node.setUserAttributes(NodeAttributes.with(
                present,
                settings.configs(),
                settings.directoryBackups(),
                settings.launcher().messageCodec(),
                settings.launcher().stateCodec()));
        node.setIncludeEventTypes(
                union(node.getIncludeEventTypes(), IgniteMembership.events(), Outskirts.events(), STATE_EVENTS));
        addControlExecutor(node);
        return settings.withDirectoryRegion(region(node, settings.directoryRegion()));
    }

    private static int[] union(int @Nullable [] present, int[]... more) {
        IntStream all = present == null ? IntStream.empty() : Arrays.stream(present);
        for (int[] types : more) {
            all = IntStream.concat(all, Arrays.stream(types));
        }
        return all.distinct().toArray();
    }

    private static void addControlExecutor(IgniteConfiguration node) {
        List<ExecutorConfiguration> executors = new ArrayList<>();
        if (node.getExecutorConfiguration() != null) {
            executors.addAll(Arrays.asList(node.getExecutorConfiguration()));
        }
        if (executors.stream().noneMatch(executor -> ControlPlane.EXECUTOR.equals(executor.getName()))) {
            executors.add(new ExecutorConfiguration(ControlPlane.EXECUTOR).setSize(CONTROL_THREADS));
            node.setExecutorConfiguration(executors.toArray(ExecutorConfiguration[]::new));
        }
    }

    /** A directory in a persistent region would bring entries of dead nodes back after a restart of the cluster. */
    private static @Nullable String region(IgniteConfiguration node, @Nullable String wanted) {
        DataStorageConfiguration storage = node.getDataStorageConfiguration();
        if (storage == null) {
            if (wanted != null) {
                throw ConfigurationException.option("directoryRegion", wanted, "a region of the data storage");
            }
            return null;
        }
        if (wanted == null) {
            return storage.getDefaultDataRegionConfiguration().isPersistenceEnabled() ? addRegion(storage) : null;
        }
        DataRegionConfiguration found = regions(storage).stream()
                .filter(region -> wanted.equals(region.getName()))
                .findFirst()
                .orElseThrow(() -> ConfigurationException.option(
                        "directoryRegion",
                        wanted,
                        "one of "
                                + regions(storage).stream()
                                        .map(DataRegionConfiguration::getName)
                                        .toList()));
        if (found.isPersistenceEnabled()) {
            throw ConfigurationException.option("directoryRegion", wanted, "a region without persistence");
        }
        return wanted;
    }

    private static List<DataRegionConfiguration> regions(DataStorageConfiguration storage) {
        List<DataRegionConfiguration> regions = new ArrayList<>();
        regions.add(storage.getDefaultDataRegionConfiguration());
        if (storage.getDataRegionConfigurations() != null) {
            regions.addAll(Arrays.asList(storage.getDataRegionConfigurations()));
        }
        return regions;
    }

    private static String addRegion(DataStorageConfiguration storage) {
        List<DataRegionConfiguration> regions = new ArrayList<>(regions(storage));
        regions.remove(0);
        if (regions.stream().noneMatch(region -> ADDED_REGION.equals(region.getName()))) {
            regions.add(new DataRegionConfiguration()
                    .setName(ADDED_REGION)
                    .setPersistenceEnabled(false)
                    .setInitialSize(ADDED_REGION_INITIAL_BYTES)
                    .setMaxSize(Math.max(
                            ADDED_REGION_INITIAL_BYTES,
                            storage.getDefaultDataRegionConfiguration().getMaxSize())));
            storage.setDataRegionConfigurations(regions.toArray(DataRegionConfiguration[]::new));
        }
        return ADDED_REGION;
    }
}
