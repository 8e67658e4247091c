package io.durableserver.testkit.cluster;

import static io.durableserver.testkit.cluster.ClusterKit.bytes;
import static io.durableserver.testkit.cluster.ClusterKit.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.spi.MapConflictException;
import io.durableserver.spi.MapSpec;
import io.durableserver.spi.SharedMap;
import io.durableserver.spi.SharedMap.Cas;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Opening maps, and changes of one key. */
interface MapChapter extends MapFixture {
    @Test
    default void aMapIsOpenedOnce() {
        MapNodes nodes = start("a");
        assertThat(nodes.node(0).map(MapNodes.SPEC)).isSameAs(nodes.map(0));
        assertThat(nodes.node(0).map(MapSpec.partitioned("kit", 1))).isSameAs(nodes.map(0));
    }

    @Test
    default void anotherKindOfANameIsRefusedOnEveryNode() {
        MapNodes nodes = start("a", "b");
        nodes.node(0).map(MapSpec.replicated("all"));
        for (int node = 0; node < 2; node++) {
            var at = nodes.node(node);
            assertThatThrownBy(() -> at.map(MapSpec.replicated("kit")))
                    .isInstanceOf(MapConflictException.class)
                    .hasMessageContaining("kit (replicated)");
            assertThatThrownBy(() -> at.map(MapSpec.partitioned("all", 1))).isInstanceOf(MapConflictException.class);
        }
        assertThat(nodes.node(1).map(MapSpec.replicated("all"))).isNotNull();
    }

    /** As in a rolling upgrade that changes them. */
    @Test
    default void otherBackupsAreTakenAsTheyAre() {
        MapNodes nodes = start("a", "b");
        nodes.put("k", "1");
        for (int node = 0; node < 2; node++) {
            SharedMap same = nodes.node(node).map(MapSpec.partitioned("kit", 0));
            assertThat(same).isSameAs(nodes.map(node));
            assertThat(nodes.node(node).map(MapSpec.partitioned("kit"))).isSameAs(same);
            assertThat(text(nodes.get(same.get("k")))).isEqualTo("1");
        }
        // A node that knows only the other one.
        nodes.node(0).map(MapSpec.partitioned("rolling", 1));
        nodes.applied(nodes.node(0).map(MapSpec.partitioned("rolling", 1)).putIfAbsent("k", bytes("2")));
        SharedMap other = nodes.node(1).map(MapSpec.partitioned("rolling", 2));
        assertThat(text(nodes.get(other.get("k")))).isEqualTo("2");
    }

    @Test
    default void whatIsNoKeyOrNoValueIsRefused() {
        MapNodes nodes = start("a");
        SharedMap map = nodes.map(0);
        for (String key : List.of("", "k".repeat(SharedMap.MAX_KEY + 1))) {
            refused(nodes, () -> map.get(key));
            refused(nodes, () -> map.putIfAbsent(key, bytes("1")));
            refused(nodes, () -> map.replace(key, bytes("1"), bytes("2")));
            refused(nodes, () -> map.remove(key, bytes("1")));
            refused(nodes, () -> map.remove(key, bytes("1"), "why"));
            assertThatThrownBy(() -> map.localGet(key)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> map.owner(key)).isInstanceOf(IllegalArgumentException.class);
        }
        byte[] tooLarge = new byte[SharedMap.MAX_VALUE + 1];
        refused(nodes, () -> map.putIfAbsent("k", tooLarge));
        refused(nodes, () -> map.replace("k", bytes("1"), tooLarge));
        String longest = "k".repeat(SharedMap.MAX_KEY);
        nodes.applied(map.putIfAbsent(longest, new byte[SharedMap.MAX_VALUE]));
        assertThat(nodes.all(cursor -> map.scan("", cursor, 1), 1)).containsOnlyKeys(longest);
    }

