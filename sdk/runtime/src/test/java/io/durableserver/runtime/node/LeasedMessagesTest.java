package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Call;
import io.durableserver.CallOptions;
import io.durableserver.Cast;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.StartOptions;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.runtime.wire.Message;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a turn sends to servers of other nodes leaves, like its reply, only while the lease holds (P4). */
class LeasedMessagesTest {
    record State(int n) {}

    record Poke() implements Cast {}

    /** Pokes the server of another node, and lets its own node stand still before the turn ends. */
    record Tell(Duration pause) implements Call<Integer> {}

    private final class Server extends DurableServer<State> {
        @Override
        protected void handlers(Handlers<State> on) {
            on.cast(Poke.class, (state, poke) -> Next.state(state));
            on.call(Tell.class, (state, tell) -> {
                context().servers().ref(type, "there").cast(new Poke());
                time.standStill(tell.pause());
                return Next.reply(state.n(), state);
            });
        }
    }

    private static final Session ME = new Session("me", "1");
    private static final Session PEER = new Session("peer", "2");

    private final ServerType<State> type = ServerType.of("t", State.class, Server::new);
    private final ManualScheduler time = new ManualScheduler();
    private final LoneCluster cluster = new LoneCluster(ME);
    private final DurableNode node = DurableNode.start(
            DurableServersConfig.builder()
                    .prefix("t/")
                    .backend(context -> new MemoryBackend())
                    .type(type)
                    .build(),
            cluster.with(time, time),
            wanted -> Optional.empty());

    @BeforeEach
    void peerServesAnotherKey() {
        time.run();
        cluster.sessions(ME, PEER);
        cluster.putIfAbsent(
                "there",
                WireFormat.encode(new DirectoryEntry("t", PEER, 3, DirectoryEntry.Phase.RUNNING, false, Map.of())));
    }

    private CompletableFuture<Integer> tellAfter(Duration pause) {
        CompletableFuture<ServerRef> start = node.ensureStartedAsync(type, "here", new State(1), StartOptions.DEFAULT)
                .toCompletableFuture();
        time.run();
        CompletableFuture<Integer> call = start.join()
                .callAsync(new Tell(pause), CallOptions.timeout(Duration.ofMinutes(1)))
                .toCompletableFuture();
        time.run();
        return call;
    }

    private List<Message> sent() {
        return cluster.sent().stream().map(WireFormat::decodeMessage).toList();
    }

    @Test
    void messageLeavesWithTheReply() {
        assertThat(tellAfter(Duration.ZERO)).isCompletedWithValue(1);
        assertThat(sent()).singleElement().isInstanceOf(Message.CastMessage.class);
    }

    @Test
    void messageOfATurnThatPausedBeyondTheLeaseDoesNotLeave() {
        CompletableFuture<Integer> call = tellAfter(Duration.ofSeconds(11));
        time.advance(Duration.ofSeconds(10));
        assertThat(call).isCompletedExceptionally();
        assertThat(sent()).isEmpty();
    }
}
