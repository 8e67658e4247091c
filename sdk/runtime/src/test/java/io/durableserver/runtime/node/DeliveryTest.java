package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.durableserver.Call;
import io.durableserver.Cast;
import io.durableserver.DurableServer;
import io.durableserver.DurableServerException;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.config.Limits;
import io.durableserver.runtime.codec.CborCodec;
import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.runtime.wire.Message;
import io.durableserver.runtime.wire.Origin;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Session;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whichever way a message comes to a node, it is accepted, or refused for the same reason. */
@Timeout(60)
final class DeliveryTest {
    record State(int n) {}

    record Get() implements Call<Integer> {}

    record Add() implements Cast {}

    record Hold() implements Cast {}

    private final AtomicInteger added = new AtomicInteger();
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    private final class Server extends DurableServer<State> {
        @Override
        protected void handlers(Handlers<State> on) {
            on.call(Get.class, (state, get) -> Next.reply(added.get(), state));
            on.cast(Add.class, (state, add) -> {
                added.incrementAndGet();
                return Next.state(state);
            });
            on.cast(Hold.class, (state, hold) -> {
                inside.countDown();
                go.await();
                return Next.state(state);
            });
        }
    }

    private static final Session PEER = new Session("peer", "2");

    private final ServerType<State> type = ServerType.of("right", State.class, Server::new);
    private final ServerType<State> other = ServerType.of("wrong", State.class, Server::new);
    private final LoneNode node =
            LoneNode.start(Limits.builder().mailboxCapacity(16).build(), type, other);
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @BeforeEach
    void readLog() {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void close() {
        go.countDown();
        System.setErr(err);
        node.close();
    }

    /** A way of a call; it ends with its value, or with the code of its error. */
    enum Way {
        BLOCKING {
            @Override
            Object call(DeliveryTest test, ServerRef ref) {
                return code(() -> ref.call(new Get()));
            }
        },
        ASYNCHRONOUS {
            @Override
            Object call(DeliveryTest test, ServerRef ref) {
                return code(() -> joined(ref.callAsync(new Get()).toCompletableFuture()));
            }
        },
        FROM_ANOTHER_NODE {
            @Override
            Object call(DeliveryTest test, ServerRef ref) {
                int before = test.node.cluster.sent().size();
                test.node.cluster.receive(
                        PEER,
                        WireFormat.encode(new Message.CallMessage(
                                1,
                                ref.key(),
                                ref.type(),
                                Get.class.getName(),
                                CborCodec.INSTANCE.encode(new Get(), Get.class),
                                new Origin(List.of(), 20_000_000_000L, "", Map.of()))));
                await().until(() -> test.node.cluster.sent().size() > before);
                Message answer =
                        WireFormat.decodeMessage(test.node.cluster.sent().get(before));
                if (answer instanceof Message.ErrorMessage error) {
                    return error.error().code();
                }
                return answer instanceof Message.ReplyMessage reply
                        ? Objects.requireNonNull(CborCodec.INSTANCE.decode(reply.payload(), Integer.class))
                        : "NOT_FOUND";
            }
        };

        abstract Object call(DeliveryTest test, ServerRef ref);

        private static <T> T joined(CompletableFuture<T> future) {
            try {
                return future.orTimeout(30, TimeUnit.SECONDS).join();
            } catch (CompletionException failed) {
                if (failed.getCause() instanceof DurableServerException known) {
                    throw known;
                }
                throw failed;
            }
        }

        private static Object code(java.util.function.Supplier<Integer> call) {
            try {
                return call.get();
            } catch (DurableServerException known) {
                return known.code();
            }
        }
    }

    private ServerRef held() throws InterruptedException {
        ServerRef ref = node.servers.ensureStarted(type, "k", new State(0));
        ref.cast(new Hold());
        inside.await();
        return ref;
    }

    /** Fills the mailbox of a server whose turn lasts; returns how many casts are in it. */
    private static int fill(ServerRef ref) {
        int taken = 0;
        while (true) {
            try {
                ref.cast(new Add());
                taken++;
            } catch (NotAppliedException full) {
                assertThat(full.reason()).isEqualTo(NotAppliedException.Reason.MAILBOX_FULL);
                return taken;
            }
        }
    }

    private void remoteCast(String key, String typeName) {
        node.cluster.receive(
                PEER,
                WireFormat.encode(new Message.CastMessage(
                        key,
                        typeName,
                        Add.class.getName(),
                        CborCodec.INSTANCE.encode(new Add(), Add.class),
                        Map.of())));
    }

    private List<String> dropped() {
        return log.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("WARN") && line.contains("was dropped"))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aCallToAServerThatIsHereIsAccepted(Way way) {
        assertThat(way.call(this, node.servers.ensureStarted(type, "k", new State(0))))
                .isEqualTo(0);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aFullMailboxIsTheErrorOfTheCallAndLeavesNothingInIt(Way way) throws Exception {
        ServerRef ref = held();
        int taken = fill(ref);
        assertThat(way.call(this, ref)).isEqualTo("MAILBOX_FULL");
        go.countDown();
        await().until(() -> added.get() == taken);
        assertThat(ref.call(new Get())).isEqualTo(taken);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aCallToAServerThatNobodyKnowsIsSentElsewhereOrToldSo(Way way) {
        assertThat(way.call(this, node.servers.ref(type, "nobody"))).isEqualTo("NOT_FOUND");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aCallToAServerOfAnotherTypeIsAMismatch(Way way) {
        node.servers.ensureStarted(type, "k", new State(0));
        assertThat(way.call(this, node.servers.ref(other, "k"))).isEqualTo("TYPE_MISMATCH");
    }

    @Test
    void aCastIsAcceptedFromHereAndFromAnotherNode() {
        ServerRef ref = node.servers.ensureStarted(type, "k", new State(0));
        ref.cast(new Add());
        remoteCast("k", "right");
        await().until(() -> added.get() == 2);
        assertThat(dropped()).isEmpty();
    }

    @Test
    void aCastThatCannotBeTakenHereIsAnErrorOfItsSender() throws Exception {
        ServerRef ref = held();
        int taken = fill(ref);
        assertThat(catchThrowableOfType(
                                NotAppliedException.class,
                                () -> node.servers.ref(other, "k").cast(new Add()))
                        .reason())
                .isEqualTo(NotAppliedException.Reason.TYPE_MISMATCH);
        go.countDown();
        await().until(() -> added.get() == taken);
        assertThat(ref.call(new Get())).isEqualTo(taken);
    }

    @Test
    void aCastFromAnotherNodeThatIsNotTakenIsTold() throws Exception {
        ServerRef ref = held();
        fill(ref);
        remoteCast("k", "right");
        remoteCast("k", "wrong");
        remoteCast("nobody", "right");
        assertThat(dropped()).hasSize(3);
        assertThat(dropped().get(0)).contains("the mailbox is full");
        assertThat(dropped().get(1)).contains("TYPE_MISMATCH");
        assertThat(dropped().get(2)).contains("the server is not here");
    }

    @Test
    void aCastThatCannotLeaveForItsNodeIsTold() {
        node.cluster.putIfAbsent(
                "far",
                WireFormat.encode(new DirectoryEntry("right", PEER, 3, DirectoryEntry.Phase.RUNNING, false, Map.of())));
        node.cluster.sessions(node.servers.session(), PEER);
        ServerRef far = node.servers.ref(type, "far");
        far.cast(new Add());
        await().until(() -> node.cluster.sent().size() == 1);
        node.cluster.queueFull(true);
        far.cast(new Add());
        assertThat(dropped()).singleElement().asString().contains("is full");
    }
}
