package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.durableserver.CallOptions;
import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.DurableServerException;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerRef;
import io.durableserver.ServerStatus;
import io.durableserver.ServerType;
import io.durableserver.StopReason;
import io.durableserver.Termination;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.AskLater;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.testing.MemoryBackend.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How servers stop, and what is left of them, through the public API of a whole node. */
final class NodeLifeTest extends StoredNode {
    // Stopping.

    @Test
    void everyStopReasonLeavesItsStatusAndTheReplyComesAfterTheFinalWrite() {
        Map<StopReason, ServerStatus> statuses = Map.of(
                StopReason.normal(), ServerStatus.STOPPED_GRACEFUL,
                StopReason.permanent(), ServerStatus.STOPPED_PERMANENT,
                StopReason.error("sick"), ServerStatus.CRASHED);
        statuses.forEach((why, status) -> {
            script.seen.clear();
            ServerRef ref = start();
            long before = (long) ref.call(GET);
            assertThat(ref.call(stop(why))).isEqualTo("bye");
            assertThat(info().status()).isEqualTo(status);
            assertThat(script.seen).contains("terminate " + why.getClass().getSimpleName() + " " + (before + 1));
            assertThat(script.seen.contains("afterTerminate result " + status))
                    .isEqualTo(status != ServerStatus.CRASHED);
            assertThat(start().call(GET)).as("explicit start right after").isEqualTo(before + 1);
        });
    }

