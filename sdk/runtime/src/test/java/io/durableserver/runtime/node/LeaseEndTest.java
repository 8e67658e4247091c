package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.CallOptions;
import io.durableserver.Init;
import io.durableserver.Next;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.StopReason;
import io.durableserver.SyncPolicy;
import io.durableserver.Termination;
import io.durableserver.admin.DrainReport;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.AskOpen;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.record.LeaseFormat;
import io.durableserver.runtime.record.LeaseRecord;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.testing.MemoryBackend.Fault;
import io.durableserver.runtime.testing.UnexaminedCodec;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.runtime.wire.Control;
import io.durableserver.runtime.wire.Origin;
import io.durableserver.runtime.wire.Start;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Session;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node does, and does not do, from the moment its lease is not sure any more (P4). */
class LeaseEndTest {
    private static final Session ME = new Session("me", "1");
    private static final Session PEER = new Session("peer", "2");
    private static final Duration BEYOND = Duration.ofSeconds(11);

    private final ManualScheduler time = new ManualScheduler();
    private final LoneCluster cluster = new LoneCluster(ME);
    private final MemoryBackend backend = new MemoryBackend();
    private int inits;
    private final ServerType<State> type = Probe.type(new Probe.Script() {
                @Override
                Init<State> init(State state, ServerContext context) {
                    inits++;
                    return Init.ok(state);
                }
            })
            .syncPolicy(SyncPolicy.manual(Duration.ofSeconds(1)));
    private final DurableNode node = DurableNode.start(
            DurableServersConfig.builder()
                    .prefix("t/")
                    .backend(context -> backend)
                    .messageCodec(UnexaminedCodec.INSTANCE)
                    .type(type)
                    .build(),
            cluster.with(time, time),
            wanted -> Optional.empty());

    @BeforeEach
    void ready() {
        time.run();
        cluster.sessions(ME, PEER);
    }

    private static boolean isLease(String key) {
        return key.startsWith("t/__nodes/");
    }

    private static boolean isRecord(String key) {
        return key.equals("t/k");
    }

    private CompletableFuture<ServerRef> starting() {
        CompletableFuture<ServerRef> start = node.ensureStartedAsync(type, "k", new State(1), StartOptions.DEFAULT)
                .toCompletableFuture();
        time.run();
        return start;
    }

    private static CompletableFuture<Object> ask(ServerRef ref, Ask ask) {
        return ref.callAsync(ask, CallOptions.DEFAULT).toCompletableFuture();
    }

    private static Ask set(long n) {
        return new Ask((state, self) -> Next.reply(n, new State(n)));
    }

    private boolean serving() {
        CompletableFuture<byte[]> answer = cluster.ask(PEER, WireFormat.encode(new Control.ServingRequest("k")))
                .toCompletableFuture();
        time.run();
        return ((Control.Serving) WireFormat.decodeControl(answer.join())).serving();
    }

    private String leaseKey() {
        return "t/__nodes/me/1";
    }

    private LeaseRecord lease() {
        return LeaseFormat.decode("l", backend.read(leaseKey()).orElseThrow());
    }

    private String stored() {
        return new String(
                RecordFormat.decode("k", backend.read("t/k").orElseThrow()).state(), StandardCharsets.UTF_8);
    }

    @Test
    void turnThatComesUpAfterAPauseBeyondTheLeaseIsForTheNextLife() {
        ServerRef ref = starting().join();
        int[] ran = new int[1];
        Ask ask = new Ask((state, self) -> {
            ran[0]++;
            return Next.reply(1L, state);
        });
        CompletableFuture<Object> call =
                ref.callAsync(ask, CallOptions.timeout(Duration.ofHours(1))).toCompletableFuture();
        time.standStill(BEYOND);
        time.run();
        assertThat(ran[0]).isZero();
        time.advance(Duration.ofSeconds(10));
        assertThat(call).isCompletedWithValue(1L);
        assertThat(inits).isEqualTo(2);
    }

