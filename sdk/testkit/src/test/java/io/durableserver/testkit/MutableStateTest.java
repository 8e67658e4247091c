package io.durableserver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.Call;
import io.durableserver.DurableServer;
import io.durableserver.DurableServerException;
import io.durableserver.DurableServers;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.SyncPolicy;
import io.durableserver.Termination;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.testkit.backend.FaultPlan;
import io.durableserver.testkit.backend.FaultyBackend;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.InMemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Servers that change their state in place, on whole nodes: what is stored is always the state between two turns. */
class MutableStateTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern STORED = Pattern.compile("\"left\":(\\d+),\"right\":(\\d+)");

    /** Two numbers that are equal between turns, and never inside one. */
    static final class Pair {
        public long left;
        public long right;
    }

    /** Adds one, number by number; how far it is stored is up to the policy, unless it says so. */
    record Add(boolean strict, boolean fails) implements Call<Long> {}

    record Get() implements Call<Long> {}

    static final class Scales extends DurableServer<Pair> {
        static final ServerType<Pair> MANUAL = ServerType.of("scales", Pair.class, Scales::new)
                .mutableState()
                .syncPolicy(SyncPolicy.manual(Duration.ZERO));

        @Override
        protected void handlers(Handlers<Pair> on) {
            on.call(Add.class, (state, add) -> {
                state.left++;
                if (add.fails()) {
                    throw new IllegalStateException("between the two");
                }
                // Long enough for a write that does not keep to the turns to come between the two.
                for (int i = 0; i < 200; i++) {
                    Thread.onSpinWait();
                }
                state.right++;
                return add.strict() ? Next.reply(state.right, state).sync() : Next.reply(state.right, state);
            });
            on.call(Get.class, (state, get) -> Next.reply(state.left * 1_000_000 + state.right, state));
        }
    }

    @Test
    void whatIsStoredWhileTurnsRunIsNeverTorn() {
        InMemoryStore store = new InMemoryStore();
        ServerType<Pair> eager = Scales.MANUAL.syncPolicy(SyncPolicy.onChange());
        try (TestCluster cluster = TestCluster.builder()
                        .types(eager)
                        .configure(config -> config.backend(context -> new FaultyBackend(
                                new InMemoryBackend(store),
                                FaultPlan.latency(Duration.ofMillis(2)),
                                context.scheduler())))
                        .start();
                Backend reader = new InMemoryBackend(store)) {
            ServerRef ref = cluster.servers(0).ensureStarted(eager, "k", new Pair());
            List<CompletionStage<Long>> calls = new ArrayList<>();
            long seen = -1;
            int versions = 0;
            for (int i = 0; i < 4_000; i++) {
                calls.add(ref.callAsync(new Add(i % 50 == 0, false)));
                if (i % 100 == 99) {
                    calls.forEach(MutableStateTest::get);
                    calls.clear();
                }
                long stored = stored(reader, "k");
                versions += stored == seen ? 0 : 1;
                seen = stored;
            }
            assertThat(versions).as("different states seen in the store").isGreaterThan(3);
            cluster.servers(0).admin().terminate("k", Termination.GRACEFUL);
            assertThat(stored(reader, "k")).isEqualTo(4_000);
        }
    }

    @Test
    void aCrashOfTheNodeLosesWhatWasNotStoredAndNoMore() {
        try (TestCluster cluster =
                TestCluster.builder().nodes(2).types(Scales.MANUAL).start()) {
            ServerRef ref = cluster.servers(0).ensureStarted(Scales.MANUAL, "k", new Pair());
            assertThat((long) ref.call(new Add(true, false))).isEqualTo(1);
            assertThat((long) ref.call(new Add(true, false))).isEqualTo(2);
            assertThat((long) ref.call(new Add(false, false))).isEqualTo(3);
            int host = cluster.servers(0)
                            .admin()
                            .lookup("k")
                            .orElseThrow()
                            .session()
                            .equals(cluster.servers(0).session())
                    ? 0
                    : 1;
            cluster.crash(host);
            DurableServers left = cluster.servers(1 - host);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> left.ref(Scales.MANUAL, "k").call(new Get()) == 2_000_002);
        }
    }

    /** How far the failed turn got nobody knows, so its state is dropped and not stored: the server goes back. */
    @Test
    void aFailedTurnIsNotStoredAndTheServerGoesBackToWhatWas() {
        try (TestCluster cluster = TestCluster.builder().types(Scales.MANUAL).start()) {
            ServerRef ref = cluster.servers(0).ensureStarted(Scales.MANUAL, "k", new Pair());
            assertThat((long) ref.call(new Add(true, false))).isEqualTo(1);
            assertThat((long) ref.call(new Add(false, false))).isEqualTo(2);
            assertThatThrownBy(() -> ref.call(new Add(true, true))).isInstanceOf(DurableServerException.class);
            Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> ref.call(new Get()) == 1_000_001);
            assertThat(stored(cluster.backend(), "k")).isEqualTo(1);
        }
    }

    @Test
    void aDrainStoresTheLastStateWhole() {
        try (TestCluster cluster =
                TestCluster.builder().nodes(2).types(Scales.MANUAL).start()) {
            ServerRef ref = cluster.servers(0).ensureStarted(Scales.MANUAL, "k", new Pair());
            for (int i = 0; i < 10; i++) {
                ref.call(new Add(false, false));
            }
            cluster.stop(0);
            cluster.stop(1);
            assertThat(stored(cluster.backend(), "k")).isEqualTo(10);
        }
    }

    /** The stored number; a torn state fails the test. */
    private static long stored(Backend backend, String key) {
        ReadResult read = get(backend.get("test/" + key, ReadMode.STRONG, PATIENCE));
        assertThat(read).isInstanceOf(ReadResult.Found.class);
        String record = new String(((ReadResult.Found) read).record(), StandardCharsets.UTF_8);
        Matcher state = STORED.matcher(record);
        assertThat(state.find()).as(record).isTrue();
        assertThat(state.group(1)).as(record).isEqualTo(state.group(2));
        return Long.parseLong(state.group(1));
    }

    private static <T extends @Nullable Object> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
