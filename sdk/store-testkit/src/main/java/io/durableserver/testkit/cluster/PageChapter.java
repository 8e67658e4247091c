package io.durableserver.testkit.cluster;

import static io.durableserver.testkit.cluster.ClusterKit.self;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.spi.Cluster;
import io.durableserver.spi.PageBuilder;
import io.durableserver.spi.SharedMap;
import io.durableserver.spi.SharedMap.Entry;
import io.durableserver.spi.SharedMap.Page;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Reading a map in pages, all of it or what a node arbitrates. */
interface PageChapter extends MapFixture {
    private static Map<String, String> entries(MapNodes nodes, int count) {
        Map<String, String> entries = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            entries.put("in/" + i, "v" + i);
            nodes.put("in/" + i, "v" + i);
        }
        return entries;
    }

    @Test
    default void pagesHaveEveryEntryOfAPrefixOnce() {
        MapNodes nodes = start("a", "b");
        assertThat(nodes.all(cursor -> nodes.map(0).scan("", cursor, 3), 3)).isEmpty();
        Map<String, String> entries = entries(nodes, 40);
        nodes.put("out", "x");
        nodes.put("in", "x");
        nodes.put("removed", "x");
        nodes.remove("removed", "x", "why");
        for (int limit : new int[] {1, 7, 40, 41, 1_000}) {
            assertThat(nodes.all(cursor -> nodes.map(limit % 2).scan("in/", cursor, limit), limit))
                    .isEqualTo(entries);
        }
        assertThat(nodes.all(cursor -> nodes.map(1).scan("", cursor, 6), 6)).hasSize(42);
    }

    @Test
    default void entriesThatStayAreInOnePageWhileOthersComeAndGo() {
        MapNodes nodes = start("a", "b");
        Map<String, String> entries = entries(nodes, 40);
        for (int i = 0; i < 20; i++) {
            nodes.put("in/gone" + i, "x");
        }
        AtomicInteger round = new AtomicInteger();
        Map<String, String> found = nodes.all(
                cursor -> {
                    int i = round.getAndIncrement();
                    if (i < 20) {
                        nodes.remove("in/gone" + i, "x");
                        nodes.put("in/new" + i, "x");
                    }
                    // A cursor is good on every node.
                    return nodes.map(i % 2).scan("in/", cursor, 4);
                },
                4);
        assertThat(found).containsAllEntriesOf(entries);
    }

    @Test
    default void aNodeOwnsWhatItArbitratesAndNoBackups() {
        MapNodes nodes = start("a", "b", "c");
        Map<String, String> entries = entries(nodes, 40);
        nodes.await("all is owned once", () -> ownedByAll(nodes, 3).equals(entries.keySet()));
        for (int node = 0; node < 3; node++) {
            Map<String, String> owned = nodes.owned(node);
            int at = node;
            assertThat(owned.keySet()).allMatch(key -> nodes.map(at).owner(key).equals(self(nodes.node(at))));
            assertThat(entries).containsAllEntriesOf(owned);
            assertThat(nodes.map(node).ownedSize())
                    .as("how many node %s owns", node)
                    .isEqualTo(owned.size());
        }
    }

    /** The keys all nodes own; empty while one is owned twice. */
    private static Set<String> ownedByAll(MapNodes nodes, int count) {
        Set<String> all = new HashSet<>();
        int sum = 0;
        for (int node = 0; node < count; node++) {
            Set<String> owned = nodes.owned(node).keySet();
            sum += owned.size();
            all.addAll(owned);
        }
        return sum == all.size() ? all : Set.of();
    }

    @Test
    default void whatANodeOwnedIsOwnedByOthersWhenItLeftAndTheyAreTold() {
        MapNodes nodes = start("a", "b", "c");
        Map<String, String> entries = entries(nodes, 40);
        nodes.await("all is owned", () -> ownedByAll(nodes, 3).equals(entries.keySet()));
        nodes.aMoment();
        AtomicInteger told = new AtomicInteger();
        AtomicInteger closed = new AtomicInteger();
        nodes.map(0).onArbiterChange(told::incrementAndGet);
        var registration = nodes.map(0).onArbiterChange(closed::incrementAndGet);
        registration.close();
        registration.close();
        nodes.aMoment();
        int before = told.get();
        int quiet = closed.get();
        nodes.stop(2);
        nodes.await("it is told", () -> told.get() > before);
        nodes.await("all is owned", () -> ownedByAll(nodes, 2).equals(entries.keySet()));
        assertThat(closed.get()).isEqualTo(quiet);
    }

    @Test
    default void aListenerThatThrowsIsToldAgainAndKeepsNobodyFromBeingTold() {
        MapNodes nodes = start("a", "b", "c");
        AtomicInteger thrown = new AtomicInteger();
        AtomicInteger told = new AtomicInteger();
        nodes.map(0).onArbiterChange(() -> {
            thrown.incrementAndGet();
            throw new IllegalStateException("on purpose");
        });
        nodes.map(0).onArbiterChange(told::incrementAndGet);
        nodes.aMoment();
        for (int node = 2; node > 0; node--) {
            int thrownBefore = thrown.get();
            int toldBefore = told.get();
            nodes.stop(node);
            nodes.await("both are told", () -> thrown.get() > thrownBefore && told.get() > toldBefore);
        }
    }

    @Test
    default void aListenerThatIsRegisteredTwiceGoesOnUntilBothAreClosed() {
        MapNodes nodes = start("a", "b");
        AtomicInteger told = new AtomicInteger();
        Runnable listener = told::incrementAndGet;
        nodes.map(0).onArbiterChange(listener);
        nodes.map(0).onArbiterChange(listener).close();
        nodes.aMoment();
        int before = told.get();
        nodes.stop(1);
        nodes.await("it is told", () -> told.get() > before);
    }

    @Test
    default void allNodesAgreeOnTheArbiterAndNameTheObjectOfTheView() {
        MapNodes nodes = start("a", "b", "c");
        for (int i = 0; i < 50; i++) {
            String key = "key" + i;
            nodes.await(
                    "agreement on " + key,
                    () -> nodes.map(0).owner(key).equals(nodes.map(1).owner(key))
                            && nodes.map(1).owner(key).equals(nodes.map(2).owner(key)));
            Cluster a = nodes.node(0);
            var owner = nodes.map(0).owner(key);
            assertThat(a.membership().view().member(owner).orElseThrow().session())
                    .isSameAs(owner);
        }
    }

    @Test
    default void aPageIsBoundedInBytes() {
        MapNodes nodes = start("a", "b");
        Map<String, Integer> sizes = new TreeMap<>();
        for (int i = 0; i < 12; i++) {
            sizes.put("in/" + i, 300_000);
        }
        sizes.put("in/largest", SharedMap.MAX_VALUE);
        sizes.forEach((key, size) -> nodes.applied(nodes.map(0).putIfAbsent(key, new byte[size])));
        Map<String, Integer> scanned = new TreeMap<>();
        sized(nodes, cursor -> nodes.map(1).scan("in/", cursor, SharedMap.MAX_PAGE), scanned);
        assertThat(scanned).isEqualTo(sizes);
        nodes.await("all is owned once", () -> ownedByAll(nodes, 2).equals(sizes.keySet()));
        Map<String, Integer> owned = new TreeMap<>();
        for (int node = 0; node < 2; node++) {
            int at = node;
            sized(nodes, cursor -> nodes.map(at).owned(cursor, SharedMap.MAX_PAGE), owned);
        }
        assertThat(owned).isEqualTo(sizes);
    }

    private static void sized(
            MapNodes nodes, Function<String, CompletionStage<Page>> pages, Map<String, Integer> sizes) {
        String cursor = SharedMap.START;
        do {
            Page page = nodes.get(pages.apply(cursor));
            long bytes = 0;
            for (Entry entry : page.entries()) {
                bytes += PageBuilder.size(entry.key(), entry.value());
                assertThat(sizes.put(entry.key(), entry.value().length)).isNull();
            }
            assertThat(page.entries().size() == 1 || bytes <= SharedMap.MAX_PAGE_BYTES)
                    .as("%s bytes in %s entries", bytes, page.entries().size())
                    .isTrue();
            cursor = page.next().orElse(SharedMap.START);
        } while (!cursor.equals(SharedMap.START));
    }

    @Test
    default void anEmptyMapHasOneEmptyPage() {
        MapNodes nodes = start("a");
        Page page = nodes.get(nodes.map(0).owned(SharedMap.START, 10));
        assertThat(page.entries()).isEmpty();
        assertThat(page.next()).isEmpty();
    }
}
