package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import io.durableserver.spi.BackendFactory;
import java.util.Optional;
import org.apache.ignite.configuration.DataRegionConfiguration;
import org.apache.ignite.configuration.DataStorageConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.configuration.WALMode;
import org.junit.jupiter.api.Test;

/** What a node's configuration shows before it starts. */
class RegionCheckTest {
    private static final IgniteKvConfig DEFAULTS = IgniteKvConfig.defaults();
    private static final IgniteKvConfig IN_MEMORY =
            IgniteKvConfig.builder().inMemory(true).build();

    private static void check(IgniteKvConfig config, IgniteConfiguration node) {
        IgniteKv.backend(config).check(new BackendFactory.Environment() {
            @Override
            public String prefix() {
                return "shop/";
            }

            @Override
            public <T> Optional<T> resource(Class<T> type) {
                return type.isInstance(node) ? Optional.of(type.cast(node)) : Optional.empty();
            }
        });
    }

    private static void refused(IgniteKvConfig config, IgniteConfiguration node, String... texts) {
        assertThatThrownBy(() -> check(config, node))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(texts);
    }

    /** The others ask by its name what it remembers, before it joins. */
    @Test
    void aNodeWithPersistentRecordsNeedsANameBeforeItJoins() {
        IgniteConfiguration unnamed =
                node(IgniteKv.persistentStorage(IgniteKvStorage.DEFAULT)).setConsistentId(null);
        refused(DEFAULTS, unnamed, "option=consistentId", "setConsistentId(");
        assertThatCode(() -> check(
                        IgniteKvConfig.from(IN_MEMORY).dataRegion("default").build(), new IgniteConfiguration()))
                .doesNotThrowAnyException();
    }

    private static IgniteConfiguration node(DataStorageConfiguration storage) {
        return new IgniteConfiguration().setConsistentId("n-1").setDataStorageConfiguration(storage);
    }

    private static DataStorageConfiguration persistent() {
        return IgniteKv.persistentStorage(IgniteKvStorage.DEFAULT);
    }

    @Test
    void missingRegionIsRefusedWithThoseThereAre() {
        DataStorageConfiguration other = new DataStorageConfiguration()
                .setDataRegionConfigurations(new DataRegionConfiguration().setName("big"));
        refused(DEFAULTS, node(other), "value=durable-servers", "one of [default, big]", "persistence(true)");
        refused(IN_MEMORY, node(other), "value=durable-servers", "[default, big]", "dataRegion(\"default\")");
        refused(DEFAULTS, new IgniteConfiguration(), "option=igniteKv.dataRegion", "one of [default]");
        check(IgniteKvConfig.from(IN_MEMORY).dataRegion("default").build(), new IgniteConfiguration());
    }

    @Test
    void regionInMemoryIsRefusedUnlessAskedFor() {
        IgniteKvConfig region = IgniteKvConfig.builder().dataRegion("default").build();
        refused(region, node(persistent()), "not persistent", "one of [durable-servers]");
        check(IgniteKvConfig.from(region).inMemory(true).build(), node(persistent()));
        check(DEFAULTS, node(persistent()));
    }

    @Test
    void logSegmentMustHoldTwoRecords() {
        refused(
                DEFAULTS,
                node(persistent().setWalSegmentSize(16 << 20)),
                "option=igniteKv.maxRecordBytes",
                "value=" + (16 << 20),
                "at most " + (8 << 20),
                "walSegmentBytes (" + (16 << 20) + ")");
        check(
                IgniteKvConfig.builder().maxRecordBytes(8 << 20).build(),
                node(persistent().setWalSegmentSize(16 << 20)));
        refused(DEFAULTS, node(persistent().setWalMode(WALMode.BACKGROUND)), "option=walMode", "LOG_ONLY or FSYNC");
    }

    @Test
    void clientsAndOtherPlatformsAreNotLookedAt() {
        assertThatCode(() -> check(DEFAULTS, new IgniteConfiguration().setClientMode(true)))
                .doesNotThrowAnyException();
        assertThatCode(() -> IgniteKv.backend(DEFAULTS).check(new BackendFactory.Environment() {
                    @Override
                    public String prefix() {
                        return "shop/";
                    }

                    @Override
                    public <T> Optional<T> resource(Class<T> type) {
                        return Optional.empty();
                    }
                }))
                .doesNotThrowAnyException();
    }
}
