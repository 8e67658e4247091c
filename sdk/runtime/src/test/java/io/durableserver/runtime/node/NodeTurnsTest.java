package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.durableserver.CallOptions;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.HandlerFailedException;
import io.durableserver.Init;
import io.durableserver.Limits;
import io.durableserver.Next;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ReplyTo;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerStatus;
import io.durableserver.SyncPolicy;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.AskLater;
import io.durableserver.runtime.node.Probe.AskLong;
import io.durableserver.runtime.node.Probe.Note;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.node.Probe.Tell;
import io.durableserver.runtime.testing.MemoryBackend.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a turn can ask for, through the public API of a whole node. */
@Timeout(60)
class NodeTurnsTest {
    private static final Ask GET = new Ask((state, self) -> Next.reply(state.n(), state));

    private final Probe.Script script = new Probe.Script();
    private LoneNode node = LoneNode.start(Probe.type(script));

    @AfterEach
    void close() {
        node.close();
    }

    private void restart(Limits limits, Probe.Script changed) {
        node.close();
        node = LoneNode.start(limits, Probe.type(changed));
    }

    private ServerRef ref() {
        return ref("k");
    }

    private ServerRef ref(String key) {
        return node.servers.ensureStarted(Probe.type(script), key, new State(0));
    }

    private static Ask set(long n) {
        return new Ask((state, self) -> Next.reply(n, new State(n)));
    }

    private static Ask setSynced(long n) {
        return new Ask((state, self) -> Next.reply(n, new State(n)).sync());
    }

    private long writes() {
        return node.servers.info("k").orElseThrow().writes();
    }

    private static NotAppliedException notApplied(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(NotAppliedException.class, call);
    }

    // Replies.

    @Test
    void callChangesTheStateAndReplies() throws Exception {
        assertThat(ref().call(set(7))).isEqualTo(7L);
        assertThat(ref().call(GET)).isEqualTo(7L);
        assertThat(ref().callAsync(GET).toCompletableFuture().get(5, TimeUnit.SECONDS))
                .isEqualTo(7L);
    }

    @Test
    void castsOfOneSenderRunInOrder() {
        for (int i = 1; i <= 100; i++) {
            long expected = i - 1L;
            ref().cast(new Tell((state, self) -> Next.state(new State(state.n() == expected ? expected + 1 : -1))));
        }
        assertThat(ref().call(GET)).isEqualTo(100L);
    }

    @Test
    void infoMessagesComeFromTheServerItselfAndFromItsTimers() {
        ref().call(new Ask((state, self) -> {
            self.ctx().send(new Note((s, me) -> Next.state(new State(s.n() + 1))));
            self.ctx().sendAfter(Duration.ofMillis(5), new Note((s, me) -> Next.state(new State(s.n() + 10))));
            self.ctx()
                    .sendAfter(Duration.ofHours(1), new Note((s, me) -> Next.state(new State(-1))))
                    .close();
            return Next.reply(0, state);
        }));
        await().until(() -> ref().call(GET), n -> n.equals(11L));
    }

    @Test
    void infoWithoutHandlerIsRefused() {
        assertThat(ref().call(new Ask((state, self) -> Next.reply(
                        String.valueOf(notApplied(() -> self.ctx().send("x")).reason()), state))))
                .isEqualTo("NO_HANDLER");
    }

    @Test
    void continuationRunsBeforeTheMailbox() throws Exception {
        List<String> order = new ArrayList<>();
        CountDownLatch queued = new CountDownLatch(1);
        CompletableFuture<Object> first = ref().callAsync(new Ask((state, self) -> {
                    queued.await();
                    return Next.reply(0, state).thenContinue(new Note((s, me) -> {
                        order.add("continuation");
                        return Next.state(s);
                    }));
                }))
                .toCompletableFuture();
        CompletableFuture<Object> second = ref().callAsync(new Ask((state, self) -> {
                    order.add("mail");
                    return Next.reply(0, state);
                }))
                .toCompletableFuture();
        queued.countDown();
        CompletableFuture.allOf(first, second).get(5, TimeUnit.SECONDS);
        assertThat(order).containsExactly("continuation", "mail");
    }

