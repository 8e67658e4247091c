package io.durableserver.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.CallOptions;
import io.durableserver.DurableServerException;
import io.durableserver.DurableServers;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.OutcomeUnknownException.Reason;
import io.durableserver.ServerInfo;
import io.durableserver.ServerLocation;
import io.durableserver.ServerStatus;
import io.durableserver.ServerType;
import io.durableserver.testkit.backend.InMemoryBackend;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node is killed, frozen and told to end in the middle of turns that are open: they have called others, and wait for a slow service. */
@Timeout(180)
class OpenTurnProcessIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long NEVER = Duration.ofHours(1).toMillis();
    private static final CallOptions LONG = CallOptions.timeout(Duration.ofMinutes(2));

    @TempDir
    private Path work;

    private final StoreServer store = new StoreServer();
    private DurableIgnite node;

    @BeforeEach
    void startNode() {
        node = ErrandNode.start("here", work, InMemoryBackend.factory(store.store), new ErrandNode.SlowService());
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
    void openTurnsOfAKilledNodeAreUnknownToTheirCallersAndDoNotCount() throws Exception {
        try (ChildJvm child = child()) {
            Map<String, CompletableFuture<Long>> hasty = new LinkedHashMap<>();
            for (String key : onChild(Errand.HASTY, "hasty-")) {
                hasty.put(key, run(Errand.HASTY, key, NEVER));
            }
            for (Map.Entry<String, CompletableFuture<Long>> turn : hasty.entrySet()) {
                assertThat(unknown(turn.getValue())).as("past its deadline").isEqualTo(Reason.DEADLINE);
                assertThat(servers().ref(Errand.HASTY, turn.getKey()).call(new Errand.Count()))
                        .isZero();
            }
            List<String> keys = onChild(Errand.TYPE, "errand-");
            for (String key : keys) {
                assertThat(get(run(Errand.TYPE, key, 0))).isEqualTo(1);
            }
            Map<String, CompletableFuture<Long>> open = open(child, keys, NEVER);
            child.kill();
            for (CompletableFuture<Long> turn : open.values()) {
                assertThat(unknown(turn)).isEqualTo(Reason.OWNER_LOST);
            }
            for (String key : keys) {
                assertThat(count(key)).as("acknowledged ones of " + key).isEqualTo(1);
                assertThat(servers().ref(Tally.TYPE, "of-" + key).call(new Tally.Add(0, false)))
                        .as("calls that had left have happened")
                        .isEqualTo(2);
            }
        }
    }

    @Test
    void openTurnsOfAFrozenNodeDoNotGoOnWhenItDoes() throws Exception {
        try (ChildJvm child = child()) {
            List<String> keys = onChild(Errand.TYPE, "errand-");
            // The service answers while the child is frozen.
            Map<String, CompletableFuture<Long>> open = open(child, keys, 3_000);
            child.signal("STOP");
            for (CompletableFuture<Long> turn : open.values()) {
                assertThat(unknown(turn)).isEqualTo(Reason.OWNER_LOST);
            }
            Map<String, Long> epochs = new HashMap<>();
            for (String key : keys) {
                assertThat(count(key)).as("the state before").isZero();
                assertThat(get(run(Errand.TYPE, key, 0))).isEqualTo(1);
                epochs.put(key, info(key).epoch());
            }
            child.signal("CONT");
            // Cancelled, or run apart from the turn that is over: whichever comes first.
            for (String key : keys) {
                TestCluster.await(
                        "the end of the turn of " + key,
                        () -> !child.lines("failed " + key + " ").isEmpty()
                                || !child.lines("over " + key + " ").isEmpty());
            }
            assertThat(child.lines("resumed ")).isEmpty();
            for (String key : keys) {
                assertThat(count(key)).isEqualTo(1);
                assertThat(info(key).owner()).isEqualTo(servers().session());
                assertThat(info(key).epoch()).as("epoch since the takeover").isEqualTo(epochs.get(key));
            }
        }
    }

    @Test
    void aStopWaitsForOpenTurnsAndGivesUpThoseThatLastTooLong() throws Exception {
        try (ChildJvm child = child()) {
            List<String> keys = onChild(Errand.TYPE, "errand-");
            List<String> ending = keys.subList(0, keys.size() / 2);
            List<String> lasting = keys.subList(keys.size() / 2, keys.size());
            for (String key : lasting) {
                assertThat(get(run(Errand.TYPE, key, 0))).isEqualTo(1);
            }
            Map<String, CompletableFuture<Long>> never = open(child, lasting, NEVER);
            Map<String, CompletableFuture<Long>> soon = open(child, ending, 2_000);
            child.process().toHandle().destroy();
            for (CompletableFuture<Long> turn : soon.values()) {
                assertThat(get(turn)).isEqualTo(1);
            }
            for (CompletableFuture<Long> turn : never.values()) {
                assertThat(unknown(turn)).isEqualTo(Reason.DEADLINE);
            }
            assertThat(child.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            for (String key : keys) {
                assertThat(info(key).status()).isEqualTo(ServerStatus.STOPPED_GRACEFUL);
                assertThat(count(key)).isEqualTo(1);
            }
        }
    }

    private ChildJvm child() {
        ChildJvm child = ErrandNode.child("child", work, store);
        child.await("ready");
        TestCluster.await("the child", () -> node.ignite().cluster().nodes().size() == 2);
        return child;
    }

    private DurableServers servers() {
        return node.servers();
    }

    /** Servers that run on the child, each with a tally somewhere; two at least. */
    private List<String> onChild(ServerType<Errand.State> type, String prefix) {
        List<String> keys = new ArrayList<>();
        for (String key : IntStream.range(0, 16).mapToObj(i -> prefix + i).toList()) {
            servers().ensureStarted(Tally.TYPE, "of-" + key, new Tally.State(0));
            servers().ensureStarted(type, key, new Errand.State(0));
            ServerLocation place = Awaitility.await("the place of " + key)
                    .atMost(PATIENCE)
                    .until(() -> servers().admin().lookup(key), Optional::isPresent)
                    .orElseThrow();
            if (!place.session().equals(servers().session())) {
                keys.add(key);
            }
        }
        assertThat(keys).as("servers on the child").hasSizeGreaterThan(1);
        return keys;
    }

    private CompletableFuture<Long> run(ServerType<Errand.State> type, String key, long millis) {
        return servers()
                .ref(type, key)
                .callAsync(new Errand.Run(1, "of-" + key, millis), LONG)
                .toCompletableFuture();
    }

    /** Their turns have called the tallies, and wait for the service. */
    private Map<String, CompletableFuture<Long>> open(ChildJvm child, List<String> keys, long millis) {
        Map<String, Integer> before = new HashMap<>();
        Map<String, CompletableFuture<Long>> turns = new LinkedHashMap<>();
        for (String key : keys) {
            before.put(key, child.lines("waiting " + key + " ").size());
            turns.put(key, run(Errand.TYPE, key, millis));
        }
        TestCluster.await(
                "open turns",
                () -> keys.stream()
                        .allMatch(key -> child.lines("waiting " + key + " ").size() > before.getOrDefault(key, 0)));
        return turns;
    }

    private static long get(CompletableFuture<Long> turn)
            throws InterruptedException, ExecutionException, TimeoutException {
        return turn.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static Reason unknown(CompletableFuture<Long> turn) throws InterruptedException, TimeoutException {
        try {
            throw new AssertionError("answered " + get(turn));
        } catch (ExecutionException failed) {
            assertThat(failed.getCause()).isInstanceOf(OutcomeUnknownException.class);
            return ((OutcomeUnknownException) failed.getCause()).reason();
        }
    }

    /** What the server has, wherever it comes back. */
    private long count(String key) {
        return Awaitility.await(key)
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(DurableServerException.class)
                .until(() -> servers().ref(Errand.TYPE, key).call(new Errand.Count()), count -> true);
    }

    private ServerInfo info(String key) {
        return servers().admin().info(key).orElseThrow();
    }
}
