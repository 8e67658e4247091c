package io.durableserver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.durableserver.Call;
import io.durableserver.CallOptions;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.DurableServerException;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.RejectedException;
import io.durableserver.Reply;
import io.durableserver.ReplyTo;
import io.durableserver.RequestWindow;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StopReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call with a request id is applied at most once: what was applied is answered from what is kept with the state. */
class RequestIdsTest {
    record Balance(long amount) {}

    record Add(long amount) implements Call<Long> {}

    record AddLater(long amount) implements Call<Long> {}

    record AddOpen(long amount) implements Call<Long> {}

    record Runs() implements Call<Integer> {}

    record Ask() implements Call<Long> {}

    record Refuse() implements Call<Long> {}

    record Leave(long amount) implements Call<Long> {}

    record Give(long amount) implements Call<Integer> {}

    record Large(int bytes) implements Call<String> {}

    static final AtomicInteger RUNS = new AtomicInteger();

    static final class Account extends DurableServer<Balance> {
        static final ServerType<Balance> TYPE =
                ServerType.of("account", Balance.class, Account::new).initial(key -> new Balance(0));

        private final List<ReplyTo<Long>> open = new ArrayList<>();

        @Override
        protected void handlers(Handlers<Balance> on) {
            on.call(Add.class, (state, add) -> added(state, add.amount()));
            on.callDeferred(AddLater.class, (state, add, reply) -> {
                open.add(reply);
                return Next.state(new Balance(state.amount() + add.amount()));
            });
            on.callAsync(
                    AddOpen.class,
                    (state, add) -> CompletableFuture.supplyAsync(
                            () -> added(state, add.amount()), context().executor()));
            on.call(Give.class, (state, give) -> {
                int waiting = open.size();
                open.forEach(reply -> reply.reply(give.amount()));
                open.clear();
                return Next.reply(waiting, state);
            });
            // Changes nothing: only the reply tells the runs apart.
            on.call(Runs.class, (state, runs) -> Next.reply(RUNS.incrementAndGet(), state));
            on.query(Ask.class, (state, ask) -> state.amount());
            on.call(Refuse.class, (state, refuse) -> {
                RUNS.incrementAndGet();
                throw new RejectedException("NO", "no", Map.of());
            });
            on.call(
                    Leave.class,
                    (state, leave) -> Next.reply(
                                    state.amount() + leave.amount(), new Balance(state.amount() + leave.amount()))
                            .thenStop(StopReason.normal()));
            on.call(Large.class, (state, large) -> Next.reply("x".repeat(large.bytes()), state));
        }

        private static Reply<Balance, Long> added(Balance state, long amount) {
            return Next.reply(state.amount() + amount, new Balance(state.amount() + amount));
        }
    }

    private TestCluster cluster = cluster(Account.TYPE);

    private static TestCluster cluster(ServerType<Balance> type) {
        RUNS.set(0);
        return TestCluster.builder().nodes(3).types(type).start();
    }

