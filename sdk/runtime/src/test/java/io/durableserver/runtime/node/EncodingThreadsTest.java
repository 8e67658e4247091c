package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.durableserver.Call;
import io.durableserver.CallOptions;
import io.durableserver.Cast;
import io.durableserver.Codec;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.SyncPolicy;
import io.durableserver.Termination;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.Limits;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.jdk.JdkScheduler;
import io.durableserver.runtime.jdk.JdkTime;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.runtime.wire.Message;
import io.durableserver.runtime.wire.Origin;
import io.durableserver.runtime.wire.RequestTag;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Session;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes bytes does so on a thread where code of the application may run, whatever that code does there. */
@Timeout(60)
class EncodingThreadsTest {
    record State(int n) {}

    record Get(String text) implements Call<Integer> {}

    record Poke(String text) implements Cast {}

    /** Runs what the test says, in a turn. */
    record Do(int number) implements Call<Integer> {}

    private static final Session ME = new Session("me", "1");
    private static final Session PEER = new Session("peer", "2");

    /** A codec of the application: says where it runs, and throws what a test wants. */
    private final class Watched implements Codec {
        @Override
        public String name() {
            return "watched";
        }

        @Override
        public byte[] encode(@Nullable Object value, Type type) {
            if (value instanceof Get || value instanceof Poke) {
                threads.add(Thread.currentThread().getName());
            }
            Supplier<Throwable> thrown = failure;
            if (thrown != null) {
                throw HostileThrowablesTest.<RuntimeException>sneak(thrown.get());
            }
            return CborCodec.INSTANCE.encode(value, type);
        }

        @Override
        public @Nullable Object decode(byte[] bytes, Type type) {
            return CborCodec.INSTANCE.decode(bytes, type);
        }
    }

    private final class Server extends DurableServer<State> {
        @Override
        protected void handlers(Handlers<State> on) {
            on.call(Get.class, (state, get) -> Next.reply(state.n(), state));
            on.cast(Poke.class, (state, poke) -> Next.state(state));
            on.call(Do.class, (state, message) -> {
                inTurn.accept(message.number(), this);
                return Next.reply(message.number(), new State(message.number()));
            });
        }

        @Override
        protected Object dump(State state) {
            dumps.add(Thread.currentThread().getName());
            return state;
        }
    }

    private final List<String> threads = new CopyOnWriteArrayList<>();
    private final List<String> dumps = new CopyOnWriteArrayList<>();
    private volatile @Nullable Supplier<Throwable> failure;
    private volatile BiConsumer<Integer, Server> inTurn = (number, server) -> {};
    private final ServerType<State> type =
            ServerType.of("t", State.class, Server::new).syncPolicy(SyncPolicy.strict());
    private final JdkScheduler scheduler = JdkScheduler.create("test");
    private final LoneCluster cluster = new LoneCluster(ME);
    private final MemoryBackend backend = new MemoryBackend();
    private final DurableNode node = DurableNode.start(
            DurableServersConfig.builder()
                    .prefix("t/")
                    .backend(context -> backend)
                    .type(type)
                    .messageCodec(new Watched())
                    .verifyEncoding(false)
                    .limits(Limits.builder().pendingCalls(16).build())
                    .build(),
            cluster.with(scheduler, new JdkTime()),
            resource -> Optional.empty());
    private ServerRef here = node.ref(type, "here");

    @BeforeEach
    void aPeerServesAnotherKey() {
        node.awaitReady(Duration.ofSeconds(5));
        here = node.start(type, "here", new State(0));
        cluster.sessions(ME, PEER);
        peerServes("there");
        cluster.lookUpsOn(scheduler.internal());
    }

    @AfterEach
    void close() {
        failure = null;
        backend.release();
        cluster.sessions(ME);
        node.drain();
        scheduler.close();
    }

    private void peerServes(String key) {
        cluster.putIfAbsent(
                key,
                WireFormat.encode(new DirectoryEntry("t", PEER, 3, DirectoryEntry.Phase.RUNNING, false, Map.of())));
    }

    private ServerRef there() {
        return node.ref(type, "there");
    }

    private void awaitSent(int messages) {
        await().until(() -> cluster.sent().size() == messages);
    }

    @Test
    void afterALookUpItIsTheCallersThread() {
        var unused = there().callAsync(new Get("a"));
        there().cast(new Poke("b"));
        awaitSent(2);
        String me = Thread.currentThread().getName();
        assertThat(threads).containsExactly(me, me);
    }

    private static final String TURNS = JdkScheduler.turnsAreVirtual() ? "test-virtual-" : "test-turn-";

