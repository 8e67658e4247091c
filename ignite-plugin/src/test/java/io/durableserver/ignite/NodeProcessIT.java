package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.CallOptions;
import io.durableserver.DurableServerException;
import io.durableserver.DurableServers;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerInfo;
import io.durableserver.ServerLocation;
import io.durableserver.ServerRef;
import io.durableserver.ServerStatus;
import io.durableserver.StartOptions;
import io.durableserver.testkit.backend.InMemoryBackend;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Signals: a node in a JVM of its own is told to end, frozen, and killed, while this JVM's node looks on. */
@Timeout(180)
class NodeProcessIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    private Path work;

    private final StoreServer store = new StoreServer();
    private final Map<String, Integer> starts = new ConcurrentHashMap<>();
    private DurableIgnite node;

    @BeforeEach
    void startNode() {
        node = TallyNode.start(
                "here", work, InMemoryBackend.factory(store.store), key -> starts.merge(key, 1, Integer::sum));
    }

    @AfterEach
    void stopNode() {
        try {
            node.close();
        } finally {
            store.close();
        }
    }

    @Test
    void sigtermStoresWhatWasNotStoredYet() throws InterruptedException {
        try (ChildJvm child = TallyNode.child("child", work, store, "serve")) {
            awaitReady(child);
            Map<String, Long> counts = new LinkedHashMap<>();
            for (int i = 0; i < 24; i++) {
                String key = "key-" + i;
                ServerRef ref = servers().ensureStarted(Tally.TYPE, key, new Tally.State(0));
                counts.put(key, ref.call(new Tally.Add(i + 1, false)));
            }
            List<String> there =
                    counts.keySet().stream().filter(key -> !isHere(key)).toList();
            assertThat(there).as("servers on the child").isNotEmpty();

            child.process().toHandle().destroy();
            assertThat(child.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(child.process().exitValue()).as("ended by SIGTERM").isEqualTo(128 + 15);
            for (String key : there) {
                assertThat(servers().admin().info(key).orElseThrow().status()).isEqualTo(ServerStatus.STOPPED_GRACEFUL);
                assertThat((long) servers().ref(Tally.TYPE, key).call(new Tally.Add(0, false)))
                        .isEqualTo(counts.get(key));
            }
        }
    }

    /** The child is frozen for longer than the cluster waits for it, and goes on when its servers are elsewhere. */
    @Test
    void aFrozenNodeThatGoesOnServesNothingAndLosesNothing() {
        try (ChildJvm child = TallyNode.child("child", work, store, "load")) {
            awaitReady(child);
            List<String> loaded = TallyNode.LOADED;
            List<String> dirty =
                    IntStream.range(0, 8).mapToObj(i -> "dirty-" + i).toList();
            for (String key : dirty) {
                ServerRef ref = servers().ensureStarted(Tally.TYPE, key, new Tally.State(0));
                ref.call(new Tally.Add(5, true));
                // Not stored: its node has it in memory only, and must not bring it back.
                ref.call(new Tally.Add(100, false));
            }
            TestCluster.await(
                    "load",
                    () -> loaded.stream()
                            .allMatch(
                                    key -> !child.lines("applied " + key + " ").isEmpty()));
            List<String> keys = Stream.concat(loaded.stream(), dirty.stream())
                    .filter(key -> !isHere(key))
                    .toList();
            assertThat(keys).as("servers on the child").hasSizeGreaterThan(1);

            child.signal("STOP");
            Map<String, Long> unknownHere = new HashMap<>();
            Map<String, Long> epochs = new HashMap<>();
            for (String key : keys) {
                unknownHere.put(key, addHere(key));
                assertThat(isHere(key)).as("%s was taken over", key).isTrue();
                epochs.put(key, servers().admin().info(key).orElseThrow().epoch());
            }
            child.signal("CONT");
            child.await("over");

            for (String key : keys) {
                ServerInfo info = servers().admin().info(key).orElseThrow();
                assertThat(info.owner()).isEqualTo(servers().session());
                assertThat(info.epoch()).as("epoch since the takeover").isEqualTo(epochs.get(key));
                long applied = dirty.contains(key)
                        ? 5
                        : child.lines("applied " + key + " ").size();
                long unknown = child.lines("unknown " + key + " ").size() + unknownHere.getOrDefault(key, 0L);
                assertThat((long) servers().ref(Tally.TYPE, key).call(new Tally.Add(0, false)))
                        .as(key)
                        .isBetween(applied + 1, applied + 1 + unknown);
            }
            List<String> ends = child.lines("").stream()
                    .filter(line -> line.matches("(applied|refused|unknown) .*"))
                    .toList();
            assertThat(ends.subList(ends.size() - loaded.size(), ends.size()))
                    .as("calls on a node that was cut off")
                    .noneMatch(line -> line.startsWith("applied"));
        }
    }

    /** The child never finishes a start: all that were placed there are under way when it is killed. */
    @Test
    void startsUnderWayToAKilledNodeEndAndCanBeRepeated() {
        try (ChildJvm child = TallyNode.child("child", work, store, "hang")) {
            awaitReady(child);
            Map<String, CompletableFuture<ServerRef>> starting = new LinkedHashMap<>();
            for (int i = 0; i < 24; i++) {
                starting.put("key-" + i, start("key-" + i));
            }
            child.await("starting");
            TestCluster.await(
                    "those here are done",
                    () -> !starts.isEmpty()
                            && starting.values().stream()
                                            .filter(CompletableFuture::isDone)
                                            .count()
                                    == starts.size());
            child.kill();

            for (CompletableFuture<ServerRef> start : starting.values()) {
                Throwable failure = failure(start);
                if (failure != null) {
                    assertThat(failure).isInstanceOfAny(NotAppliedException.class, OutcomeUnknownException.class);
                }
            }
            for (String key : starting.keySet()) {
                Awaitility.await(key)
                        .atMost(PATIENCE)
                        .ignoreExceptionsInstanceOf(DurableServerException.class)
                        .until(() -> servers()
                                        .ensureStarted(Tally.TYPE, key, new Tally.State(0))
                                        .call(new Tally.Add(0, true))
                                == 0);
                assertThat(servers().admin().info(key).orElseThrow().owner())
                        .isEqualTo(servers().session());
                assertThat(starts).as("starts here").containsEntry(key, 1);
            }
        }
    }

    private CompletableFuture<ServerRef> start(String key) {
        return servers()
                .ensureStartedAsync(Tally.TYPE, key, new Tally.State(0), StartOptions.DEFAULT)
                .toCompletableFuture();
    }

    private static @Nullable Throwable failure(CompletableFuture<ServerRef> start) {
        return start.handle((ref, failure) -> failure)
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private DurableServers servers() {
        return node.servers();
    }

    private boolean isHere(String key) {
        // On a machine this busy a node may lose its lease for a moment, and its servers with it.
        ServerLocation place = Awaitility.await("the place of " + key)
                .pollDelay(Duration.ZERO)
                .atMost(PATIENCE)
                .until(() -> servers().admin().lookup(key), Optional::isPresent)
                .orElseThrow();
        return place.session().equals(servers().session());
    }

    /** One more, for sure, as soon as it may be; how many tries before that may count as well. */
    private long addHere(String key) {
        AtomicLong unknown = new AtomicLong();
        Awaitility.await(key).atMost(PATIENCE).until(() -> {
            try {
                servers()
                        .ref(Tally.TYPE, key)
                        .call(new Tally.Add(1, true), CallOptions.timeout(Duration.ofSeconds(10)));
                return true;
            } catch (NotAppliedException refused) {
                return false;
            } catch (OutcomeUnknownException lost) {
                unknown.incrementAndGet();
                return false;
            }
        });
        return unknown.get();
    }

    private void awaitReady(ChildJvm child) {
        child.await("ready");
        TestCluster.await("the child", () -> node.ignite().cluster().nodes().size() == 2);
    }
}
