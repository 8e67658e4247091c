package io.durableserver.examples.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Call;
import io.durableserver.ConfigurationException;
import io.durableserver.backend.ignite.IgniteKvConfig;
import io.durableserver.examples.counter.Counter;
import io.durableserver.ignite.DurableIgnite;
import io.durableserver.ignite.NodeState.Trouble;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.ignite.cache.CachePeekMode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of one node are damaged while it is stopped; another one has copies of all its records. */
@Timeout(240)
class DamagedDiskIT {
    private static final int PORT = 20_500;
    private static final Duration PATIENCE = CounterNodes.PATIENCE;
    private static final int KEYS = 20;

    /** What is damaged. */
    enum Damage {
        /** All pages of Ignite's own metadata. */
        METASTORE("db/b/metastorage/part-0.bin", 4096 + 2048),
        /** All pages of the records. */
        RECORDS("db/b/cache-durable-records-[^/]*/part-[0-9]+\\.bin", 4096 + 2048),
        /** What says that a file is one of Ignite's, and all of it. */
        WHOLE_FILE("db/b/cache-durable-records-[^/]*/part-3\\.bin", 0),
        /** What says that a file is one of Ignite's log. */
        LOG_FILE("db/wal/b/[0-9]+\\.wal", 0),
        /** What was logged, after a stop in good order. */
        LOG("db/wal/b/[0-9]+\\.wal", 2048);

        private final String files;
        private final long from;

        Damage(String files, long from) {
            this.files = files;
            this.from = from;
        }
    }

    @TempDir
    private Path work;

    private final Map<String, DurableIgnite> nodes = new HashMap<>();

    @AfterEach
    void close() {
        nodes.values().forEach(DurableIgnite::close);
    }

    private DurableIgnite start(String name) {
        DurableIgnite node =
                DurableIgnite.start(CounterNodes.node(work.resolve(name), name, PORT, name.charAt(0) - 'a', 2)
                        .activateWhen(2)
                        .failureDetection(Duration.ofSeconds(5))
                        .servers(CounterNodes.counters(IgniteKvConfig.builder().splitWrites(true)))
                        .build());
        nodes.put(name, node);
        return node;
    }

    private static long call(DurableIgnite node, int key, Call<Long> message) {
        return CounterNodes.call(node, "key-" + key, message);
    }

    private List<Path> files(Damage damage) throws IOException {
        Path top = work.resolve("b");
        try (Stream<Path> all = Files.walk(top)) {
            return all.filter(file -> top.relativize(file).toString().matches(damage.files))
                    .toList();
        }
    }

    private void damage(Damage damage) throws IOException {
        List<Path> files = files(damage);
        assertThat(files).as("files of %s", damage).isNotEmpty();
        for (Path path : files) {
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                for (long at = damage.from; at < file.length(); at += 4096) {
                    file.seek(at);
                    int old = file.read();
                    file.seek(at);
                    file.write(old ^ 0xff);
                }
            }
        }
    }

    /** A damaged node says so, with what to do, or is whole; and what was acknowledged is there in any case. */
    @ParameterizedTest
    @EnumSource(Damage.class)
    void whatADamagedNodeHadIsThereAndTheNodeSaysWhatToDo(Damage damage) throws IOException {
        DurableIgnite a = start("a");
        DurableIgnite b = start("b");
        b.servers().awaitReady(PATIENCE);
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            for (int n = 0; n <= i % 3; n++) {
                call(i % 2 == 0 ? a : b, i, new Counter.Increment(1));
            }
            counts.add(1L + i % 3);
        }
        b.close();
        nodes.remove("b");
        damage(damage);

        Optional<String> told = startDamaged();
        if (told.isPresent()) {
            assertThat(told.get())
                    .contains("damaged", work.resolve("b").resolve("db").toString(), "filled from them");
            Optional.ofNullable(nodes.remove("b")).ifPresent(DurableIgnite::close);
            Files.move(work.resolve("b/db"), work.resolve("b/db-damaged"));
            start("b").servers().awaitReady(PATIENCE);
        }
        DurableIgnite whole = Objects.requireNonNull(nodes.get("b"));
        right(whole, counts);
        Awaitility.await("copied").atMost(PATIENCE).until(() -> records(whole) == records(a) && records(a) > KEYS);
    }

    /** What the start, or the node itself later, says of the damage; empty where it serves all. */
    private Optional<String> startDamaged() {
        try {
            DurableIgnite b = start("b");
            return Awaitility.await("it serves, or says why not")
                    .atMost(PATIENCE)
                    .until(
                            () -> b.state().trouble() == Trouble.DISK_DAMAGED
                                    ? Optional.of(Optional.of(b.state().cause()))
                                    : b.servers().isReady()
                                            ? Optional.of(Optional.<String>empty())
                                            : Optional.<Optional<String>>empty(),
                            Optional::isPresent)
                    .orElseThrow();
        } catch (ConfigurationException refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        }
    }

    private static void right(DurableIgnite node, List<Long> counts) {
        for (int i = 0; i < KEYS; i++) {
            assertThat(call(node, i, new Counter.GetCount())).as("key-%s", i).isEqualTo(counts.get(i));
        }
    }

    private static long records(DurableIgnite node) {
        String cache = node.ignite().cacheNames().stream()
                .filter(name -> name.startsWith("durable-records-"))
                .findFirst()
                .orElseThrow();
        return node.ignite().cache(cache).localSizeLong(CachePeekMode.ALL);
    }
}