    /** Runs something in a turn before which another one is not stored yet, and lets it be stored. */
    private void behindTheGate(BiConsumer<Integer, Server> turn, Runnable meanwhile) throws Exception {
        CompletableFuture<Void> ran = new CompletableFuture<>();
        inTurn = (number, server) -> {
            if (number == 2) {
                turn.accept(number, server);
                ran.complete(null);
            }
        };
        backend.hold(key -> key.contains("here"));
        List<CompletionStage<Integer>> calls = new ArrayList<>();
        calls.add(here.callAsync(new Do(1)));
        await().until(() -> backend.held() == 1);
        calls.add(here.callAsync(new Do(2)));
        ran.get(10, TimeUnit.SECONDS);
        meanwhile.run();
        CompletableFuture<Void> released = CompletableFuture.runAsync(backend::release, scheduler.internal());
        released.get(10, TimeUnit.SECONDS);
        for (CompletionStage<Integer> call : calls) {
            call.toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void behindTheGateItIsTheThreadOfTheTurn() throws Exception {
        behindTheGate(
                (number, server) -> {
                    var unused = there().callAsync(new Get("a"));
                    there().cast(new Poke("b"));
                },
                () -> {});
        awaitSent(2);
        assertThat(threads).hasSize(2).allMatch(name -> name.startsWith(TURNS), "a thread of turns");
    }

    @Test
    void stateOfAStartInATurnIsDumpedByThatTurn() throws Exception {
        dumps.clear();
        CompletableFuture<ServerRef> started = new CompletableFuture<>();
        CompletableFuture<List<String>> seen = new CompletableFuture<>();
        behindTheGate(
                (number, server) -> {
                    int before = dumps.size();
                    node.startAsync(type, "new", new State(7), StartOptions.DEFAULT)
                            .whenComplete((ref, error) -> {
                                if (error == null) {
                                    started.complete(ref);
                                } else {
                                    started.completeExceptionally(error);
                                }
                            });
                    seen.complete(List.copyOf(dumps.subList(before, dumps.size())));
                },
                () -> {});
        assertThat(started.get(10, TimeUnit.SECONDS).call(new Get("x"))).isEqualTo(7);
        assertThat(seen.join()).hasSize(1);
        assertThat(dumps).noneMatch(name -> name.startsWith("test-internal"));
    }

    @Test
    void whatWasForAServerThatWentAwayMeanwhileIsNotEncodedByTheRuntime() throws Exception {
        node.start(type, "near", new State(0));
        behindTheGate(
                (number, server) -> {
                    ServerRef near = node.ref(type, "near");
                    var unused = near.callAsync(new Get("a"));
                    near.cast(new Poke("b"));
                },
                () -> {
                    node.admin().terminate("near", Termination.GRACEFUL);
                    peerServes("near");
                });
        awaitSent(2);
        assertThat(threads).hasSize(2).allMatch(name -> name.startsWith("test-stage-"), "a thread of stages");
    }

    @Test
    void whatCannotBeEncodedReachesAServerThatCameHereMeanwhile() throws Exception {
        CompletableFuture<CompletionStage<Integer>> asked = new CompletableFuture<>();
        behindTheGate(
                (number, server) -> {
                    failure = () -> new IllegalStateException("no bytes");
                    asked.complete(node.ref(type, "near").callAsync(new Get("a")));
                    failure = null;
                },
                () -> node.start(type, "near", new State(7)));
        assertThat(asked.join().toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(7);
        assertThat(cluster.sent()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(HostileThrowablesTest.Kind.class)
    void whateverTheCodecThrowsTheCallerIsToldAtOnceAndNoPlaceIsTaken(HostileThrowablesTest.Kind kind)
            throws Exception {
        failure = kind.make;
        CallOptions hours = CallOptions.timeout(Duration.ofHours(5));
        for (int i = 0; i < 20; i++) {
            ConfigurationException told =
                    catchThrowableOfType(ConfigurationException.class, () -> there().call(new Get("a"), hours));
            assertThat(told.reason()).isEqualTo(ConfigurationException.Reason.NOT_ENCODABLE);
            CompletableFuture<Integer> async =
                    there().callAsync(new Get("a"), hours).toCompletableFuture();
            assertThat(catchThrowableOfType(ExecutionException.class, () -> async.get(10, TimeUnit.SECONDS)))
                    .hasCauseInstanceOf(ConfigurationException.class);
        }
        failure = null;
        var unused = there().callAsync(new Get("a"), hours);
        awaitSent(1);
    }

    @ParameterizedTest
    @EnumSource(HostileThrowablesTest.Kind.class)
    void whateverTheCodecThrowsAtAReplyTheCallerOnAnotherNodeIsTold(HostileThrowablesTest.Kind kind) {
        byte[] payload = CborCodec.INSTANCE.encode(new Get("a"), Get.class);
        failure = kind.make;
        cluster.receive(
                PEER,
                WireFormat.encode(new Message.CallMessage(
                        5,
                        "here",
                        "t",
                        Get.class.getName(),
                        payload,
                        new Origin(List.of(), Duration.ofHours(5).toNanos(), RequestTag.NONE, Map.of()))));
        awaitSent(1);
        Message told = WireFormat.decodeMessage(cluster.sent().get(0));
        assertThat(told)
                .isInstanceOfSatisfying(
                        Message.ErrorMessage.class,
                        error -> assertThat(error.error().code()).isEqualTo("REPLY_UNREADABLE"));
    }
}
