package io.durableserver.ignite.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import io.durableserver.ignite.StandInRuntime;
import java.util.List;
import org.apache.ignite.configuration.DataRegionConfiguration;
import org.apache.ignite.configuration.DataStorageConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeSetupTest {
    @Test
    void aDirectoryNeverLivesInAPersistentRegion() {
        DataStorageConfiguration storage = new DataStorageConfiguration();
        storage.getDefaultDataRegionConfiguration().setPersistenceEnabled(true);
        storage.setDataRegionConfigurations(
                new DataRegionConfiguration().setName("disk").setPersistenceEnabled(true),
                new DataRegionConfiguration().setName("memory"));
        IgniteConfiguration node = new IgniteConfiguration().setDataStorageConfiguration(storage);
        assertThatThrownBy(() -> NodeSetup.apply(node, settings("disk")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("a region without persistence");
        assertThatThrownBy(() -> NodeSetup.apply(node, settings("nowhere")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("memory");
        assertThat(NodeSetup.apply(node, settings("memory")).directoryRegion()).isEqualTo("memory");
        assertThat(NodeSetup.apply(node, settings(null)).directoryRegion()).isEqualTo(NodeSetup.ADDED_REGION);
    }

    private static PluginSettings settings(@Nullable String region) {
        return new PluginSettings(List.of(), 1, region, new StandInRuntime());
    }
}