    private static void refused(MapNodes nodes, Supplier<CompletionStage<?>> request) {
        assertThatThrownBy(() -> nodes.get(request.get())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    default void mapsOfTwoNamesAreApart() {
        MapNodes nodes = start("a");
        nodes.put("k", "1");
        SharedMap other = nodes.node(0).map(MapSpec.replicated("other"));
        assertThat(nodes.get(other.get("k"))).isEmpty();
        nodes.applied(other.putIfAbsent("k", bytes("2")));
        assertThat(text(nodes.get(nodes.map(0).get("k")))).isEqualTo("1");
    }

    @Test
    default void everyChangeIsACompareAndSetOfTheBytes() {
        MapNodes nodes = start("a", "b");
        SharedMap a = nodes.map(0);
        SharedMap b = nodes.map(1);
        for (int i = 0; i < 10; i++) {
            String key = "key" + i;
            assertThat(nodes.get(a.replace(key, bytes("none"), bytes("x"))).applied())
                    .isFalse();
            assertThat(nodes.get(a.remove(key, bytes("none"))).applied()).isFalse();
            assertThat(nodes.get(a.remove(key, bytes("none"), "why")).applied()).isFalse();
            nodes.put(key, "1");
            Cas second = nodes.get(b.putIfAbsent(key, bytes("1")));
            assertThat(second.applied())
                    .as("the same bytes from another caller lose")
                    .isFalse();
            assertThat(text(second.current())).isEqualTo("1");
            assertThat(nodes.get(b.replace(key, bytes("0"), bytes("2"))).applied())
                    .isFalse();
            assertThat(text(nodes.applied(b.replace(key, bytes("1"), bytes("2")))
                            .current()))
                    .isEqualTo("2");
            assertThat(text(nodes.get(a.get(key)))).isEqualTo("2");
            assertThat(nodes.get(b.remove(key, bytes("1"))).applied()).isFalse();
            Cas removed = nodes.applied(i % 2 == 0 ? b.remove(key, bytes("2")) : b.remove(key, bytes("2"), "a reason"));
            assertThat(removed.current()).isEmpty();
            assertThat(nodes.get(a.get(key))).isEmpty();
            assertThat(a.localGet(key)).isEmpty();
        }
    }

    @Test
    default void revisionsOfAKeyRiseAlsoAcrossItsRemoval() {
        MapNodes nodes = start("a", "b");
        List<Long> revisions = new ArrayList<>();
        revisions.add(nodes.put("k", "1").revision());
        revisions.add(nodes.replace("k", "1", "2").revision());
        Cas lost = nodes.get(nodes.map(1).putIfAbsent("k", bytes("9")));
        assertThat(lost.revision()).as("of what is there").isEqualTo(revisions.get(1));
        revisions.add(nodes.remove("k", "2").revision());
        revisions.add(nodes.put("k", "3").revision());
        revisions.add(nodes.remove("k", "3", "why").revision());
        revisions.add(nodes.put("k", "4").revision());
        assertThat(revisions).isSorted().doesNotHaveDuplicates().allMatch(revision -> revision > 0);
        assertThat(nodes.get(nodes.map(0).scan("", SharedMap.START, 5)).entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry.revision()).isEqualTo(revisions.get(5)));
    }

    @Test
    default void aRaceHasExactlyOneWinner() {
        MapNodes nodes = start("a", "b");
        nodes.put("k", "0");
        for (int round = 0; round < 20; round++) {
            String before = "" + round;
            List<CompletionStage<Cas>> racers = new ArrayList<>();
            for (int racer = 0; racer < 8; racer++) {
                racers.add(nodes.map(racer % 2).replace("k", bytes(before), bytes("" + (round + 1))));
            }
            long winners = racers.stream().map(nodes::get).filter(Cas::applied).count();
            assertThat(winners).as("round %s", round).isEqualTo(1);
        }
    }

    @Test
    default void aReplicatedMapIsReadLocallyOnEveryNode() {
        MapNodes nodes = start("a", "b", "c");
        MapSpec everywhere = MapSpec.replicated("everywhere");
        for (int node = 0; node < 3; node++) {
            nodes.node(node).map(everywhere);
        }
        nodes.applied(nodes.node(0).map(everywhere).putIfAbsent("k", bytes("1")));
        for (int node = 0; node < 3; node++) {
            SharedMap map = nodes.node(node).map(everywhere);
            nodes.await("a copy", () -> text(map.localGet("k")).equals("1"));
        }
    }

    @Test
    default void whatIsNoReasonAndNoLimitIsRefused() {
        MapNodes nodes = start("a");
        nodes.put("k", "1");
        String tooLong = "x".repeat(SharedMap.MAX_REASON + 1);
        assertThatThrownBy(() -> nodes.get(nodes.map(0).remove("k", bytes("1"), tooLong)))
                .isInstanceOf(IllegalArgumentException.class);
        for (int limit : new int[] {0, -1, SharedMap.MAX_PAGE + 1}) {
            assertThatThrownBy(() -> nodes.get(nodes.map(0).scan("", SharedMap.START, limit)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> nodes.get(nodes.map(0).owned(SharedMap.START, limit)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(text(nodes.get(nodes.map(0).get("k")))).isEqualTo("1");
    }
}
