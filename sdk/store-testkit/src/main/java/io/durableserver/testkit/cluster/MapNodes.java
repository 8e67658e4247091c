package io.durableserver.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.Cluster;
import io.durableserver.spi.MapSpec;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.SharedMap;
import io.durableserver.spi.SharedMap.Cas;
import io.durableserver.spi.SharedMap.Entry;
import io.durableserver.spi.SharedMap.Page;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Nodes with a map open on each, and how the chapters use it. */
final class MapNodes {
    static final MapSpec SPEC = MapSpec.partitioned("kit", 1);

    private final ClusterKit kit;
    private final List<Cluster> nodes;

    MapNodes(ClusterKit kit, List<Cluster> nodes) {
        this.kit = kit;
        this.nodes = nodes;
        nodes.forEach(node -> node.map(SPEC));
    }

    Cluster node(int index) {
        return nodes.get(index);
    }

    SharedMap map(int index) {
        return nodes.get(index).map(SPEC);
    }

    void stop(int index) {
        kit.cluster().stop(nodes.get(index));
    }

    <E extends RuntimeEvent> List<E> told(int index, Class<E> kind) {
        return kit.cluster().told(nodes.get(index), kind);
    }

    boolean haveThreads() {
        return kit.cluster().hasThreads();
    }

    void await(String what, BooleanSupplier condition) {
        kit.await(what, condition);
    }

    void aMoment() {
        kit.aMoment();
    }

    <T> T get(CompletionStage<T> stage) {
        return kit.get(stage);
    }

    /** A change that must be applied. */
    Cas applied(CompletionStage<Cas> change) {
        Cas cas = get(change);
        assertThat(cas.applied()).as("applied").isTrue();
        return cas;
    }

    Cas put(String key, String value) {
        return applied(map(0).putIfAbsent(key, ClusterKit.bytes(value)));
    }

    Cas replace(String key, String expected, String value) {
        return applied(map(0).replace(key, ClusterKit.bytes(expected), ClusterKit.bytes(value)));
    }

    Cas remove(String key, String expected) {
        return applied(map(0).remove(key, ClusterKit.bytes(expected)));
    }

    Cas remove(String key, String expected, String reason) {
        return applied(map(0).remove(key, ClusterKit.bytes(expected), reason));
    }

    /** All entries a way of paging finds, each once. */
    Map<String, String> all(Function<String, CompletionStage<Page>> pages, int limit) {
        Map<String, String> all = new TreeMap<>();
        String cursor = SharedMap.START;
        do {
            Page page = get(pages.apply(cursor));
            assertThat(page.entries()).as("a page").hasSizeLessThanOrEqualTo(limit);
            for (Entry entry : page.entries()) {
                assertThat(all.put(entry.key(), ClusterKit.text(entry.value())))
                        .as("%s again", entry.key())
                        .isNull();
                assertThat(entry.revision()).isPositive();
            }
            assertThat(page.next()).as("a cursor that moves").isNotEqualTo(Optional.of(cursor));
            cursor = page.next().orElse(SharedMap.START);
        } while (!cursor.equals(SharedMap.START));
        return all;
    }

    Map<String, String> owned(int index) {
        return all(cursor -> map(index).owned(cursor, 5), 5);
    }
}
