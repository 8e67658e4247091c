package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.ignite.configuration.WALMode;
import org.junit.jupiter.api.Test;

class EmbeddedNodeTest {
    @Test
    void everyBadOptionIsNamedWithItsValue() {
        Map<String, UnaryOperator<EmbeddedNode.Builder>> bad = Map.ofEntries(
                Map.entry("name=a b", b -> b.name("a b")),
                Map.entry("host= ", b -> b.host(" ")),
                Map.entry("discoveryPort=80", b -> b.discoveryPort(80)),
                Map.entry("portRange=-1", b -> b.portRange(-1)),
                Map.entry("communicationPort=47501", b -> b.communicationPort(47_501)),
                Map.entry("memoryBytes=1", b -> b.memoryBytes(1)),
                Map.entry("persistentMemoryBytes=1", b -> b.persistentMemoryBytes(1)),
                Map.entry("walMode=BACKGROUND", b -> b.walMode(WALMode.BACKGROUND)),
                Map.entry("walSegmentBytes=1", b -> b.walSegmentBytes(1)),
                Map.entry("failureDetection=PT0.001S", b -> b.failureDetection(Duration.ofMillis(1))),
                Map.entry("activateWhen=-1", b -> b.activateWhen(-1)),
                Map.entry("peers=host:x", b -> b.peers("ok:47500", "host:x")),
                Map.entry("peers=host:9..8", b -> b.peers("host:9..8")),
                Map.entry("peers=host:65536", b -> b.peers("host:65536")),
                Map.entry("peers=:47500", b -> b.peers(":47500")),
                Map.entry("backups=9", b -> b.backups(9)));
        bad.forEach((option, change) -> assertThatThrownBy(
                        () -> change.apply(EmbeddedNode.builder().name("a")).build())
                .as(option)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Option " + option.substring(0, option.indexOf('=')) + " must be ")
                .hasMessageContaining(", was " + option.substring(option.indexOf('=') + 1)));
        assertThatThrownBy(() -> EmbeddedNode.builder().build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("name");
        assertThatCode(() -> EmbeddedNode.builder()
                        .name("a")
                        .peers("a", "a:1", "a:1..2", "10.0.0.1:47500..47520", "[::1]:47500", "::1")
                        .build())
                .doesNotThrowAnyException();
    }

    @Test
    void mapsAreTaken() {
        EmbeddedNode node = EmbeddedNode.from(Map.of(
                        "name", "a", "peers", "h1:47500, h2:47500..47520", "wal-mode", "fsync", "memory-bytes", "1GiB"))
                .build();
        assertThat(node.peers()).containsExactly("h1:47500", "h2:47500..47520");
        assertThat(node.walMode()).isEqualTo(WALMode.FSYNC);
        assertThat(EmbeddedNode.from(node).build()).isEqualTo(node);
        assertThatThrownBy(() -> EmbeddedNode.from(Map.of("name", "a", "wal-mode", "background")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("LOG_ONLY or FSYNC");
    }
}
