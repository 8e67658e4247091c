package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.wire.Control;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Session;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a node tells others who want a key it has to do with. "Not serving" lets them take it at once, so it must never be
 * said while a claim may already be stored: simulation seeds 86127 and 88963 found two nodes in one key.
 */
class OwnerAnswerTest {
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
    private final DurableNode node = DurableNode.start(
            DurableServersConfig.builder()
                    .prefix("t/")
                    .backend(context -> backend)
                    .type(TYPE)
                    .build(),
            cluster.with(time, time),
            type -> Optional.empty());

    @BeforeEach
    void ready() {
        time.run();
        cluster.sessions(ME, PEER);
    }

    private boolean serving(String key) {
        CompletableFuture<byte[]> answer = cluster.ask(PEER, WireFormat.encode(new Control.ServingRequest(key)))
                .toCompletableFuture();
        time.run();
        return ((Control.Serving) WireFormat.decodeControl(answer.join())).serving();
    }

    private CompletableFuture<ServerRef> start(String key) {
        CompletableFuture<ServerRef> start = node.ensureStartedAsync(TYPE, key, new State(0), StartOptions.DEFAULT)
                .toCompletableFuture();
        time.run();
        return start;
    }

    @Test
    void aKeyItHasNothingToDoWithIsFree() {
        assertThat(serving("k")).isFalse();
    }

    @Test
    void aClaimOnItsWayIsTheNodesAndSoIsTheServerAfterIt() {
        backend.hold(key -> key.equals("t/k"));
        CompletableFuture<ServerRef> start = start("k");
        assertThat(start).isNotDone();
        assertThat(serving("k")).as("while the claim is with the store").isTrue();
        backend.release();
        time.run();
        assertThat(start).isCompleted();
        assertThat(serving("k")).as("while the server runs").isTrue();
    }

    @Test
    void aClaimThatFailedLeavesTheKeyFree() {
        backend.hold(key -> key.equals("t/k"));
        CompletableFuture<ServerRef> start = start("k");
        backend.fault(MemoryBackend.Fault.REFUSED_FOR_GOOD, key -> key.equals("t/k"));
        backend.release();
        time.run();
        assertThat(start).isCompletedExceptionally();
        assertThat(serving("k")).isFalse();
    }
}
