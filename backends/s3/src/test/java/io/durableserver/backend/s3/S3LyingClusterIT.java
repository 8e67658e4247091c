package io.durableserver.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Call;
import io.durableserver.CallOptions;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.s3test.LyingProxy;
import io.durableserver.s3test.RandomLies;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.testkit.Effort;
import io.durableserver.testkit.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A whole cluster whose bucket is behind something that lies: nothing acknowledged is lost, nothing told as not applied is there. */
class S3LyingClusterIT {
    private static final int PERCENT = 15;
    private static final int KEYS = 3;
    private static final int ROUNDS = 60;
    private static final CallOptions IN_TIME = CallOptions.timeout(Duration.ofSeconds(5));

    record Ids(List<Integer> ids) {}

    record Append(int id) implements Call<Integer> {}

    record Get() implements Call<List<Integer>> {}

    static final class Ledger extends DurableServer<Ids> {
        static final ServerType<Ids> TYPE = ServerType.of("ledger", Ids.class, Ledger::new);

        @Override
        protected void handlers(Handlers<Ids> on) {
            on.call(Append.class, (state, append) -> {
                List<Integer> ids = new ArrayList<>(state.ids());
                ids.add(append.id());
                return Next.reply(ids.size(), new Ids(List.copyOf(ids))).sync();
            });
            on.call(Get.class, (state, get) -> Next.reply(state.ids(), state));
        }
    }

    private final Map<Integer, String> keyOf = new ConcurrentHashMap<>();
    private final Queue<Integer> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<Integer> notApplied = new ConcurrentLinkedQueue<>();

    @Test
    void aClusterBehindLiesLosesNothingAndTellsNothingFalse() throws Exception {
        long first = Long.getLong("durableserver.seed", Effort.firstSeed());
        for (long seed = first; seed < first + Effort.count(1); seed++) {
            run(seed);
        }
    }

    private void run(long seed) throws Exception {
        acknowledged.clear();
        notApplied.clear();
        RandomLies lies = new RandomLies(seed, PERCENT);
        lies.on(false);
        try (S3TestServer server =
                        S3TestServer.builder().bucket(TestNode.BUCKET).start();
                LyingProxy proxy = LyingProxy.before(server.endpoint(), lies);
                TestCluster cluster = TestCluster.builder()
                        .types(Ledger.TYPE)
                        .configure(config -> config.backend(S3.backend(
                                TestNode.on(server).endpoint(proxy.endpoint()).build())))
                        .start()) {
            lies.on(true);
            for (int round = 0; round < ROUNDS; round++) {
                append(cluster, round);
            }
            lies.on(false);
            proxy.settle();
            for (int key = 0; key < KEYS; key++) {
                check(cluster, seed, "k" + key);
            }
            assertThat(acknowledged).as("acknowledged").isNotEmpty();
        }
    }

    /** Every node appends to every key at once. */
    private void append(TestCluster cluster, int round) throws Exception {
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int key = 0; key < KEYS; key++) {
            for (int node = 0; node < cluster.size(); node++) {
                int id = (round * KEYS + key) * cluster.size() + node;
                String name = "k" + key;
                keyOf.put(id, name);
                all.add(cluster.servers(node)
                        .ensureStartedAsync(Ledger.TYPE, name, new Ids(List.of()), StartOptions.DEFAULT)
                        .thenCompose(ref -> ref.callAsync(new Append(id), IN_TIME))
                        .handle((size, failure) -> {
                            if (failure == null) {
                                acknowledged.add(id);
                            } else if (cause(failure) instanceof NotAppliedException) {
                                notApplied.add(id);
                            }
                            return id;
                        })
                        .toCompletableFuture());
            }
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
    }

    private static Throwable cause(Throwable failure) {
        return failure.getCause() == null || failure instanceof NotAppliedException ? failure : failure.getCause();
    }

    private void check(TestCluster cluster, long seed, String key) {
        List<Integer> ids = Awaitility.await()
                .ignoreExceptions()
                .atMost(Duration.ofSeconds(30))
                .until(
                        () -> {
                            ServerRef ref = cluster.servers(0).ensureStarted(Ledger.TYPE, key, new Ids(List.of()));
                            return ref.call(new Get(), IN_TIME);
                        },
                        found -> true);
        assertThat(ids).as("seed %d, key %s", seed, key).doesNotHaveDuplicates();
        assertThat(ids).as("seed %d, key %s", seed, key).containsAll(of(key, acknowledged));
        assertThat(ids).as("seed %d, key %s", seed, key).doesNotContainAnyElementsOf(withId(of(key, notApplied)));
    }

    /** An assertion about no elements would be refused. */
    private static List<Integer> withId(List<Integer> ids) {
        List<Integer> all = new ArrayList<>(ids);
        all.add(-1);
        return all;
    }

    private List<Integer> of(String key, Queue<Integer> ids) {
        return ids.stream().filter(id -> key.equals(keyOf.get(id))).toList();
    }
}