    @Test
    void continuationWithoutHandlerCrashes() {
        ref().call(new Ask((state, self) -> Next.reply(0, state).thenContinue("nobody handles strings")));
        await().until(() -> node.servers.info("k").orElseThrow().status(), ServerStatus.CRASHED::equals);
    }

    @Test
    void idleTimeoutFiresUnlessAMessageComesFirst() {
        ref().call(new Ask((state, self) -> Next.reply(0, state).timeout(Duration.ofHours(1))));
        ref().call(GET);
        assertThat(script.seen).doesNotContain("timeout");
        ref().call(new Ask((state, self) -> Next.reply(0, state).timeout(Duration.ofMillis(1))));
        await().until(() -> script.seen.contains("timeout"));
    }

    @Test
    void deferredReplyComesInItsTurnOrFromAnyThreadLater() throws Exception {
        assertThat(ref().call(new AskLater((state, self, replyTo) -> {
                    replyTo.reply("now");
                    return Next.state(state);
                })))
                .isEqualTo("now");
        CompletableFuture<ReplyTo<Object>> kept = new CompletableFuture<>();
        CompletableFuture<Object> later = ref().callAsync(new AskLater((state, self, replyTo) -> {
                    kept.complete(replyTo);
                    return Next.state(state);
                }))
                .toCompletableFuture();
        ref().call(GET);
        assertThat(later).isNotDone();
        kept.join().reply("later");
        kept.join().reply("too late");
        assertThat(later.get(5, TimeUnit.SECONDS)).isEqualTo("later");
    }

    @Test
    void deferredFailureIsAHandlerFailure() {
        assertThatThrownBy(() -> ref().call(new AskLater((state, self, replyTo) -> {
                    replyTo.fail(new IllegalArgumentException("no"));
                    return Next.state(state);
                })))
                .isInstanceOf(HandlerFailedException.class)
                .hasMessageContaining("no");
    }

