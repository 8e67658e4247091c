package io.durableserver.runtime.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Session;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DirectoryTest {
    private final LoneCluster map = new LoneCluster(new Session("me", "1"));
    private final Directory directory = new Directory(map, new ManualScheduler());

    private static DirectoryEntry entry(String node) {
        return new DirectoryEntry("t", new Session(node, "1"), 1, DirectoryEntry.Phase.RUNNING, false, Map.of());
    }

    private Optional<DirectoryEntry> present() {
        return directory.get("k").toCompletableFuture().join();
    }

    @Test
    void entryOfSomebodyElseStaysWhenOursIsRemoved() {
        assertThat(directory.set("k", Optional.empty(), entry("other"))).isCompleted();
        assertThat(directory.remove("k", entry("me"))).isCompleted();
        assertThat(present()).contains(entry("other"));
        assertThat(directory.remove("k", entry("other"))).isCompleted();
        assertThat(present()).isEmpty();
    }

    @Test
    void entryOfALaterReleaseIsComparedWithAllItsParts() {
        byte[] parts = HexFormat.of().parseHex("0302aabb" + "810100");
        DirectoryEntry later = new DirectoryEntry(
                "t", new Session("gone", "1"), 1, DirectoryEntry.Phase.RUNNING, false, Map.of(), parts);
        assertThat(map.putIfAbsent("k", WireFormat.encode(later))).isCompleted();

        assertThat(present()).contains(later);
        assertThat(present().orElseThrow().withMetadata(Map.of("a", "b")).extra())
                .isEqualTo(parts);
        assertThat(directory.set("k", Optional.of(entry("gone")), entry("me")))
                .isCompletedWithValueMatching(cas -> !cas.applied());
        assertThat(directory.set("k", present(), entry("me"))).isCompletedWithValueMatching(Directory.Cas::applied);
    }

    @Test
    void entryIsSetOnlyWhereWhatIsExpectedStands() {
        assertThat(directory.set("k", Optional.empty(), entry("other"))).isCompleted();
        Directory.Cas refused = directory
                .set("k", Optional.of(entry("third")), entry("me"))
                .toCompletableFuture()
                .join();
        assertThat(refused.applied()).isFalse();
        assertThat(refused.current()).contains(entry("other"));
        assertThat(present()).contains(entry("other"));
    }
}
