package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.Call;
import io.durableserver.DurableServer;
import io.durableserver.DurableServersConfig;
import io.durableserver.Handlers;
import io.durableserver.Limits;
import io.durableserver.Next;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.runtime.testing.LoneCluster;
import io.durableserver.runtime.testing.ManualScheduler;
import io.durableserver.runtime.testing.MemoryBackend;
import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Session;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A call to another node that its caller ends leaves the table of calls at once, wherever it is. Time stands: nothing expires. */
@SuppressWarnings("FutureReturnValueIgnored") // ended, not waited for
final class CancelledRemoteCallsTest {
    record State(int n) {}

    record Get() implements Call<Integer> {}

    private static final class Server extends DurableServer<State> {
        @Override
        protected void handlers(Handlers<State> on) {
            on.call(Get.class, (state, get) -> Next.reply(state.n(), state));
        }
    }

    private static final int PENDING = 16;
    private static final Session ME = new Session("me", "1");
    private static final Session PEER = new Session("peer", "2");
    private static final ServerType<State> TYPE = ServerType.of("t", State.class, Server::new);
    private static final List<Consumer<CompletableFuture<Integer>>> WAYS = List.of(
            call -> call.cancel(false),
            call -> call.complete(0),
            call -> call.completeExceptionally(new IllegalStateException()),
            call -> call.obtrudeValue(0));

    private final ManualScheduler time = new ManualScheduler();
    private final LoneCluster cluster = new LoneCluster(ME);
    private final DurableNode node = DurableNode.start(
            DurableServersConfig.builder()
                    .prefix("t/")
                    .backend(context -> new MemoryBackend())
                    .limits(Limits.DEFAULT.withPendingCalls(PENDING))
                    .type(TYPE)
                    .build(),
            cluster.with(time, time),
            name -> Optional.empty());
    private final ServerRef ref = node.ref(TYPE, "k");

    @BeforeEach
    void peerServesTheKey() {
        time.run();
        cluster.sessions(ME, PEER);
        cluster.putIfAbsent(
                "k",
                WireFormat.encode(new DirectoryEntry("t", PEER, 3, DirectoryEntry.Phase.RUNNING, false, Map.of())));
    }

    private CompletableFuture<Integer> begin() {
        CompletableFuture<Integer> call = ref.callAsync(new Get()).toCompletableFuture();
        time.run();
        return call;
    }

    /** As many calls find a place as the table has, and not one more. */
    private void theTableIsEmpty() {
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < PENDING; i++) {
            calls.add(begin());
        }
        assertThat(calls).noneMatch(CompletableFuture::isDone);
        assertThat(begin()).isCompletedExceptionally();
    }

    @Test
    void oneThatWaitsForItsReply() {
        for (Consumer<CompletableFuture<Integer>> way : WAYS) {
            for (int i = 0; i < 2 * PENDING; i++) {
                CompletableFuture<Integer> call = begin();
                assertThat(call).isNotDone();
                way.accept(call);
            }
        }
        assertThat(cluster.sent()).hasSize(WAYS.size() * 2 * PENDING);
        theTableIsEmpty();
    }

    @Test
    void oneThatLooksForItsServerIsNotSentAtAll() {
        Queue<Runnable> lookUps = new ArrayDeque<>();
        cluster.lookUpsOn(lookUps::add);
        for (Consumer<CompletableFuture<Integer>> way : WAYS) {
            for (int i = 0; i < 2 * PENDING; i++) {
                way.accept(begin());
            }
        }
        assertThat(lookUps).isNotEmpty();
        lookUps.forEach(Runnable::run);
        lookUps.clear();
        time.run();
        assertThat(cluster.sent()).isEmpty();
        cluster.lookUpsOn(Runnable::run);
        theTableIsEmpty();
    }

    /** A stage made of the call is not the call: it goes on, as {@code CompletableFuture} has it. */
    @Test
    void theEndOfAStageMadeOfItLeavesItInItsPlace() {
        CompletableFuture<Integer> call = begin();
        call.thenApply(n -> n + 1).cancel(false);
        assertThat(call).isNotDone();
        call.cancel(false);
        theTableIsEmpty();
    }
}
