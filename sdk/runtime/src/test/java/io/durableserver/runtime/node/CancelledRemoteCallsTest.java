package io.durableserver.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.config.Limits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A call to another node that its caller ends leaves the table of calls at once, wherever it is. Time stands: nothing expires. */
@SuppressWarnings("FutureReturnValueIgnored") // ended, not waited for
final class CancelledRemoteCallsTest extends PeerServed {
    private static final int PENDING = 16;
    private static final List<Consumer<CompletableFuture<Integer>>> WAYS = List.of(
            call -> call.cancel(false),
            call -> call.complete(0),
            call -> call.completeExceptionally(new IllegalStateException()),
            call -> call.obtrudeValue(0));

    CancelledRemoteCallsTest() {
        super(Limits.builder().pendingCalls(PENDING).build());
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
