package io.durableserver.backend.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.durableserver.ConfigurationException;
import java.util.Map;
import org.apache.ignite.configuration.WALMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IgniteKvConfigTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 2", "4, 3", "5, 3"})
    void theQuorumIsAMajorityOfTheExpectedNodes(int nodes, int quorum) {
        assertThat(IgniteKvConfig.builder().expectedNodes(nodes).build().quorum())
                .isEqualTo(quorum);
    }

    @Test
    void theCacheIsNamedAfterThePrefix() {
        assertThat(IgniteKvConfig.defaults().cacheNameFor("rooms/")).matches("durable-records-rooms-[0-9a-f]+");
    }

    @Test
    void prefixesThatLookAlikeInAFileNameGetTwoCaches() {
        IgniteKvConfig config = IgniteKvConfig.defaults();
        assertThat(config.cacheNameFor("a/b"))
                .matches("durable-records-a-b-[0-9a-f]+")
                .isNotEqualTo(config.cacheNameFor("a-b"))
                .isNotEqualTo(config.cacheNameFor("a:b"));
        assertThat(config.cacheNameFor("x".repeat(500))).hasSizeLessThan(100);
    }

    @Test
    void anOptionOutOfItsBoundsIsNamed() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> IgniteKvConfig.builder().backups(8).build())
                .withMessageContaining("igniteKv.backups")
                .withMessageContaining("0 to 7");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> IgniteKvConfig.builder().cacheName("a b").build());
    }

    @Test
    void theExpectedNodesHaveOneBoundHoweverTheyAreSet() {
        for (int nodes : new int[] {0, 1, SizeChange.LARGEST}) {
            IgniteKvConfig config =
                    IgniteKvConfig.builder().expectedNodes(nodes).build();
            assertThat(config.expectedNodes()).isEqualTo(nodes);
            assertThat(IgniteKvConfig.from(Map.of("expected-nodes", nodes)).build())
                    .isEqualTo(config);
            assertThat(IgniteKvConfig.from(config).build()).isEqualTo(config);
        }
        for (int nodes : new int[] {-1, SizeChange.LARGEST + 1, 1_999}) {
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(
                            () -> IgniteKvConfig.builder().expectedNodes(nodes).build())
                    .withMessageContaining("igniteKv.expectedNodes must be 0 to 1000");
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() -> IgniteKvConfig.from(Map.of("expected-nodes", nodes)))
                    .withMessageContaining("expected-nodes must be 0 to 1000");
        }
        assertThat(IgniteKvConfig.builder().quorum(500).build().expectedNodes()).isLessThan(SizeChange.LARGEST);
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> IgniteKvConfig.builder().quorum(501));
    }

    @Test
    void aBuilderFromAConfigurationKeepsEveryOption() {
        IgniteKvConfig config = IgniteKvConfig.builder()
                .cacheName("name")
                .dataRegion("region")
                .inMemory(true)
                .backups(2)
                .partitions(3)
                .expectedNodes(6)
                .splitWrites(true)
                .maxRecordBytes(5_000)
                .maxInFlight(60)
                .threads(7)
                .build();
        assertThat(IgniteKvConfig.from(config).build()).isEqualTo(config);
    }

    @Test
    void logModesThatLoseAcknowledgedWritesAreRefused() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() ->
                        IgniteKvStorage.builder().walMode(WALMode.BACKGROUND).build());
        assertThat(IgniteKv.persistentStorage(
                                IgniteKvStorage.builder().walMode(WALMode.FSYNC).build())
                        .getWalMode())
                .isEqualTo(WALMode.FSYNC);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "x:", "-1:", "8:key"})
    void aCursorOfAnotherBackendIsRefused(String text) {
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> Cursor.parse(text, 8));
    }

    @Test
    void aCursorKeepsAnyKey() {
        Cursor cursor = new Cursor(7, "a:b/ü");
        assertThat(Cursor.parse(cursor.text(), 8)).isEqualTo(cursor);
    }
}
