package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.durableserver.Next;
import io.durableserver.ServerRef;
import io.durableserver.StartOptions;
import io.durableserver.Termination;
import io.durableserver.config.Limits;
import io.durableserver.runtime.node.Probe.Ask;
import io.durableserver.runtime.node.Probe.State;
import io.durableserver.runtime.node.Probe.Tell;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Who cancels a call gets its place back, and a call that has not begun never does. */
@SuppressWarnings("FutureReturnValueIgnored") // ended, not waited for
final class CancelledCallsTest extends ProbedNode {
    private static final int PENDING = 16;
    private static final Ask ADD = new Ask((state, self) -> Next.reply(state.n(), new State(state.n() + 1)));

    private final CountDownLatch go = new CountDownLatch(1);

    private ServerRef held() throws InterruptedException {
        restart(Limits.builder().pendingCalls(PENDING).build(), script);
        return hold(ref());
    }

    /** A turn of the server begins, and lasts. */
    private ServerRef hold(ServerRef ref) throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        ref.cast(new Tell((state, self) -> {
            inside.countDown();
            go.await();
            return Next.state(state);
        }));
        inside.await();
        return ref;
    }

    private static CompletableFuture<Object> begin(ServerRef ref, Ask ask) {
        return ref.callAsync(ask).toCompletableFuture();
    }

    @Test
    void cancelledCallsLeaveTheirPlacesAndDoNotRun() throws Exception {
        ServerRef ref = held();
        List<Consumer<CompletableFuture<Object>>> ways = List.of(
                call -> call.cancel(true),
                call -> call.complete(0),
                call -> call.completeExceptionally(new IllegalStateException()),
                call -> call.obtrudeValue(0));
        for (Consumer<CompletableFuture<Object>> way : ways) {
            for (int i = 0; i < 2 * PENDING; i++) {
                way.accept(begin(ref, ADD));
            }
        }
        List<CompletableFuture<Object>> late = new ArrayList<>();
        for (int i = 0; i < PENDING; i++) {
            late.add(begin(ref, ADD).orTimeout(1, TimeUnit.MILLISECONDS));
        }
        await().until(() -> late.stream().allMatch(CompletableFuture::isDone));
        CompletableFuture<Object> kept = begin(ref, GET);
        go.countDown();
        assertThat(kept.get(5, TimeUnit.SECONDS)).isEqualTo(0L);
    }

    @Test
    void cancelOfACallThatRunsDropsItsReplyOnly() throws Exception {
        restart(Limits.builder().pendingCalls(PENDING).build(), script);
        ServerRef ref = ref();
        CountDownLatch inside = new CountDownLatch(1);
        CompletableFuture<Object> begun = begin(ref, new Ask((state, self) -> {
            inside.countDown();
            go.await();
            return Next.reply(0, new State(7));
        }));
        inside.await();
        assertThat(begun.cancel(true)).isTrue();
        go.countDown();
        assertThat(ref.call(GET)).isEqualTo(7L);
        assertThat(begun).isCancelled();
    }

    @Test
    void cancelPassesOnFromAStageMadeInsideATurn() throws Exception {
        ServerRef busy = held();
        ServerRef caller = ref("caller");
        for (int i = 0; i < 4 * PENDING; i++) {
            caller.call(new Ask((state, self) -> {
                begin(busy, ADD).cancel(true);
                return Next.reply(0, state);
            }));
        }
        go.countDown();
        assertThat(busy.call(GET)).isEqualTo(0L);
    }

    @Test
    void callCancelledAtTheGateNeverLeaves() throws Exception {
        ServerRef target = ref("target");
        ServerRef caller = ref();
        node.backend.hold(key -> key.equals("t/k"));
        CompletableFuture<Object> strict = begin(caller, setSynced(1));
        await().until(() -> node.backend.held() == 1);
        CountDownLatch cancelled = new CountDownLatch(1);
        CompletableFuture<Object> behind = begin(caller, new Ask((state, self) -> {
            CompletableFuture<Object> call = begin(target, ADD);
            boolean waits = !call.isDone();
            call.cancel(true);
            cancelled.countDown();
            return Next.reply(waits, state);
        }));
        cancelled.await();
        node.backend.release();
        strict.get(5, TimeUnit.SECONDS);
        assertThat(behind.get(5, TimeUnit.SECONDS)).isEqualTo(true);
        assertThat(caller.call(GET)).isEqualTo(1L);
        assertThat(target.call(GET)).isEqualTo(0L);
    }

    @Test
    void cancelledStagesOfTheEntryPointLeaveNothingBehind() throws Exception {
        restart(Limits.builder().pendingCalls(PENDING).build(), script);
        for (int i = 0; i < 4 * PENDING; i++) {
            node.servers
                    .startAsync(Probe.type(script), "s" + i, new State(i), StartOptions.DEFAULT)
                    .toCompletableFuture()
                    .cancel(true);
            node.servers.admin().infoAsync("s" + i).toCompletableFuture().cancel(true);
            node.servers.admin().lookupAsync("s" + i).toCompletableFuture().cancel(true);
            node.servers
                    .admin()
                    .terminateAsync("s" + i, Termination.GRACEFUL)
                    .toCompletableFuture()
                    .cancel(true);
        }
        // The starts and stops themselves go on: whoever asks next finds an ordinary server.
        for (int i = 0; i < 4 * PENDING; i++) {
            assertThat(ref("s" + i).call(GET)).isIn(0L, (long) i);
        }
    }
}