    @Test
    void partOfAnOpenTurnThatComesUpAfterAPauseBeyondTheLeaseDoesNotRunInIt() {
        ServerRef ref = starting().join();
        CompletableFuture<Void> slow = new CompletableFuture<>();
        List<String> ran = new ArrayList<>();
        CompletableFuture<Object> call = ref.callAsync(
                        new AskOpen((state, self) -> slow.thenApplyAsync(
                                done -> {
                                    ran.add(Turn.waitingHere().toString());
                                    return Next.reply(1L, new State(2));
                                },
                                self.ctx().executor())),
                        CallOptions.timeout(Duration.ofHours(1)))
                .toCompletableFuture();
        time.run();
        time.standStill(BEYOND);
        slow.complete(null);
        assertThatThrownBy(() -> {
                    time.run();
                    call.join();
                })
                .hasCauseInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("OWNER_LOST");
        assertThat(ran).isEmpty();
        assertThat(stored()).contains("1");
    }

    @Test
    void replyOfATurnThatPausedBeyondTheLeaseDoesNotLeave() {
        ServerRef ref = starting().join();
        CompletableFuture<Object> call = ask(ref, new Ask((state, self) -> {
            time.standStill(BEYOND);
            return Next.reply(state.n(), state);
        }));
        time.run();
        time.advance(Duration.ofSeconds(10));
        assertThat(call).isCompletedExceptionally();
    }

    @Test
    void callBeyondItsDeadlineDoesNotBeginAlthoughNobodyHasSaidSoYet() {
        ServerRef ref = starting().join();
        int[] ran = new int[1];
        Ask ask = new Ask((state, self) -> {
            ran[0]++;
            return Next.reply(1L, state);
        });
        CompletableFuture<Object> call = ref.callAsync(ask, CallOptions.DEFAULT.withTimeout(Duration.ofSeconds(1)))
                .toCompletableFuture();
        time.standStill(Duration.ofSeconds(2));
        time.run();
        assertThat(ran[0]).isZero();
        time.advance(Duration.ofSeconds(1));
        assertThat(call).isCompletedExceptionally();
    }

    @Test
    void serverWhoseClaimCameBackAfterTheLeaseDoesNotBegin() {
        backend.hold(LeaseEndTest::isRecord);
        CompletableFuture<ServerRef> start = starting();
        backend.fault(Fault.REFUSED, LeaseEndTest::isLease);
        time.standStill(BEYOND);
        backend.release();
        time.run();
        assertThat(inits).isZero();
        time.advance(Duration.ofSeconds(20));
        assertThat(start).isCompletedExceptionally();
    }

    @Test
    void claimOnItsWayIsTheNodesAlsoWhenItsLeaseIsOut() {
        backend.hold(LeaseEndTest::isRecord);
        CompletableFuture<ServerRef> start = starting();
        time.standStill(BEYOND);
        assertThat(start).isNotDone();
        assertThat(serving()).isTrue();
    }

    @Test
    void serverIsTheNodesUntilItsFinalWriteIsStored() {
        starting().join();
        backend.hold(LeaseEndTest::isRecord);
        CompletableFuture<Boolean> stop =
                node.admin().terminateAsync("k", Termination.GRACEFUL).toCompletableFuture();
        time.run();
        assertThat(stop).isNotDone();
        assertThat(serving()).isTrue();
        backend.release();
        time.run();
        assertThat(stop).isCompletedWithValue(true);
        assertThat(serving()).isFalse();
    }

    @Test
    void serversStopWhenTheLeaseRunsOut() {
        starting().join();
        backend.fault(Fault.REFUSED, LeaseEndTest::isLease);
        time.advance(BEYOND);
        assertThat(node.localCount()).isZero();
    }

    @Test
    void nodeWhoseRenewalIsOverdueIsNotReady() {
        assertThat(node.isReady()).isTrue();
        backend.fault(Fault.REFUSED, LeaseEndTest::isLease);
        time.advance(Duration.ofSeconds(7));
        assertThat(node.isReady()).isFalse();
        backend.fault(Fault.NONE, key -> false);
        time.advance(Duration.ofSeconds(4));
        assertThat(node.isReady()).isTrue();
    }

    @Test
    void nodeWhoseLeaseWasEndedSaysThatItServesNoMore() {
        LeaseRecord present = lease();
        backend.overwrite(
                leaseKey(),
                LeaseFormat.encode(
                        new LeaseRecord(ME, present.renewals() + 1, present.endpoint(), true, time.wallMillis())));
        time.advance(BEYOND);
        CompletableFuture<ServerRef> start = starting();
        assertThat(start).isCompletedExceptionally();
        assertThat(start.handle((ref, failure) -> String.valueOf(failure.getMessage()))
                        .join())
                .contains("another node ended its lease");
    }

