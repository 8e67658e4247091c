package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.wire.Control;
import io.durableserver.runtime.wire.NodeState;
import io.durableserver.runtime.wire.Origin;
import io.durableserver.runtime.wire.Start;
import io.durableserver.runtime.wire.WireError;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node says about itself, and what becomes of starts while others are not ready; in virtual time. */
class NotReadyTest {
    record State(int n) {}

    private static final class Server extends DurableServer<State> {
        @Override
        protected void handlers(Handlers<State> on) {}
    }

    private static final Session ME = new Session("me", "1");
    private static final Session PEER = new Session("peer", "2");
    private static final ServerType<State> TYPE = ServerType.of("t", State.class, Server::new);

    private final ManualScheduler time = new ManualScheduler();
    private final LoneCluster cluster = new LoneCluster(ME);
    private final MemoryBackend backend = new MemoryBackend();

    private DurableNode start() {
        return DurableNode.start(
                DurableServersConfig.builder()
                        .prefix("t/")
                        .backend(context -> backend)
                        .type(TYPE)
                        .build(),
                cluster.with(time, time),
                type -> Optional.empty());
    }

    private NodeState said() {
        return WireFormat.decodeState(cluster.rows().getOrDefault(ME, new byte[0]));
    }

    private CompletableFuture<ServerRef> ensureStarted(DurableNode node) {
        return ensureStarted(node, "k");
    }

    private CompletableFuture<ServerRef> ensureStarted(DurableNode node, String key) {
        CompletableFuture<ServerRef> start = node.ensureStartedAsync(
                        TYPE, key, new State(1), StartOptions.DEFAULT.withTimeout(Duration.ofSeconds(1)))
                .toCompletableFuture();
        time.run();
        return start;
    }

    @BeforeEach
    void peerOwnsAllKeys() {
        cluster.sessions(ME, PEER);
        cluster.ownedBy(PEER);
    }

    @Test
    void arbiterThatHasNotSaidThatItIsReadyIsNotAsked() {
        DurableNode node = start();
        time.run();
        assertThat(ensureStarted(node)).isCompleted();
    }

    @Test
    void arbiterThatRefusesIsNotAskedAgainBeforeTheOthers() {
        cluster.says(PEER, WireFormat.encode(NodeState.READY));
        DurableNode node = start();
        time.run();
        assertThat(ensureStarted(node)).as("no time has passed").isCompleted();
    }

    @Test
    void rowThatCannotBeReadSaysNothing() {
        cluster.says(PEER, new byte[] {99, 1, 2});
        DurableNode node = start();
        time.run();
        assertThat(ensureStarted(node)).isCompleted();
    }

    @Test
    void startWaitsForANodeThatHostsTheTypeAndThenSaysWhyNoneDoes() {
        DurableNode node = start();
        time.run();
        cluster.hosts(Map.of(ME, "other:1", PEER, "t:1"));
        cluster.says(PEER, WireFormat.encode(NodeState.broken("no such region")));

        CompletableFuture<ServerRef> start = ensureStarted(node);
        time.advance(Duration.ofMillis(900));
        assertThat(start).isNotDone();
        time.advance(Duration.ofMillis(101));

        assertThatThrownBy(start::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(NotAppliedException.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(Reason.NOT_READY);
                    assertThat(refused.context().get("nodes")).contains("peer=broken: no such region");
                });
    }

    @Test
    void startGoesOnAsSoonAsANodeIsReady() {
        DurableNode node = start();
        time.run();
        cluster.hosts(Map.of(ME, "other:1", PEER, "t:1"));
        CompletableFuture<ServerRef> start = ensureStarted(node);
        time.advance(Duration.ofMillis(500));
        assertThat(start).isNotDone();
        cluster.hosts(Map.of(ME, "t:1", PEER, "t:1"));
        time.advance(Duration.ofMillis(200));
        assertThat(start).isCompleted();
    }

    private static byte[] draining() {
        NotAppliedException drains = new NotAppliedException(Reason.DRAINING, "The node is draining", Map.of());
        return WireFormat.encode(new Control.Failed(WireError.of(drains)));
    }

    @Test
    void arbiterThatSaysItDrainsIsPassedOver() {
        int[] asked = new int[1];
        cluster.says(PEER, WireFormat.encode(NodeState.READY));
        cluster.others((to, request) -> {
            asked[0]++;
            return CompletableFuture.completedFuture(draining());
        });
        DurableNode node = start();
        time.run();
        assertThat(ensureStarted(node)).as("no time has passed").isCompleted();
        assertThat(asked[0]).isEqualTo(1);
    }

    @Test
    void hostThatSaysItDrainsIsPassedOver() {
        Session third = new Session("third", "3");
        List<Session> asked = new ArrayList<>();
        cluster.hosts(Map.of(ME, "other:1", PEER, "t:1", third, "t:1"));
        cluster.says(PEER, WireFormat.encode(NodeState.READY));
        cluster.says(third, WireFormat.encode(NodeState.READY));
        cluster.others((to, request) -> {
            asked.add(to);
            return CompletableFuture.completedFuture(
                    to.equals(PEER) ? draining() : WireFormat.encode(new Control.Started(third, 1, false)));
        });
        start();
        time.run();
        for (int i = 0; i < 20; i++) {
            CompletableFuture<byte[]> answer =
                    cluster.ask(PEER, WireFormat.encode(revival("k" + i))).toCompletableFuture();
            time.advance(Duration.ofMillis(100));
            assertThat(WireFormat.decodeControl(answer.join())).isEqualTo(new Control.Started(third, 1, false));
        }
        assertThat(asked).contains(PEER);
    }

