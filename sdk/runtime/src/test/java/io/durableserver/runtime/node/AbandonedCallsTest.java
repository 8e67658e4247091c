package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.durableserver.Call;
import io.durableserver.CallOptions;
import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.Next;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerRef;
import io.durableserver.ServerType;
import io.durableserver.config.Limits;
import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A call to another node that does not answer gives its place back as soon as nobody waits for it, on real threads. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // ended, not waited for
final class AbandonedCallsTest {
    record State(int n) {}

    record Get() implements Call<Integer> {}

    private static final class Server extends DurableServer<State> {
        @Override
        protected void handlers(Handlers<State> on) {
            on.call(Get.class, (state, get) -> Next.reply(state.n(), state));
        }
    }

    private static final int PENDING = 16;
    private static final CallOptions LONG = CallOptions.timeout(Duration.ofHours(1));
    private static final ServerType<State> TYPE = ServerType.of("t", State.class, Server::new);
    private static final Session PEER = new Session("peer", "2");

    private final LoneNode node =
            LoneNode.start(Limits.builder().pendingCalls(PENDING).build(), TYPE);
    private final ServerRef far = node.servers.ref(TYPE, "far");

    @BeforeEach
    void aSilentNodeServesTheKey() {
        node.cluster.sessions(node.servers.session(), PEER);
        node.cluster.putIfAbsent(
                "far",
                WireFormat.encode(new DirectoryEntry("t", PEER, 3, DirectoryEntry.Phase.RUNNING, false, Map.of())));
    }

    @AfterEach
    void close() {
        node.close();
    }

    /** As many calls find a place as the table has, as soon as the threads that ended those before are through. */
    private void theTableIsEmpty() {
        await().until(this::allFindAPlace);
    }

    private boolean allFindAPlace() {
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < PENDING; i++) {
            calls.add(far.callAsync(new Get(), LONG).toCompletableFuture());
        }
        boolean all = calls.stream().noneMatch(CompletableFuture::isDone);
        calls.forEach(call -> call.cancel(false));
        return all;
    }

    @Test
    void ofATimeoutThatTheApplicationSet() {
        for (int round = 0; round < 3; round++) {
            List<CompletableFuture<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < PENDING; i++) {
                calls.add(far.callAsync(new Get(), LONG).toCompletableFuture().orTimeout(1, TimeUnit.MILLISECONDS));
            }
            await().until(() -> calls.stream().allMatch(CompletableFuture::isCompletedExceptionally));
            theTableIsEmpty();
        }
    }

    @Test
    void ofADefaultThatTheApplicationSet() {
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < PENDING; i++) {
            calls.add(far.callAsync(new Get(), LONG)
                    .toCompletableFuture()
                    .completeOnTimeout(7, 1, TimeUnit.MILLISECONDS));
        }
        await().until(() -> calls.stream().allMatch(CompletableFuture::isDone));
        theTableIsEmpty();
    }

    @Test
    void ofABlockedCallerThatIsInterrupted() throws Exception {
        for (int i = 0; i < 2 * PENDING; i++) {
            CompletableFuture<OutcomeUnknownException> told = new CompletableFuture<>();
            int before = node.cluster.sent().size();
            Thread caller = new Thread(() -> told.complete(
                    catchThrowableOfType(OutcomeUnknownException.class, () -> far.call(new Get(), LONG))));
            caller.start();
            await().until(() -> node.cluster.sent().size() > before);
            caller.interrupt();
            assertThat(told.get(30, TimeUnit.SECONDS).reason()).isEqualTo(OutcomeUnknownException.Reason.INTERRUPTED);
            caller.join();
        }
        theTableIsEmpty();
    }

    @Test
    void ofABlockedCallerThatWasInterruptedBefore() throws Exception {
        for (int i = 0; i < 2 * PENDING; i++) {
            Thread.currentThread().interrupt();
            assertThat(catchThrowableOfType(OutcomeUnknownException.class, () -> far.call(new Get(), LONG))
                            .reason())
                    .isEqualTo(OutcomeUnknownException.Reason.INTERRUPTED);
            assertThat(Thread.interrupted()).isTrue();
        }
        theTableIsEmpty();
    }
}