    @Test
    void goodbyeIsSaidWhenTheLastServerIsStored() {
        CompletableFuture<Object> change = ask(starting().join(), set(7));
        time.run();
        assertThat(change).isCompletedWithValue(7L);
        backend.hold(LeaseEndTest::isRecord);
        CompletableFuture<DrainReport> drain = node.drainAsync().toCompletableFuture();
        time.run();
        assertThat(lease().gone()).isFalse();
        backend.release();
        time.advance(Duration.ofSeconds(1));
        assertThat(drain).isCompleted();
        assertThat(lease().gone()).isTrue();
        assertThat(stored()).contains("7");
    }

    @Test
    void serverThatTookTooLongForTheDrainIsFencedBeforeTheGoodbye() {
        CompletableFuture<Object> change = ask(starting().join(), set(7));
        time.run();
        assertThat(change).isCompletedWithValue(7L);
        backend.hold(LeaseEndTest::isRecord);
        CompletableFuture<DrainReport> drain = node.drainAsync().toCompletableFuture();
        time.advance(node.scope().config().timeouts().drain().plusSeconds(2));
        assertThat(drain).isCompleted();
        assertThat(lease().gone()).isTrue();
        assertThat(node.localCount()).isZero();
    }

    @Test
    void nodeThatDrainsTakesNoNewServersFromOthers() {
        starting().join();
        backend.hold(LeaseEndTest::isRecord);
        CompletableFuture<DrainReport> drain = node.drainAsync().toCompletableFuture();
        time.run();
        assertThat(drain).isNotDone();
        Start start = new Start("new", "probe", new Start.Cause.Revive(), Origin.NONE.until(1_000_000_000));
        CompletableFuture<byte[]> answer = cluster.ask(PEER, WireFormat.encode(new Control.ActivateRequest(start)))
                .toCompletableFuture();
        time.run();
        assertThat(WireFormat.decodeControl(answer.join()))
                .isInstanceOfSatisfying(
                        Control.Failed.class,
                        failed -> assertThat(failed.error().code()).isEqualTo("DRAINING"));
        backend.release();
        time.advance(Duration.ofSeconds(1));
        assertThat(drain).isCompleted();
    }

    @Test
    void stopThatIsAskedForInATurnIsAnsweredAfterItsFinalWrite() {
        ServerRef ref = starting().join();
        backend.hold(LeaseEndTest::isRecord);
        CompletableFuture<Object> call =
                ask(ref, new Ask((state, self) -> Next.reply(1L, new State(5)).thenStop(StopReason.normal())));
        time.run();
        assertThat(call).isNotDone();
        backend.release();
        time.run();
        assertThat(call).isCompletedWithValue(1L);
        assertThat(stored()).contains("5");
    }

    @Test
    void whatTheStoreRefusedOnceIsStoredInTheBackground() {
        ServerRef ref = starting().join();
        backend.fault(Fault.REFUSED_FOR_GOOD, LeaseEndTest::isRecord);
        CompletableFuture<Object> change = ask(ref, set(7));
        time.advance(Duration.ofSeconds(2));
        assertThat(change).isCompletedWithValue(7L);
        assertThat(stored()).doesNotContain("7");
        backend.fault(Fault.NONE, key -> false);
        time.advance(Duration.ofSeconds(3));
        assertThat(stored()).contains("7");
    }

    @Test
    void startThatFailsLeavesNoEntryBehind() {
        CompletableFuture<ServerRef> first = starting();
        first.join();
        CompletableFuture<Boolean> stop =
                node.admin().terminateAsync("k", Termination.PERMANENT).toCompletableFuture();
        time.run();
        assertThat(stop).isCompletedWithValue(true);
        ServerRef ref = first.join();
        CompletableFuture<Object> call = ask(ref, set(1));
        time.advance(Duration.ofSeconds(1));
        assertThat(call).isCompletedExceptionally();
        assertThat(cluster.localGet("k")).isEmpty();
    }
}
