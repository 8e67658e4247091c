package io.durableserver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Call;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.Termination;
import io.durableserver.runtime.wire.Causes;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three whole nodes in real time: who starts a key, and how calls find a server that is not where it was. */
class ClusterRoutingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    record State(long count) {}

    record Add() implements Call<Long> {}

    /** How often each key was started, on whichever node. */
    static final class Starts {
        final Map<String, AtomicInteger> byKey = new ConcurrentHashMap<>();

        int of(String key) {
            return byKey.getOrDefault(key, new AtomicInteger()).get();
        }
    }

    static final class Counter extends DurableServer<State> {
        static final ServerType<State> TYPE = ServerType.of("counter", State.class, Counter::new);

        @Override
        protected Init<State> init(State state, ServerContext context) {
            context.service(Starts.class)
                    .byKey
                    .computeIfAbsent(context.key(), key -> new AtomicInteger())
                    .incrementAndGet();
            return Init.ok(state);
        }

        @Override
        protected void handlers(Handlers<State> on) {
            on.call(
                    Add.class,
                    (state, add) -> Next.reply(state.count() + 1, new State(state.count() + 1))
                            .sync());
        }
    }

    private final Starts starts = new Starts();
    private final TestCluster cluster = TestCluster.builder()
            .nodes(3)
            .types(Counter.TYPE)
            .configure(config -> config.service(Starts.class, starts))
            .start();

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void startsOfOneKeyFromAllNodesAtOnceAreOneActivation() {
        for (int round = 0; round < 50; round++) {
            String key = "k-" + round;
            List<CompletionStage<ServerRef>> starting = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                starting.add(cluster.servers(i % 3)
                        .ensureStartedAsync(Counter.TYPE, key, new State(0), StartOptions.DEFAULT));
            }
            starting.forEach(ClusterRoutingTest::get);
            assertThat(starts.of(key)).as("activations of %s", key).isEqualTo(1);
            var location = cluster.servers(0).admin().lookup(key).orElseThrow();
            assertThat(location.epoch()).isEqualTo(1);
            for (int i = 0; i < 3; i++) {
                assertThat(cluster.servers(i).admin().lookup(key).orElseThrow().session())
                        .isEqualTo(location.session());
            }
        }
        assertThat(cluster.servers(0).admin().localCount()
                        + cluster.servers(1).admin().localCount()
                        + cluster.servers(2).admin().localCount())
                .isEqualTo(50);
    }

    @Test
    void concurrentCallsFromAllNodesRouteToOneServer() {
        ServerRef[] refs = refs("k");
        cluster.servers(0).ensureStarted(Counter.TYPE, "k", new State(0));
        List<CompletionStage<Long>> calls = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            calls.add(refs[i % 3].callAsync(new Add()));
        }
        Set<Long> values = new HashSet<>();
        calls.forEach(call -> values.add(get(call)));
        assertThat(values).hasSize(300);
        assertThat(starts.of("k")).isEqualTo(1);
    }

    /** Whoever has the old place in the cache hears "not here", looks again, and revives the server. */
    @Test
    void aServerThatStoppedIsRevivedByWhoeverCallsItsOldPlace() {
        ServerRef[] refs = refs("k");
        cluster.servers(0).ensureStarted(Counter.TYPE, "k", new State(0));
        long expected = 0;
        for (int round = 1; round <= 10; round++) {
            for (ServerRef ref : refs) {
                assertThat((long) ref.call(new Add())).isEqualTo(++expected);
            }
            assertThat(cluster.servers(round % 3).admin().terminate("k", Termination.GRACEFUL))
                    .isTrue();
            assertThat(cluster.servers(round % 3).admin().lookup("k")).isEmpty();
            assertThat((long) refs[(round + 1) % 3].call(new Add())).isEqualTo(++expected);
            assertThat(starts.of("k")).isEqualTo(round + 1);
            assertThat(cluster.servers(0).admin().lookup("k").orElseThrow().epoch())
                    .isEqualTo(round + 1);
        }
    }

    @Test
    void aServerThatMovedIsFoundByTheOtherNodes() {
        ServerRef[] refs = refs("k");
        cluster.servers(0).ensureStarted(Counter.TYPE, "k", new State(0));
        for (ServerRef ref : refs) {
            ref.call(new Add());
        }
        int host = host("k");
        Session before = cluster.servers(host).session();
        cluster.stop(host);
        int one = (host + 1) % 3;
        int two = (host + 2) % 3;
        assertThat(addAfterTheMove(refs[one])).isEqualTo(4);
        assertThat(addAfterTheMove(refs[two])).isEqualTo(5);
        assertThat(cluster.servers(one).admin().lookup("k").orElseThrow().session())
                .isNotEqualTo(before);
        assertThat(starts.of("k")).isEqualTo(2);
        // The old node comes back under its old name: nobody may take it for the owner.
        cluster.restart(host);
        assertThat((long) cluster.servers(host).ref(Counter.TYPE, "k").call(new Add()))
                .isEqualTo(6);
        assertThat(starts.of("k")).isEqualTo(2);
    }

    @Test
    void startsDuringTheCrashOfANodeEndAndServe() {
        List<CompletionStage<ServerRef>> starting = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            starting.add(cluster.servers(i % 2)
                    .ensureStartedAsync(Counter.TYPE, "k-" + i, new State(0), StartOptions.DEFAULT));
        }
        cluster.crash(2);
        for (CompletionStage<ServerRef> start : starting) {
            Object end = get(start.handle((ref, failure) -> failure == null ? ref : Causes.of(failure)));
            assertThat(end).isInstanceOfAny(ServerRef.class, NotAppliedException.class, OutcomeUnknownException.class);
        }
        for (int i = 0; i < 60; i++) {
            String key = "k-" + i;
            // A call may have been applied although its answer was lost: then the next one counts on.
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> cluster.servers(0)
                                    .ensureStarted(Counter.TYPE, key, new State(0))
                                    .call(new Add())
                            >= 1);
            assertThat(cluster.servers(0).admin().lookup(key).orElseThrow().session())
                    .isEqualTo(
                            cluster.servers(1).admin().lookup(key).orElseThrow().session())
                    .isIn(cluster.servers(0).session(), cluster.servers(1).session());
        }
    }

    /** Until a node has heard that the old place is gone, its call there may end as unknown; it is applied nowhere. */
    private static long addAfterTheMove(ServerRef ref) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(OutcomeUnknownException.class)
                .until(() -> ref.call(new Add()), count -> count > 0);
    }

    private ServerRef[] refs(String key) {
        ServerRef[] refs = new ServerRef[3];
        for (int i = 0; i < 3; i++) {
            refs[i] = cluster.servers(i).ref(Counter.TYPE, key);
        }
        return refs;
    }

    private int host(String key) {
        Session session = cluster.servers(0).admin().lookup(key).orElseThrow().session();
        for (int i = 0; i < 3; i++) {
            if (cluster.servers(i).session().equals(session)) {
                return i;
            }
        }
        throw new AssertionError("Nobody hosts " + key);
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
