package io.durableserver.runtime.turn;

import io.durableserver.DurableServerException;
import io.durableserver.runtime.sync.Output;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Requests that a turn sends while it runs: they leave once the turns before it are stored (P3). */
public final class Gated {
    private Gated() {}

    /**
     * Sends now, or when the gate of the turn on this thread opens.
     *
     * @param request sends and returns its answer; may throw one of our errors instead
     */
    public static <T extends @Nullable Object> CompletionStage<T> send(Supplier<CompletionStage<T>> request) {
        Turn turn = Turn.current();
        if (turn == null) {
            return request.get();
        }
        Held<T> held = new Held<>(request);
        turn.owner().gate(held);
        return held;
    }

    /** A request at the gate, and its answer. One that is cancelled there is not sent. */
    private static final class Held<T extends @Nullable Object> extends CompletableFuture<T> implements Output {
        private final Supplier<CompletionStage<T>> request;
        private volatile @Nullable CompletionStage<T> sent;

        Held(Supplier<CompletionStage<T>> request) {
            this.request = request;
        }

        @Override
        public void emit() {
            if (isDone()) {
                return;
            }
            try {
                CompletionStage<T> answer = request.get();
                sent = answer;
                NodeFuture.relay(answer, this);
                if (isCancelled()) {
                    cancel(false); // it came while the request left
                }
            } catch (DurableServerException refused) {
                completeExceptionally(refused);
            }
        }

        @Override
        public void fail(DurableServerException error) {
            completeExceptionally(error);
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            CompletionStage<T> answer = sent;
            if (cancelled && answer != null) {
                answer.toCompletableFuture().cancel(false);
            }
            return cancelled;
        }
    }
}
