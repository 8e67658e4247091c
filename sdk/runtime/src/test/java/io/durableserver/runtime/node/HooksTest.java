package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.durableserver.ConfigurationException;
import io.durableserver.Next;
import io.durableserver.RejectedException;
import io.durableserver.ServerRef;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.AskOpen;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.node.Probe.Tell;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.spi.NodeGauges;
import io.durableserver.spi.RuntimeEvents;
import io.durableserver.spi.RuntimeHooks;
import io.durableserver.spi.Scheduler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is told of each call, turn and write of a node. */
@Timeout(60)
final class HooksTest {
    private final List<String> facts = Collections.synchronizedList(new ArrayList<>());
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final AtomicReference<@Nullable NodeGauges> gauges = new AtomicReference<>();
    private volatile Runnable atTurn = () -> {};
    private final Probe.Script script = new Probe.Script();
    private final MemoryBackend backend = new MemoryBackend();

    private final class Listener implements RuntimeEvents, RuntimeHooks {
        @Override
        public RuntimeHooks installed(NodeGauges node) {
            gauges.set(node);
            return this;
        }

        @Override
        public void happened(Fact fact) {
            facts.add(fact.event().getClass().getSimpleName());
        }

        @Override
        public void removed(NodeGauges figures) {
            facts.add("removed");
        }

        @Override
        public void callEnded(int type, boolean remote, CallOutcome outcome, String code, long nanos) {
            told.add("call " + type + (remote ? " remote " : " local ") + outcome + " " + code + isTime(nanos));
        }

        @Override
        public void turnEnded(int type, TurnKind kind, TurnResult result, int waiting, long nanos) {
            told.add("turn " + type + " " + kind + " " + result + " " + waiting + " " + isTime(nanos));
            atTurn.run();
        }

        @Override
        public void syncEnded(int type, SyncResult result, long turns, int bytes, long nanos) {
            told.add("sync " + type + " " + result + " " + turns + " " + (bytes > 0) + " " + (nanos > 0));
        }
    }

    /** Of most it is not taken. */
    private static boolean isTime(long nanos) {
        return nanos > 0 || nanos == -1;
    }

    private final LoneNode node = LoneNode.start(new Listener(), backend, Probe.type(script));

    @BeforeEach
    void isInstalled() {
        await().until(() -> gauges.get() != null);
    }

    @AfterEach
    void close() {
        node.close();
    }

    /** What may be refused, which other tests look at. */
    private static void tried(ThrowingCallable act) {
        var unused = catchThrowable(act);
    }

    private ServerRef ref() {
        return node.servers.ensureStarted(Probe.type(script), "k", new State(0));
    }

    private void isTold(String... lines) {
        await().until(() -> told.size() >= lines.length);
        assertThat(told).containsExactlyInAnyOrder(lines);
        told.clear();
    }

    @Test
    void callIsTurnAndCallAndWhatIsSyncedAWriteOfItsTurns() {
        ServerRef ref = ref();
        told.clear();
        ref.call(ProbedNode.GET);
        isTold("turn 0 CALL DONE 0 true", "call 0 local OK true");
        ref.call(ProbedNode.set(1));
        isTold("turn 0 CALL DONE 0 true", "call 0 local OK true");
        ref.call(ProbedNode.setSynced(2));
        isTold("turn 0 CALL DONE 0 true", "sync 0 STORED 2 true true", "call 0 local OK true");
    }

    @Test
    void failuresAreToldByWhatBecameOfThem() throws Exception {
        ServerRef ref = ref();
        told.clear();
        tried(() -> ref.call(new Ask((state, self) -> {
            throw new RejectedException("NO", "no");
        })));
        isTold("turn 0 CALL REJECTED 0 true", "call 0 local REJECTED REJECTEDtrue");
        backend.fault(MemoryBackend.Fault.REFUSED_FOR_GOOD, key -> key.contains("k"));
        tried(() -> ref.call(ProbedNode.setSynced(2)));
        isTold(
                "turn 0 CALL DONE 0 true",
                "sync 0 NOT_APPLIED 1 true true",
                "call 0 local NOT_APPLIED STORAGE_UNAVAILABLEtrue");
    }