    @Test
    void aStopWaitsForTheWriteThatIsOnItsWay() throws Exception {
        ServerRef ref = start();
        backend.hold(key -> key.equals("t/k"));
        CompletionStage<Object> answer = ref.callAsync(
                new Ask((state, self) -> Next.reply("five", new State(5)).sync()));
        await().until(() -> backend.held() == 1);
        CompletionStage<Boolean> stop = node.servers.admin().terminateAsync("k", Termination.GRACEFUL);
        await().until(() -> script.seen.stream().anyMatch(seen -> seen.startsWith("terminate ")));
        assertThat(backend.held()).isEqualTo(1);
        backend.release();
        assertThat(answer.toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo("five");
        assertThat(stop.toCompletableFuture().get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(info().status()).isEqualTo(ServerStatus.STOPPED_GRACEFUL);
        assertThat(start().call(GET)).isEqualTo(5L);
    }

    @Test
    void stopWithoutReplyFromACastStopsToo() {
        start().cast(new Probe.Tell((state, self) -> Next.stop(StopReason.normal(), new State(9))));
        await().until(() -> info().status(), ServerStatus.STOPPED_GRACEFUL::equals);
        assertThat(start().call(GET)).isEqualTo(9L);
    }

    @Test
    void deleteOfAStoredServerThatDoesNotRunRemovesItsRecord() {
        start();
        assertThat(node.servers.admin().terminate("k", Termination.GRACEFUL)).isTrue();
        assertThat(node.servers.admin().info("k")).isPresent();
        assertThat(node.servers.admin().terminate("k", Termination.DELETE)).isTrue();
        assertThat(node.servers.admin().info("k")).isEmpty();
        assertThat(node.servers.admin().terminate("k", Termination.DELETE)).isFalse();
    }

    @Test
    void deleteRemovesTheRecordAndTheNextStartBootsAfresh() {
        start().call(new Ask((state, self) -> Next.reply(0, new State(7)).sync()));
        assertThat(start().call(stop(StopReason.delete()))).isEqualTo("bye");
        assertThat(node.servers.admin().info("k")).isEmpty();
        assertThat(start().call(GET)).isEqualTo(1L);
        assertThat(info().epoch()).isEqualTo(1);
        assertThat(node.servers.admin().terminate("k", Termination.DELETE)).isTrue();
        assertThat(backend.read("t/k")).isEmpty();
    }

    @Test
    void serverStoppedForGoodComesBackByAnExplicitStartOnly() {
        ServerRef ref = start();
        assertThat(node.servers.admin().terminate("k", Termination.PERMANENT)).isTrue();
        assertThat(reason(() -> ref.call(GET))).isEqualTo(Reason.NOT_RUNNING);
        assertThat(start().call(GET)).isEqualTo(1L);
        assertThat(info().status()).isEqualTo(ServerStatus.RUNNING);
    }

    @Test
    void terminateOfAServerThatNeverChangedIsASuccess() {
        start();
        assertThat(node.servers.admin().terminate("k", Termination.GRACEFUL)).isTrue();
        assertThat(info().status()).isEqualTo(ServerStatus.STOPPED_GRACEFUL);
        assertThat(node.servers.admin().lookup("k")).isEmpty();
        assertThat(node.servers.localCount()).isZero();
        assertThat(node.servers.admin().terminate("k", Termination.GRACEFUL)).isFalse();
    }

    @Test
    void stopWhoseFinalWriteFailsSaysSo() {
        ServerRef ref = start();
        backend.fault(Fault.REFUSED_FOR_GOOD, key -> key.equals("t/k"));
        assertThat(reason(() -> ref.call(stop(StopReason.normal())))).isEqualTo(Reason.STORAGE_UNAVAILABLE);
        backend.fault(Fault.NONE, key -> false);
        start();
        backend.fault(Fault.REFUSED_FOR_GOOD, key -> key.equals("t/k"));
        assertThat(reason(() -> node.servers.admin().terminate("k", Termination.GRACEFUL)))
                .isEqualTo(Reason.STORAGE_UNAVAILABLE);
        backend.fault(Fault.NONE, key -> false);
    }

    @Test
    void terminateThatThrowsStopsAllTheSame() {
        ServerType<State> next = restart(
                new Probe.Script() {
                    @Override
                    Object terminate(StopReason reason, State state) {
                        throw new IllegalStateException("no");
                    }
                },
                1);
        node.servers.start(next, "k", new State(1));
        assertThat(node.servers.admin().terminate("k", Termination.GRACEFUL)).isTrue();
    }

    @Test
    void callsInTheMailboxOfAStoppingServerFindTheNextActivation() throws Exception {
        ServerRef ref = start();
        List<CompletionStage<Object>> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            calls.add(ref.callAsync(i == 3 ? stop(StopReason.normal()) : GET));
        }
        for (CompletionStage<Object> call : calls) {
            call.toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    // The node.

    @Test
    void stateSurvivesARestartOfTheNode() {
        start().call(new Ask((state, self) -> Next.reply(0, new State(42))));
        ServerType<State> next = restart(script, 1);
        assertThat(info().status()).isEqualTo(ServerStatus.STOPPED_GRACEFUL);
        assertThat(node.servers.ref(next, "k").call(GET)).isEqualTo(42L);
        assertThat(info().epoch()).isEqualTo(2);
    }

    /** The bytes of the type before are equal to those of a later state of the next: they must be written all the same. */
    @Test
    void writeThatEndsAfterAnUpgradeSaysNothingOfTheNextType() throws Exception {
        ServerRef ref = start();
        Ask three = new Ask((state, self) -> Next.reply(0, new State(3)).sync());
        node.backend.hold(key -> key.endsWith("/k"));
        CompletableFuture<Object> before = ref.callAsync(three).toCompletableFuture();
        await().until(() -> node.backend.held() == 1);
        node.servers
                .admin()
                .upgrade(Probe.type(new Probe.Script() {
                            @Override
                            State upgrade(int oldVersion, State state) {
                                return new State(state.n() * 1_000);
                            }
                        })
                        .version(2));
        CountDownLatch upgraded = new CountDownLatch(1);
        CompletableFuture<Object> after = ref.callAsync(new Ask((state, self) -> {
                    upgraded.countDown();
                    return Next.reply(state.n(), state);
                }))
                .toCompletableFuture();
        assertThat(upgraded.await(5, TimeUnit.SECONDS)).isTrue();
        node.backend.release();
        before.get(5, TimeUnit.SECONDS);
        assertThat(after.get(5, TimeUnit.SECONDS)).isEqualTo(3_000L);
        long writes = info().writes();
        ref.call(three);
        assertThat(info().writes()).isEqualTo(writes + 1);
    }

    @Test
    void upgradeInPlaceCarriesTheStateOverAndFindsTheRightHandlers() {
        ServerRef ref = start();
        ref.call(new Ask((state, self) -> Next.reply(0, new State(3))));
        ServerType<State> next =
                ServerType.of("probe", State.class, () -> new Reordered()).version(2);
        node.servers.admin().upgrade(next);
        assertThat(ref.call(GET)).isEqualTo(3_000L);
        assertThat(node.servers.ref(next, "k").call(GET)).isEqualTo(3_000L);
        assertThat(reason(() -> ref.call(new AskLater((state, self, replyTo) -> Next.state(state)))))
                .isEqualTo(Reason.NO_HANDLER);
        assertThat(ref.call(GET)).isEqualTo(3_000L);
        assertThatThrownBy(() -> node.servers.admin().upgrade(next)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void closedNodeRefusesAndEndsWhatWaits() {
        ServerRef ref = start();
        CompletionStage<Object> waiting = ref.callAsync(
                new AskLater((state, self, replyTo) -> Next.state(state)), CallOptions.timeout(Duration.ofHours(1)));
        ref.call(GET);
        node.close();
        assertThat(waiting).failsWithin(Duration.ofSeconds(2));
        assertThat(reason(() -> node.servers.start(type, "k", new State(1)))).isEqualTo(Reason.NOT_READY);
        assertThat(ref.callAsync(GET)).failsWithin(Duration.ofSeconds(2));
        assertThat(reason(() -> ref.call(GET))).isEqualTo(Reason.NOT_READY);
        assertThat(node.servers.isReady()).isFalse();
    }

    @Test
    void nodeCutOffFromTheClusterStopsServing() {
        ServerRef ref = start();
        node.cluster.tell(new io.durableserver.spi.Membership.Event.Segmented());
        await().until(() -> node.servers.localCount() == 0);
        assertThat(catchThrowableOfType(
                        DurableServerException.class, () -> ref.call(GET, CallOptions.timeout(Duration.ofMillis(500)))))
                .isNotNull();
        assertThat(RecordFormat.decode("k", backend.read("t/k").orElseThrow()).status())
                .isEqualTo(ServerStatus.RUNNING);
    }

    /** The next version of the probe, with its handlers in another order and one of them gone. */
    private static final class Reordered extends DurableServer<State> {
        @Override
        protected void handlers(Handlers<State> on) {
            on.cast(Probe.Tell.class, (state, tell) -> Next.state(state));
            on.call(Ask.class, (state, ask) -> Next.reply(state.n(), state));
        }

        @Override
        protected State upgrade(int oldVersion, State state) {
            return new State(state.n() * 1_000 * oldVersion);
        }
    }
}