    private void clusterOf(RequestWindow window) {
        cluster.close();
        RUNS.set(0);
        cluster = TestCluster.builder()
                .nodes(1)
                .virtualTime()
                .types(Account.TYPE.requestWindow(window))
                .start();
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private ServerRef ref(int node) {
        return cluster.servers(node).ref(Account.TYPE, "ann");
    }

    private int living() {
        return cluster.isRunning(0) ? 0 : 1;
    }

    private long balance() {
        return ref(living()).call(new Ask());
    }

    private static CallOptions id(String id) {
        return CallOptions.requestId(id);
    }

    @Test
    void callIsAppliedOnceWhoeverRepeatsIt() {
        for (int node = 0; node < 3; node++) {
            assertThat(ref(node).call(new Add(5), id("order-1"))).isEqualTo(5);
            assertThat(ref(node).call(new Add(7), id("order-2"))).isEqualTo(12);
            assertThat(ref(node)
                            .callAsync(new Add(5), id("order-1"))
                            .toCompletableFuture()
                            .join())
                    .isEqualTo(5);
        }
        assertThat(balance()).isEqualTo(12);
    }

    @Test
    void replyIsKeptOverCrashesAndMoves() {
        assertThat(ref(0).call(new Add(5), id("order-1"))).isEqualTo(5);
        cluster.crashOwnerOf(ref(0));
        assertThat(ref(living()).call(new Add(5), id("order-1"))).isEqualTo(5);
        assertThat(ref(living()).call(new Add(1))).isEqualTo(6);
        cluster.stop(cluster.whereIs(ref(living())).orElseThrow());
        int left = cluster.isRunning(0) ? 0 : cluster.isRunning(1) ? 1 : 2;
        assertThat(ref(left).call(new Add(5), id("order-1"))).isEqualTo(5);
        assertThat(ref(left).call(new Ask())).isEqualTo(6);
    }

    @Test
    void callThatChangesNothingIsKeptToo() {
        assertThat(ref(0).call(new Runs(), id("a"))).isEqualTo(1);
        cluster.crashOwnerOf(ref(0));
        assertThat(ref(living()).call(new Runs(), id("a"))).isEqualTo(1);
        assertThat(ref(living()).call(new Runs(), id("b"))).isEqualTo(2);
    }

    @Test
    void openTurnIsKept() {
        assertThat(ref(0).call(new AddOpen(5), id("a"))).isEqualTo(5);
        cluster.crashOwnerOf(ref(0));
        assertThat(ref(living()).call(new AddOpen(5), id("a"))).isEqualTo(5);
        assertThat(balance()).isEqualTo(5);
    }

    @Test
    void concurrentRepeatsAreAppliedOnce() throws Exception {
        List<CompletionStage<Long>> calls = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            calls.add(ref(i % 3).callAsync(new Add(1), id("r" + i / 9)));
        }
        for (int i = 0; i < calls.size(); i++) {
            calls.get(i).toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
        assertThat(balance()).isEqualTo(10);
    }

    @Test
    void anotherMessageWithTheSameIdIsRefused() {
        ref(0).call(new Add(5), id("a"));
        for (int node = 0; node < 3; node++) {
            ServerRef from = ref(node);
            for (Call<?> other : List.of(new Add(6), new Runs(), new AddLater(5))) {
                assertThat(catchThrowableOfType(ConfigurationException.class, () -> from.call(other, id("a")))
                                .reason())
                        .isEqualTo(ConfigurationException.Reason.REQUEST_ID_REUSED);
            }
        }
        assertThat(balance()).isEqualTo(5);
    }

    @Test
    void queriesRunAgainAndRefusalsAreNotKept() {
        assertThat(ref(0).call(new Ask(), id("a"))).isZero();
        ref(0).call(new Add(5), id("b"));
        assertThat(ref(0).call(new Ask(), id("a"))).isEqualTo(5);
        for (int run = 1; run <= 2; run++) {
            assertThatThrownBy(() -> ref(0).call(new Refuse(), id("c"))).isInstanceOf(RejectedException.class);
            assertThat(RUNS).hasValue(run);
        }
    }

    @Test
    void replyGivenLaterIsKeptAndTellsAllWhoWait() throws Exception {
        CompletableFuture<Long> first =
                ref(0).callAsync(new AddLater(5), id("a")).toCompletableFuture();
        Awaitility.await().until(() -> balance() == 5);
        CompletableFuture<Long> again =
                ref(1).callAsync(new AddLater(5), id("a")).toCompletableFuture();
        CompletableFuture<Long> once =
                ref(2).callAsync(new AddLater(5), id("a")).toCompletableFuture();
        Awaitility.await().until(() -> {
            ref(1).call(new Give(77));
            return again.isDone() && once.isDone();
        });
        assertThat(first.get(5, TimeUnit.SECONDS)).isEqualTo(77);
        assertThat(again.get()).isEqualTo(77);
        assertThat(once.get()).isEqualTo(77);
        cluster.crashOwnerOf(ref(0));
        assertThat(ref(living()).call(new AddLater(5), id("a"))).isEqualTo(77);
        assertThat(balance()).isEqualTo(5);
    }

    @Test
    void replyThatWasOpenWhenItsServerEndedIsLost() {
        CompletableFuture<Long> first =
                ref(0).callAsync(new AddLater(5), id("a")).toCompletableFuture();
        Awaitility.await().until(() -> balance() == 5);
        assertThat(cluster.storedJson("ann")).get().asString().contains("5");
        cluster.crashOwnerOf(ref(0));
        OutcomeUnknownException lost = catchThrowableOfType(
                OutcomeUnknownException.class, () -> ref(living()).call(new AddLater(5), id("a")));
        assertThat(lost.reason()).isEqualTo(OutcomeUnknownException.Reason.REPLY_LOST);
        assertThat(balance()).isEqualTo(5);
        assertThat(first).isCompletedExceptionally();
    }

    @Test
    void replyOfAStopIsKept() {
        assertThat(ref(0).call(new Leave(5), id("a"))).isEqualTo(5);
        assertThat(ref(1).call(new Leave(5), id("a"))).isEqualTo(5);
        assertThat(balance()).isEqualTo(5);
    }

    @Test
    void windowThatIsFullRefusesNewIdsUntilOneIsOld() {
        clusterOf(RequestWindow.builder().ids(3).keep(Duration.ofMinutes(5)).build());
        CallOptions options = CallOptions.timeout(Duration.ofSeconds(1));
        for (int i = 0; i < 3; i++) {
            wait(ref(0).callAsync(new Add(1), options.withRequestId("r" + i)));
        }
        NotAppliedException full = catchThrowableOfType(
                NotAppliedException.class, () -> wait(ref(0).callAsync(new Add(1), options.withRequestId("r3"))));
        assertThat(full.reason()).isEqualTo(NotAppliedException.Reason.OVERLOADED);
        assertThat(full.context())
                .containsEntry("option", "type.requestWindow.ids")
                .containsEntry("value", "4")
                .containsEntry("bound", "3");
        assertThat(wait(ref(0).callAsync(new Add(1), options.withRequestId("r1"))))
                .isEqualTo(2);
        cluster.advance(Duration.ofMinutes(5).plusSeconds(1));
        assertThat(wait(ref(0).callAsync(new Add(1), options.withRequestId("r3"))))
                .isEqualTo(4);
        assertThat(wait(ref(0).callAsync(new Add(1), options.withRequestId("r1"))))
                .as("forgotten, so applied again")
                .isEqualTo(5);
    }

    @Test
    void callerSaysHowLongItMaySendTheRequestAgain() {
        clusterOf(RequestWindow.builder().ids(1).keep(Duration.ofMillis(1)).build());
        CallOptions options = CallOptions.timeout(Duration.ofSeconds(1));
        wait(ref(0).callAsync(new Add(1), options.withRequestId("a", Duration.ofHours(1))));
        cluster.advance(Duration.ofMinutes(59));
        assertThatThrownBy(() -> wait(ref(0).callAsync(new Add(1), options.withRequestId("b"))))
                .isInstanceOf(NotAppliedException.class);
        cluster.advance(Duration.ofMinutes(2));
        assertThat(wait(ref(0).callAsync(new Add(1), options.withRequestId("b"))))
                .isEqualTo(2);
        cluster.advance(Duration.ofMillis(900));
        assertThat(wait(ref(0).callAsync(new Add(1), options.withRequestId("b"))))
                .as("kept until the deadline at least")
                .isEqualTo(2);
    }

    @Test
    void replyThatDoesNotFitIsRefusedAndNothingOfItsTurnCounts() {
        clusterOf(RequestWindow.builder().bytes(1 << 10).build());
        NotAppliedException full = catchThrowableOfType(
                NotAppliedException.class, () -> wait(ref(0).callAsync(new Large(2_000), id("a"))));
        assertThat(full.context()).containsEntry("option", "type.requestWindow.bytes");
        assertThat(wait(ref(0).callAsync(new Large(500), id("b")))).hasSize(500);
        assertThat(wait(ref(0).callAsync(new Large(500), id("b")))).hasSize(500);
    }

    private <R> R wait(CompletionStage<R> stage) {
        CompletableFuture<R> future = stage.toCompletableFuture();
        cluster.advance(Duration.ofMillis(1));
        assertThat(future).isDone();
        try {
            return future.join();
        } catch (java.util.concurrent.CompletionException failed) {
            throw (DurableServerException) failed.getCause();
        }
    }

    @Test
    void exactlyOnceHasAnIdForEachCall() {
        for (int i = 1; i <= 5; i++) {
            assertThat(ref(i % 3).call(new Add(1), CallOptions.exactlyOnce())).isEqualTo(i);
        }
    }

    @Test
    void exactlyOnceOutlivesCrashesOfTheOwner() throws Exception {
        int callers = 2;
        CallOptions options = CallOptions.exactlyOnce().withTimeout(Duration.ofSeconds(30));
        AtomicInteger acknowledged = new AtomicInteger();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        ref(0).call(new Ask());
        for (int caller = 0; caller < callers; caller++) {
            all.add(more(acknowledged, 150, options));
        }
        for (int crash = 0; crash < 3; crash++) {
            int before = acknowledged.get();
            Awaitility.await()
                    .until(() ->
                            acknowledged.get() > before + 10 || all.stream().allMatch(CompletableFuture::isDone));
            cluster.whereIs(ref(0)).ifPresent(owner -> {
                if (owner != 0) {
                    cluster.crash(owner);
                    cluster.restart(owner);
                }
            });
        }
        for (CompletableFuture<Void> one : all) {
            one.get(60, TimeUnit.SECONDS);
        }
        assertThat(balance()).isEqualTo(acknowledged.get()).isEqualTo(callers * 150L);
    }

    private CompletableFuture<Void> more(AtomicInteger acknowledged, int left, CallOptions options) {
        if (left == 0) {
            return CompletableFuture.completedFuture(null);
        }
        return ref(0).callAsync(new Add(1), options).toCompletableFuture().thenCompose(reply -> {
            acknowledged.incrementAndGet();
            return more(acknowledged, left - 1, options);
        });
    }

    @Test
    void retryWaitsForAServerThatComesBack() {
        cluster.crash(1);
        cluster.crash(2);
        assertThat(ref(0).call(new Add(1), CallOptions.retry())).isEqualTo(1);
    }

    @Test
    void retryOfWhatCannotHelpEndsAtOnce() {
        CallOptions patient = CallOptions.retry().withTimeout(Duration.ofHours(1));
        assertThatThrownBy(() -> ref(0).call(new Refuse(), patient)).isInstanceOf(RejectedException.class);
        ref(0).call(new Add(1), patient.withRequestId("a"));
        assertThatThrownBy(() -> ref(0).call(new Add(2), patient.withRequestId("a")))
                .isInstanceOf(ConfigurationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\ud800", "a\udc00b"})
    void idIsUnicodeText(String id) {
        assertThatThrownBy(() -> CallOptions.requestId(id))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("call.requestId");
    }

    @Test
    void optionsHaveBounds() {
        assertThat(CallOptions.requestId("ä".repeat(64)).requestId()).isPresent();
        assertThatThrownBy(() -> CallOptions.requestId("ä".repeat(64) + "a"))
                .isInstanceOf(ConfigurationException.class);
        for (Duration keep : List.of(Duration.ZERO, Duration.ofHours(25), Duration.ofDays(110_000))) {
            assertThatThrownBy(() -> CallOptions.DEFAULT.withRequestId("a", keep))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("call.requestId.keep");
        }
        assertThatThrownBy(() -> RequestWindow.builder().ids(0)).hasMessageContaining("type.requestWindow.ids");
        assertThatThrownBy(() -> RequestWindow.builder().bytes(1)).hasMessageContaining("type.requestWindow.bytes");
        assertThatThrownBy(() -> RequestWindow.builder().keep(Duration.ZERO))
                .hasMessageContaining("type.requestWindow.keep");
    }
}
