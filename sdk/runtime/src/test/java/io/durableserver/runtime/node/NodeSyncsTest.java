package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.durableserver.HandlerFailedException;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.SyncPolicy;
import io.durableserver.config.Limits;
import io.durableserver.runtime.node.Probe.Ask;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** When replies and casts leave, and what is stored by then, through the public API of a whole node. */
final class NodeSyncsTest extends ProbedNode {
    private void restart(SyncPolicy policy) {
        restart(Limits.DEFAULT, new Probe.Script() {
            @Override
            Init<State> init(State state, ServerContext context) {
                return Init.ok(state).syncPolicy(policy);
            }
        });
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
        restart(SyncPolicy.strict());
        long before = ref().call(GET).equals(0L) ? writes() : -1;
        ref().call(set(1));
        assertThat(writes()).isEqualTo(before + 1);
    }

    @Test
    void writeBehindThatIsRefusedIsTriedAgainThoughNoTurnFollowsAndTheBackgroundSyncIsOff() {
        restart(new SyncPolicy(SyncPolicy.Mode.ON_CHANGE, Duration.ZERO));
        ref();
        AtomicInteger refused = new AtomicInteger();
        node.backend.fault(Fault.REFUSED_FOR_GOOD, key -> key.equals("t/k") && refused.incrementAndGet() > 0);
        long before = writes();
        ref().call(set(3));
        await().until(() -> refused.get() >= 2);
        node.backend.fault(Fault.NONE, key -> false);
        await().until(() -> writes() > before);
    }

    @Test
    void onChangePolicyWritesBehind() {
        restart(SyncPolicy.onChange());
        ref();
        long before = writes();
        ref().call(set(1));
        await().until(this::writes, n -> n == before + 1);
    }

    @Test
    void manualPolicyStoresInTheBackground() {
        restart(SyncPolicy.manual(Duration.ofMillis(1)));
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
                .admin()
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
        assertThat(node.servers.admin().lookup("k").orElseThrow().metadata()).containsEntry("a", "b");
        assertThat(node.servers.admin().info("k").orElseThrow().metadata()).containsEntry("a", "b");
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
}
