package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.ignite.configuration.DataRegionConfiguration;
import org.apache.ignite.configuration.DataStorageConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.configuration.WALMode;
import org.jspecify.annotations.Nullable;

/** Whether the data region of a node can keep what will be acknowledged: a pure function of the two configurations. */
final class RegionCheck {
    private RegionCheck() {}

    /** Throws where the region of a server node cannot. A client node has no region. */
    static void check(IgniteConfiguration node, IgniteKvConfig config) {
        if (Boolean.TRUE.equals(node.isClientMode())) {
            return;
        }
        List<DataRegionConfiguration> regions = regions(node.getDataStorageConfiguration());
        DataRegionConfiguration region = regions.stream()
                .filter(each -> config.dataRegion().equals(each.getName()))
                .findFirst()
                .orElseThrow(() -> missing(regions, config));
        if (config.inMemory()) {
            return;
        }
        if (!region.isPersistenceEnabled()) {
            throw refused(
                    "The data region is not persistent: acknowledged state would not survive. Make it persistent, or say"
                            + " inMemory(true)",
                    "igniteKv.dataRegion",
                    config.dataRegion(),
                    "a persistent region: one of " + names(regions, true));
        }
        checkLog(node.getDataStorageConfiguration(), config);
    }

    private static void checkLog(DataStorageConfiguration storage, IgniteKvConfig config) {
        if (storage.getWalMode() != WALMode.LOG_ONLY && storage.getWalMode() != WALMode.FSYNC) {
            throw refused(
                    "The write-ahead log mode does not keep acknowledged state",
                    "walMode",
                    storage.getWalMode(),
                    "LOG_ONLY or FSYNC");
        }
        // Ignite stops the node on a log record that does not fit into a segment.
        int largest = storage.getWalSegmentSize() / 2;
        if (largest < config.maxRecordBytes()) {
            throw refused(
                    "A write-ahead log segment must hold two records",
                    "igniteKv.maxRecordBytes",
                    config.maxRecordBytes(),
                    "at most " + largest + ", half of walSegmentBytes (" + storage.getWalSegmentSize() + ")");
        }
    }

    private static ConfigurationException missing(List<DataRegionConfiguration> regions, IgniteKvConfig config) {
        return refused(
                config.inMemory()
                        ? "There is no such data region: say dataRegion(\"default\") for records in memory"
                        : "There is no such data region: an embedded node has it with persistence(true)",
                "igniteKv.dataRegion",
                config.dataRegion(),
                "one of " + names(regions, false));
    }

    private static List<String> names(List<DataRegionConfiguration> regions, boolean persistentOnly) {
        return regions.stream()
                .filter(region -> !persistentOnly || region.isPersistenceEnabled())
                .map(DataRegionConfiguration::getName)
                .toList();
    }

    /** A node without a storage configuration gets Ignite's own, which has one region in memory. */
    private static List<DataRegionConfiguration> regions(@Nullable DataStorageConfiguration configured) {
        DataStorageConfiguration storage = configured == null ? new DataStorageConfiguration() : configured;
        List<DataRegionConfiguration> regions = new ArrayList<>();
        regions.add(storage.getDefaultDataRegionConfiguration());
        DataRegionConfiguration[] more = storage.getDataRegionConfigurations();
        if (more != null) {
            regions.addAll(Arrays.asList(more));
        }
        return regions;
    }

    private static ConfigurationException refused(String message, String option, Object value, String bound) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("option", option);
        context.put("value", value);
        context.put("bound", bound);
        return new ConfigurationException(ConfigurationException.Reason.INVALID_OPTION, message, context);
    }
}
