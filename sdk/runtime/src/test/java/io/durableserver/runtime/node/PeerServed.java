package io.durableserver.runtime.node;

import io.durableserver.Call;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.config.Limits;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Session;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;

/** A node in virtual time, and a server that another node serves, as far as the directory knows. */
abstract class PeerServed {
    record State(int n) {}

    record Get() implements Call<Integer> {}

    private static final class Server extends DurableServer<State> {
        @Override
        protected void handlers(Handlers<State> on) {
            on.call(Get.class, (state, get) -> Next.reply(state.n(), state));
        }
    }

    static final Session ME = new Session("me", "1");
    static final Session PEER = new Session("peer", "2");
    static final ServerType<State> TYPE = ServerType.of("t", State.class, Server::new);

    final ManualScheduler time = new ManualScheduler();
    final LoneCluster cluster = new LoneCluster(ME);
    final MemoryBackend backend = new MemoryBackend();
    final DurableNode node;
    final ServerRef ref;

    PeerServed(Limits limits) {
        node = DurableNode.start(
                DurableServersConfig.builder()
                        .prefix("t/")
                        .backend(context -> backend)
                        .limits(limits)
                        .type(TYPE)
                        .build(),
                cluster.with(time, time),
                type -> Optional.empty());
        ref = node.ref(TYPE, "k");
    }

    @BeforeEach
    void peerServesTheKey() {
        time.run();
        cluster.sessions(ME, PEER);
        cluster.putIfAbsent(
                "k",
                WireFormat.encode(new DirectoryEntry("t", PEER, 3, DirectoryEntry.Phase.RUNNING, false, Map.of())));
    }
}