    @Test
    void startThatJoinedOneThatFailedIsTriedOnItsOwn() {
        DurableNode node = start();
        time.run();
        Deque<Runnable> lookUps = new ArrayDeque<>();
        cluster.lookUpsOn(lookUps::add);
        CompletableFuture<byte[]> revival =
                cluster.ask(PEER, WireFormat.encode(revival("k"))).toCompletableFuture();
        time.run();
        cluster.lookUpsOn(Runnable::run);
        CompletableFuture<ServerRef> start = ensureStarted(node);
        assertThat(start).as("joins the revival").isNotDone();
        lookUps.forEach(Runnable::run);
        time.run();
        assertThat(WireFormat.decodeControl(revival.join()))
                .isInstanceOfSatisfying(
                        Control.Failed.class,
                        failed -> assertThat(failed.error().code()).isEqualTo("NOT_FOUND"));
        assertThat(start).as("brings a first state").isCompleted();
    }

    @Test
    void searchThatFailsEndsAndHoldsUpNoLaterStart() {
        DurableNode node = start();
        time.run();
        cluster.hosts(Map.of(ME, "other:1", PEER, "t:1"));
        CompletableFuture<ServerRef> first = ensureStarted(node);
        CompletableFuture<ServerRef> joined = ensureStarted(node);
        time.advance(Duration.ofMillis(300));
        assertThat(first).isNotDone();
        cluster.viewFails(new IllegalStateException("no members"));
        time.advance(Duration.ofMillis(300));
        assertThat(first).as("before its deadline").isCompletedExceptionally();
        assertThat(joined).as("before its deadline").isCompletedExceptionally();

        cluster.viewFails(null);
        cluster.hosts(Map.of(ME, "t:1", PEER, "t:1"));
        assertThat(ensureStarted(node)).isCompleted();
    }

    @Test
    void typeThatNobodyHostsIsRefusedAtOnce() {
        DurableNode node = start();
        time.run();
        cluster.hosts(Map.of(ME, "other:1", PEER, "other:1"));
        assertThatThrownBy(() -> ensureStarted(node).join())
                .cause()
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.NO_ELIGIBLE_NODE));
    }

    @Test
    void nodeSaysHowItIs() {
        ConfigurationException wrong = ConfigurationException.option("region", "nope", "one of [default]");
        backend.notReady(wrong);
        DurableNode node = start();
        time.run();
        assertThat(said().status()).isEqualTo(NodeState.Status.BROKEN);
        assertThat(said().toString()).contains("INVALID_OPTION", "region", "nope");

        backend.notReady(null);
        time.advance(Duration.ofSeconds(1));
        assertThat(said()).isEqualTo(NodeState.READY);

        node.drainAsync();
        assertThat(said()).isEqualTo(NodeState.DRAINING);
        time.run();
        assertThat(said()).isEqualTo(NodeState.DRAINING);
    }

    @Test
    void nodeWhoseLeaseIsAtRiskSaysSoBeforeItStopsServing() {
        DurableNode node = start();
        time.run();
        assertThat(said()).isEqualTo(NodeState.READY);
        backend.hold(key -> true);
        for (int i = 0; i < 100 && node.isReady(); i++) {
            time.advance(Duration.ofMillis(100));
        }
        assertThat(said().toString()).isEqualTo("broken: its lease is at risk");
        backend.release();
        time.advance(Duration.ofSeconds(4));
        assertThat(node.isReady()).isTrue();
        assertThat(said()).isEqualTo(NodeState.READY);
    }

    @Test
    void nodeThatIsFencedOrCannotBeBuiltSaysSo() {
        DurableNode node = start();
        time.run();
        node.fence();
        assertThat(said().status()).isEqualTo(NodeState.Status.BROKEN);

        assertThatThrownBy(() -> DurableNode.start(
                        DurableServersConfig.builder()
                                .prefix("t/")
                                .backend(context -> {
                                    throw ConfigurationException.option("region", "nope", "one of [default]");
                                })
                                .build(),
                        cluster.with(time, time),
                        type -> Optional.empty()))
                .isInstanceOf(ConfigurationException.class);
        assertThat(said().toString()).contains("broken", "nope");
    }

    @Test
    void nodeThatIsNotReadyDoesNotArbitrate() {
        backend.notReady(new IllegalStateException("down"));
        DurableNode node = start();
        time.run();
        assertThat(node.isReady()).isFalse();
        byte[] request = WireFormat.encode(revival("k"));
        var answer = cluster.ask(PEER, request).toCompletableFuture();
        time.run();
        assertThat(WireFormat.decodeControl(answer.join()))
                .isInstanceOfSatisfying(
                        Control.Failed.class,
                        failed -> assertThat(failed.error().code()).isEqualTo("NOT_READY"));
    }

    private static Control.StartRequest revival(String key) {
        return new Control.StartRequest(
                new Start(key, "t", new Start.Cause.Revive(), Origin.NONE.until(1_000_000_000)));
    }
}