    @Test
    void crashIsAFailedTurn() {
        ServerRef ref = ref();
        told.clear();
        ref.cast(new Tell((state, self) -> {
            throw new IllegalStateException("boom");
        }));
        await().until(() -> told.size() >= 2);
        assertThat(told).contains("turn 0 CAST FAILED 0 true");
    }

    @Test
    void openTurnIsToldOnceWhenItsResultIsThere() throws Exception {
        ServerRef ref = ref();
        told.clear();
        CompletableFuture<Next<State>> later = new CompletableFuture<>();
        CountDownLatch open = new CountDownLatch(1);
        CompletableFuture<Object> call = ref.<Object>callAsync(new AskOpen((state, self) -> {
                    open.countDown();
                    return later.thenApply(next -> Next.reply(1L, state));
                }))
                .toCompletableFuture();
        open.await();
        assertThat(told).isEmpty();
        later.complete(Next.state(new State(0)));
        assertThat(call.get(5, TimeUnit.SECONDS)).isEqualTo(1L);
        isTold("turn 0 CALL DONE 0 true", "call 0 local OK true");
        ref.call(new AskOpen((state, self) -> CompletableFuture.completedFuture(Next.reply(1L, state))));
        isTold("turn 0 CALL DONE 0 true", "call 0 local OK true");
    }

    @Test
    void hookThatWaitsForTheRuntimeIsRefusedAndNothingIsHeldUp() {
        ServerRef ref = ref();
        AtomicReference<@Nullable Throwable> refused = new AtomicReference<>();
        atTurn = () -> refused.set(catchThrowable(() -> ref.call(ProbedNode.GET)));
        ref.call(ProbedNode.GET);
        await().until(() -> refused.get() != null);
        assertThat(refused.get())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("a hook of RuntimeHooks must not");
    }

    @Test
    void figuresSayWhatIsThere() throws Exception {
        NodeGauges figures = java.util.Objects.requireNonNull(gauges.get());
        assertThat(figures.types()).containsExactly("probe");
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ServerRef ref = ref();
        ref.cast(new Tell((state, self) -> {
            inside.countDown();
            go.await();
            return Next.state(new State(1));
        }));
        inside.await();
        ref.cast(new Tell((state, self) -> Next.state(state)));
        CompletableFuture<Object> call = ref.<Object>callAsync(ProbedNode.GET).toCompletableFuture();
        NodeGauges.Snapshot now = figures.read();
        assertThat(now.pendingCalls()).isEqualTo(1);
        assertThat(now.leaseLeftNanos()).isPositive();
        assertThat(now.types()).containsExactly(new NodeGauges.OfType("probe", 0, 1, 0, 2, 2, 0, 0, 0));
        assertThat(now.pools())
                .extracting(Scheduler.PoolUse::name)
                .containsExactly("turn", "start", "application", "stage", "internal");
        go.countDown();
        call.get(5, TimeUnit.SECONDS);
        assertThat(figures.read().types()).singleElement().satisfies(of -> {
            assertThat(of).isEqualTo(new NodeGauges.OfType("probe", 0, 1, 0, 0, 0, 0, 1, of.oldestUnsavedNanos()));
            assertThat(of.oldestUnsavedNanos()).isPositive();
        });
    }

    @Test
    void whoHearsTheEndHasHeardAllOfItWhenTheDrainReturnsAndKeepsNothing() {
        NodeGauges figures = java.util.Objects.requireNonNull(gauges.get());
        ref();
        assertThat(figures.read().leaseLeftNanos()).isPositive();
        node.servers.drain();
        assertThat(facts).containsOnlyOnce("Closed", "removed").endsWith("Closed", "removed");
        assertThat(figures.prefix()).isNotEmpty();
        assertThat(figures.read())
                .isEqualTo(
                        NodeGauges.Snapshot.nothing(List.of(new NodeGauges.OfType("probe", 0, 0, 0, 0, 0, 0, 0, 0))));
    }

    @Test
    void hookThatThrowsWhatNoMethodDeclaresChangesNoReply() {
        ServerRef ref = ref();
        atTurn = () -> sneak(new java.io.IOException("of a hook"));
        assertThat(ref.<Object>call(ProbedNode.GET)).isEqualTo(0L);
        assertThat(ref.<Object>call(ProbedNode.set(3))).isNotNull();
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