    @Test
    void deferredReplyOfAnotherCallInACrashingTurnIsNotLeftHanging() throws Exception {
        CompletableFuture<ReplyTo<Object>> kept = new CompletableFuture<>();
        CompletableFuture<Object> waiting = ref().callAsync(
                        new AskLater((state, self, replyTo) -> {
                            kept.complete(replyTo);
                            return Next.state(state);
                        }),
                        CallOptions.timeout(Duration.ofHours(1)))
                .toCompletableFuture();
        ref().call(GET);
        assertThatThrownBy(() -> ref().call(new Ask((state, self) -> {
                    kept.join().reply("from a turn that fails");
                    throw new IllegalStateException("boom");
                })))
                .isInstanceOf(HandlerFailedException.class);
        assertThatThrownBy(() -> waiting.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(OutcomeUnknownException.class);
    }

    // Durability.

    @Test
    void strictReplyWaitsForItsWriteAndLaterRepliesWaitBehindIt() throws Exception {
        ref();
        node.backend.hold(key -> key.equals("t/k"));
        CompletableFuture<Object> strict = ref().callAsync(setSynced(1)).toCompletableFuture();
        CompletableFuture<Object> read = ref().callAsync(GET).toCompletableFuture();
        await().until(() -> node.backend.held() == 1);
        assertThat(strict).isNotDone();
        assertThat(read).isNotDone();
        node.backend.release();
        assertThat(strict.get(5, TimeUnit.SECONDS)).isEqualTo(1L);
        assertThat(read.get(5, TimeUnit.SECONDS)).isEqualTo(1L);
    }

    @Test
    void oneWriteCoversAllTurnsThatCameWhileAnotherWasInFlight() throws Exception {
        ref();
        node.backend.hold(key -> key.equals("t/k"));
        List<CompletableFuture<Object>> all = new ArrayList<>();
        all.add(ref().callAsync(setSynced(1)).toCompletableFuture());
        await().until(() -> node.backend.held() == 1);
        for (int i = 2; i <= 20; i++) {
            all.add(ref().callAsync(setSynced(i)).toCompletableFuture());
        }
        CountDownLatch turnsDone = new CountDownLatch(1);
        ref().cast(new Tell((state, self) -> {
            turnsDone.countDown();
            return Next.state(state);
        }));
        turnsDone.await();
        long before = node.backend.writes();
        node.backend.release();
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(5, TimeUnit.SECONDS);
        assertThat(node.backend.writes() - before).isEqualTo(2);
    }

    @Test
    void syncOfAnUnchangedStateWritesNothingUnlessForced() {
        ref().call(setSynced(1));
        long before = writes();
        ref().call(new Ask((state, self) -> Next.reply(0, state).sync()));
        ref().call(new Ask((state, self) -> Next.reply(0, new State(state.n())).sync()));
        assertThat(writes()).isEqualTo(before);
        ref().call(new Ask((state, self) -> Next.reply(0, state).forceSync()));
        assertThat(writes()).isEqualTo(before + 1);
    }

    @Test
    void strictTurnWhoseWriteIsRefusedIsNotAppliedAndTheServerStopsServingIt() {
        ref().call(setSynced(1));
        node.backend.fault(Fault.REFUSED_FOR_GOOD, key -> key.equals("t/k"));
        assertThat(notApplied(() -> ref().call(setSynced(2))).reason()).isEqualTo(Reason.STORAGE_UNAVAILABLE);
        node.backend.fault(Fault.NONE, key -> false);
        assertThat(ref().call(GET)).isEqualTo(1L);
    }

    @Test
    void lostResponseOfAWriteThatWasAppliedIsASuccess() {
        ref();
        node.backend.fault(Fault.LOST_RESPONSE, key -> key.equals("t/k"));
        assertThat(ref().call(setSynced(2))).isEqualTo(2L);
        node.backend.fault(Fault.NONE, key -> false);
    }

    @Test
    void writeOverwrittenBySomebodyElseFencesTheServer() {
        ServerRef ref = ref();
        byte[] record = node.backend.read("t/k").orElseThrow();
        node.backend.overwrite("t/k", record);
        assertThat(notApplied(() -> ref.call(setSynced(2))).reason()).isEqualTo(Reason.FENCED);
        assertThat(ref.call(GET)).isEqualTo(0L);
    }

    @Test
    void onSyncSeesWhatWasStoredAndItsResultStaysInMemory() {
        Probe.Script adding = new Probe.Script() {
            @Override
            State onSync(io.durableserver.SyncInfo info, State stored, State current) throws Exception {
                super.onSync(info, stored, current);
                return new State(current.n() + 100);
            }
        };
        restart(Limits.DEFAULT, adding);
        ref().call(setSynced(1));
        await().until(() -> ref().call(GET), n -> n.equals(101L));
        assertThat(adding.seen).containsExactly("onSync 1");
    }

    @Test
    void strictPolicyGatesEveryChange() {
        Probe.Script strict = new Probe.Script() {
            @Override
            Init<State> init(State state, ServerContext context) {
                return Init.ok(state).syncPolicy(SyncPolicy.strict());
            }
        };
        restart(Limits.DEFAULT, strict);
        long before = ref().call(GET).equals(0L) ? writes() : -1;
        ref().call(set(1));
        assertThat(writes()).isEqualTo(before + 1);
    }

    @Test
    void onChangePolicyWritesBehind() {
        Probe.Script behind = new Probe.Script() {
            @Override
            Init<State> init(State state, ServerContext context) {
                return Init.ok(state).syncPolicy(SyncPolicy.onChange());
            }
        };
        restart(Limits.DEFAULT, behind);
        ref();
        long before = writes();
        ref().call(set(1));
        await().until(this::writes, n -> n == before + 1);
    }

    @Test
    void manualPolicyStoresInTheBackground() {
        Probe.Script soon = new Probe.Script() {
            @Override
            Init<State> init(State state, ServerContext context) {
                return Init.ok(state).syncPolicy(SyncPolicy.manual(Duration.ofMillis(1)));
            }
        };
        restart(Limits.DEFAULT, soon);
        ref();
        long before = writes();
        ref().call(set(1));
        await().until(this::writes, n -> n == before + 1);
    }

    @Test
    void castOfATurnLeavesWithItsReplyAndNotAtAllWhenTheTurnFails() throws Exception {
        ServerRef other = ref("other");
        ref();
        node.backend.hold(key -> key.equals("t/k"));
        CompletableFuture<Object> strict = ref().callAsync(new Ask((state, self) -> {
                    other.cast(new Tell((s, me) -> Next.state(new State(5))));
                    return Next.reply(0, new State(1)).sync();
                }))
                .toCompletableFuture();
        await().until(() -> node.backend.held() == 1);
        assertThat(other.call(GET)).isEqualTo(0L);
        node.backend.release();
        strict.get(5, TimeUnit.SECONDS);
        assertThat(other.call(GET)).isEqualTo(5L);
        assertThatThrownBy(() -> ref().call(new Ask((state, self) -> {
                    other.cast(new Tell((s, me) -> Next.state(new State(6))));
                    throw new IllegalStateException("boom");
                })))
                .isInstanceOf(HandlerFailedException.class);
        assertThat(other.call(GET)).isEqualTo(5L);
    }

    @Test
    void blockingCallFromATurnWaitsForTheTurnsBeforeIt() throws Exception {
        ServerRef other = ref("other");
        ServerRef ref = ref();
        node.backend.hold(key -> key.equals("t/k"));
        CompletableFuture<Object> strict = ref.callAsync(setSynced(1)).toCompletableFuture();
        await().until(() -> node.backend.held() == 1);
        CompletableFuture<Object> asking = ref.callAsync(new Ask((state, self) -> Next.reply(other.call(GET), state)))
                .toCompletableFuture();
        assertThat(other.call(set(3))).isEqualTo(3L);
        node.backend.release();
        assertThat(strict.get(5, TimeUnit.SECONDS)).isEqualTo(1L);
        assertThat(asking.get(5, TimeUnit.SECONDS)).isEqualTo(3L);
    }

    @Test
    void stopThatArrivesWhileATurnWaitsForItsStoreComesAfterTheTurn() throws Exception {
        ServerRef other = ref("other");
        ServerRef ref = ref();
        node.backend.hold(key -> key.equals("t/k"));
        CompletableFuture<Object> strict = ref.callAsync(setSynced(1)).toCompletableFuture();
        await().until(() -> node.backend.held() == 1);
        CountDownLatch inside = new CountDownLatch(1);
        CompletableFuture<Object> asking = ref.callAsync(new Ask((state, self) -> {
                    inside.countDown();
                    other.call(GET);
                    return Next.reply("done", new State(2));
                }))
                .toCompletableFuture();
        inside.await();
        CompletableFuture<Boolean> stopped = node.servers
                .terminateAsync("k", io.durableserver.Termination.GRACEFUL)
                .toCompletableFuture();
        node.backend.release();
        assertThat(strict.get(5, TimeUnit.SECONDS)).isEqualTo(1L);
        assertThat(asking.get(5, TimeUnit.SECONDS)).isEqualTo("done");
        assertThat(stopped.get(5, TimeUnit.SECONDS)).isTrue();
        assertThat(ref().call(GET)).isEqualTo(2L);
    }

    // Metadata.

    @Test
    void metadataIsShownAndStored() {
        ref().call(new Ask((state, self) -> Next.reply(self.ctx().metadata(), state)
                .metadata(Map.of("a", "b"))
                .forceSync()));
        assertThat(node.servers.lookup("k").orElseThrow().metadata()).containsEntry("a", "b");
        assertThat(node.servers.info("k").orElseThrow().metadata()).containsEntry("a", "b");
        assertThat(ref().call(new Ask((state, self) -> Next.reply(self.ctx().metadata(), state))))
                .isEqualTo(Map.of("a", "b"));
    }

    @Test
    void metadataOverItsBoundFailsItsTurn() {
        for (String text : List.of("x".repeat(4_100), "é".repeat(3_000))) {
            assertThatThrownBy(() -> ref().call(new Ask((state, self) -> Next.reply(0, new State(9))
                            .metadata(Map.of("a", text))
                            .sync())))
                    .isInstanceOf(HandlerFailedException.class)
                    .hasMessageContaining("metadata");
            assertThat(ref().call(GET)).isEqualTo(0L);
        }
    }

    // What goes wrong.

    @Test
    void handlerExceptionCrashesTheServerWhichComesBackWithItsLastGoodState() {
        ref().call(set(3));
        assertThatThrownBy(() -> ref().call(new Ask((state, self) -> {
                    throw new java.io.IOException("disk");
                })))
                .isInstanceOfSatisfying(HandlerFailedException.class, e -> {
                    assertThat(e.errorType()).isEqualTo("java.io.IOException");
                    assertThat(e).hasMessageContaining("disk");
                    assertThat(e.context()).containsEntry("key", "k");
                });
        assertThat(node.servers.info("k").orElseThrow().status()).isEqualTo(ServerStatus.CRASHED);
        assertThat(node.servers.ref(Probe.type(script), "k").call(GET)).isEqualTo(3L);
        assertThat(node.servers.info("k").orElseThrow().status()).isEqualTo(ServerStatus.RUNNING);
    }

    @Test
    void asynchronousCallerIsToldOfAHandlerException() {
        assertThat(ref().callAsync(new Ask((state, self) -> {
                    throw new AssertionError("bad");
                })))
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withCauseInstanceOf(HandlerFailedException.class);
    }

    @Test
    void replyOfTheWrongTypeIsNamed() {
        ConfigurationException error = catchThrowableOfType(
                ConfigurationException.class,
                () -> ref().call(new AskLong((state, self) -> Next.reply("text", state))));
        assertThat(error.reason()).isEqualTo(ConfigurationException.Reason.WRONG_REPLY_TYPE);
        assertThat(ref().call(new AskLong((state, self) -> Next.reply(4L, state))))
                .isEqualTo(4L);
    }

    @Test
    void unregisteredMessageIsRefusedBeforeItIsSent() {
        assertThatThrownBy(() -> ref().call(new Probe.Unknown()))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.reason()).isEqualTo(ConfigurationException.Reason.UNREGISTERED_MESSAGE));
    }

    @Test
    void stateOverItsLimitIsToldToWhoWaitsForIt() {
        Probe.Script large = new Probe.Script() {
            @Override
            Object dump(State state) {
                return state.n() == 99 ? Map.of("n", "x".repeat(5_000)) : state;
            }
        };
        restart(Limits.DEFAULT.withStateBytes(1 << 10), large);
        assertThat(notApplied(() -> ref().call(setSynced(99))).reason()).isEqualTo(Reason.STATE_TOO_LARGE);
        assertThat(ref().call(GET)).isEqualTo(0L);
    }

    @Test
    void serverThatCallsItselfIsTold() {
        ServerRef ref = ref();
        NotAppliedException error = (NotAppliedException) ref.call(new Ask(
                (state, self) -> Next.reply(notApplied(() -> self.ctx().self().call(GET)), state)));
        assertThat(error.reason()).isEqualTo(Reason.CALL_RING);
        assertThat(error.context()).containsEntry("ring", "k -> k");
    }

    @Test
    void ringOverTwoServersIsNamed() {
        ServerRef a = ref("a");
        ServerRef b = ref("b");
        NotAppliedException error = (NotAppliedException) a.call(new Ask((state, self) ->
                Next.reply(b.call(new Ask((s, me) -> Next.reply(notApplied(() -> a.call(GET)), s))), state)));
        assertThat(error.reason()).isEqualTo(Reason.CALL_RING);
        assertThat(error.context()).containsEntry("ring", "a -> b -> a");
    }

    @Test
    void fullMailboxRefusesAtOnce() throws Exception {
        restart(Limits.DEFAULT.withMailboxCapacity(16), script);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        ServerRef ref = ref();
        ref.cast(new Tell((state, self) -> {
            inside.countDown();
            go.await();
            return Next.state(state);
        }));
        inside.await();
        Tell add = new Tell((state, self) -> Next.state(new State(state.n() + 1)));
        for (int i = 0; i < 16; i++) {
            ref.cast(add);
        }
        NotAppliedException full = notApplied(() -> ref.cast(add));
        assertThat(full.reason()).isEqualTo(Reason.MAILBOX_FULL);
        assertThat(full.context()).containsEntry("bound", "16");
        assertThat(notApplied(() -> ref.call(GET)).reason()).isEqualTo(Reason.MAILBOX_FULL);
        assertThat(ref.callAsync(GET)).failsWithin(Duration.ofSeconds(1));
        go.countDown();
        await().until(() -> ref.call(GET), n -> n.equals(16L));
    }

    @Test
    void callerThatGivesUpKnowsWhetherItsCallBegan() throws Exception {
        ServerRef ref = ref();
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        CallOptions brief = CallOptions.timeout(Duration.ofMillis(50));
        ref.cast(new Tell((state, self) -> {
            inside.countDown();
            go.await();
            return Next.state(state);
        }));
        inside.await();
        assertThat(notApplied(() -> ref.call(set(1), brief)).reason()).isEqualTo(Reason.DEADLINE_BEFORE_START);
        assertThat(ref.callAsync(set(1), brief))
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .withCauseInstanceOf(NotAppliedException.class);
        go.countDown();
        assertThat(ref.call(GET)).isEqualTo(0L);
        CountDownLatch never = new CountDownLatch(1);
        Ask stuck = new Ask((state, self) -> {
            never.await();
            return Next.reply(0, new State(8));
        });
        assertThat(ref.callAsync(stuck, brief))
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .withCauseInstanceOf(OutcomeUnknownException.class);
        never.countDown();
        await().until(() -> ref.call(GET), n -> n.equals(8L));
    }

    @Test
    void interruptedCallerIsTold() throws Exception {
        ServerRef ref = ref();
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        ref.cast(new Tell((state, self) -> {
            inside.countDown();
            go.await();
            return Next.state(state);
        }));
        inside.await();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> ref.call(GET))
                .isInstanceOfSatisfying(
                        OutcomeUnknownException.class,
                        e -> assertThat(e.reason()).isEqualTo(OutcomeUnknownException.Reason.INTERRUPTED));
        assertThat(Thread.interrupted()).isTrue();
        go.countDown();
    }

    @Test
    void blockingMethodsOfTheEntryPointAreRefusedInsideATurn() {
        Object error = ref().call(new Ask((state, self) -> Next.reply(
                catchThrowableOfType(
                        DurableServerException.class, () -> self.ctx().servers().lookup("k")),
                state)));
        assertThat(error).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void contextTellsWhoTheServerIs() {
        assertThat(ref().call(new Ask((state, self) -> Next.reply(
                        List.of(
                                self.ctx().key(),
                                self.ctx().type(),
                                self.ctx().epoch(),
                                self.ctx().service(String.class)),
                        state))))
                .isEqualTo(List.of("k", "probe", 1L, "a service"));
        assertThat(ref().call(new Ask((state, self) -> Next.reply(
                        catchThrowableOfType(
                                ConfigurationException.class, () -> self.ctx().service(Integer.class)),
                        state))))
                .isInstanceOf(ConfigurationException.class);
    }
}
