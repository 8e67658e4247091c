package io.durableserver.ignite.host;

import io.durableserver.ConfigurationException;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.ignite.launch.RuntimeLauncher;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the plugin of a starting node works with, checked. */
record PluginSettings(
        List<DurableServersConfig> configs,
        int directoryBackups,
        @Nullable String directoryRegion,
        RuntimeLauncher launcher) {

    PluginSettings {
        configs = List.copyOf(configs);
        if (directoryBackups < 0 || directoryBackups > 8) {
            throw ConfigurationException.option("directoryBackups", directoryBackups, "0 to 8");
        }
        Set<String> prefixes = new HashSet<>();
        for (DurableServersConfig config : configs) {
            if (!prefixes.add(config.prefix())) {
                throw new ConfigurationException(
                        ConfigurationException.Reason.DUPLICATE_PREFIX,
                        "A prefix is configured twice on one node",
                        Map.of("prefix", config.prefix()));
            }
        }
    }

    PluginSettings withDirectoryRegion(@Nullable String value) {
        return new PluginSettings(configs, directoryBackups, value, launcher);
    }
}
