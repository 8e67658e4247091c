package io.durableserver.ignite.map;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ignite.map.RowBatch.End;
import io.durableserver.ignite.map.RowRequest.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.Ignition;
import org.apache.ignite.cache.affinity.rendezvous.RendezvousAffinityFunction;
import org.apache.ignite.configuration.CacheConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.logger.NullLogger;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.apache.ignite.spi.discovery.tcp.ipfinder.vm.TcpDiscoveryVmIpFinder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A cache of two partitions on one real node. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PartitionRowsIT {
    private static final int PORT = 23_100;
    private static final int[] BOTH = {0, 1};

    private Ignite ignite;
    private IgniteCache<String, byte[]> cache;

    @BeforeAll
    void start() throws IOException {
        IgniteConfiguration node = new IgniteConfiguration();
        node.setLocalHost("127.0.0.1");
        node.setIgniteInstanceName("partition-rows");
        node.setGridLogger(new NullLogger());
        node.setWorkDirectory(
                Files.createTempDirectory("durable-partition-rows").toString());
        node.setDiscoverySpi(new TcpDiscoverySpi()
                .setLocalPort(PORT)
                .setLocalPortRange(0)
                .setIpFinder(new TcpDiscoveryVmIpFinder(false).setAddresses(List.of("127.0.0.1:" + PORT))));
        ignite = Ignition.start(node);
    }

    @AfterAll
    void stop() {
        ignite.close();
    }

    @BeforeEach
    void empty() {
        ignite.destroyCache("rows");
        cache = ignite.createCache(new CacheConfiguration<String, byte[]>("rows")
                .setAffinity(new RendezvousAffinityFunction(false, BOTH.length)));
    }

    private void put(String key, String value) {
        cache.put(key, Row.of(2, 0, 0, value.getBytes(StandardCharsets.UTF_8)).bytes());
    }

    /** Keys of equal hash: 1,024 of them. */
    private static Stream<String> colliding() {
        return IntStream.range(0, 1_024).mapToObj(bits -> {
            StringBuilder key = new StringBuilder();
            for (int bit = 0; bit < 10; bit++) {
                key.append((bits >> bit & 1) == 0 ? "Aa" : "BB");
            }
            return key.toString();
        });
    }

    /** What all pieces cost together is what there is, and one row for each piece to begin and to end with. */
    @Test
    void smallPiecesHaveEveryRowOnceAndCostTogetherWhatThereIs() {
        Set<String> keys = new HashSet<>(colliding().toList());
        IntStream.range(0, 4_000).forEach(i -> keys.add("key/" + i));
        keys.forEach(key -> put(key, "v"));
        Set<String> found = new HashSet<>();
        Place place = Place.of("", BOTH.length);
        int pieces = 0;
        int passed = 0;
        while (!place.isEnd()) {
            RowBatch batch = read(place, "", 7, 1 << 20);
            batch.forEach((key, row) -> assertThat(found.add(key)).as(key).isTrue());
            pieces++;
            passed += batch.passed();
        }
        assertThat(found).isEqualTo(keys);
        assertThat(pieces).isGreaterThan(700);
        assertThat(passed).isLessThanOrEqualTo(keys.size() + 2 * pieces);
    }

    private RowBatch read(Place place, String prefix, int rows, long bytes) {
        int[] left = place.left(BitSet.valueOf(new byte[] {3}));
        RowBatch batch = PartitionRows.read(
                ignite, "rows", new RowRequest(left, place.after(), prefix, Kind.VALUES, rows, bytes, true));
        place.passed(left, batch);
        return batch;
    }

    @Test
    void whatIsRemovedBetweenTwoPiecesHidesNothing() {
        Set<String> left = new HashSet<>(colliding().toList());
        left.forEach(key -> put(key, "v"));
        Set<String> found = new HashSet<>();
        Place place = Place.of("", BOTH.length);
        while (!place.isEnd()) {
            read(place, "", 5, 1 << 20).forEach((key, row) -> found.add(key));
            if (!place.after().isEmpty()) {
                cache.remove(place.after());
            }
        }
        assertThat(found).isEqualTo(left);
    }

    @Test
    void rowsThatAreNotWantedPauseAPieceSoThatNobodyWaitsLong() {
        for (int i = 0; i < 45_000; i++) {
            put("other" + i, "");
        }
        put("wanted", "v");
        Set<String> found = new HashSet<>();
        Place place = Place.of("", BOTH.length);
        int paused = 0;
        while (!place.isEnd()) {
            RowBatch batch = read(place, "wanted", 10, 1 << 20);
            batch.forEach((key, row) -> found.add(key));
            assertThat(batch.passed()).isLessThanOrEqualTo(20_000);
            paused += batch.end() == End.PAUSED ? 1 : 0;
        }
        assertThat(found).containsExactly("wanted");
        assertThat(paused).isEqualTo(2);
    }

    @Test
    void aPieceIsBoundedInBytes() {
        for (int i = 0; i < 20; i++) {
            put("key" + i, "x".repeat(1_000));
        }
        Place place = Place.of("", BOTH.length);
        int rows = 0;
        while (!place.isEnd()) {
            int[] inBatch = {0};
            RowBatch batch = read(place, "", 100, 3_500);
            batch.forEach((key, row) -> inBatch[0]++);
            assertThat(inBatch[0]).isBetween(1, 3);
            rows += inBatch[0];
        }
        assertThat(rows).isEqualTo(20);
        RowRequest none = new RowRequest(BOTH, "", "", Kind.VALUES, 100, 500, false);
        RowBatch batch = PartitionRows.read(ignite, "rows", none);
        assertThat(batch.end()).isEqualTo(End.FULL);
        batch.forEach((key, row) -> assertThat(key).isEmpty());
    }

    @Test
    void whatIsNotOnANodeIsElsewhere() {
        RowRequest all = new RowRequest(BOTH, "", "", Kind.ALL, 100, 1 << 20, true);
        assertThat(PartitionRows.read(ignite, "no-such-cache", all).end()).isEqualTo(End.ELSEWHERE);
        assertThat(PartitionRows.read(ignite, "rows", all).end()).isEqualTo(End.DONE);
        RowRequest more = new RowRequest(new int[] {1}, "k", "", Kind.ALL, 100, 1 << 20, true);
        assertThat(PartitionRows.read(ignite, "no-such-cache", more).after()).isEqualTo("k");
    }
}
