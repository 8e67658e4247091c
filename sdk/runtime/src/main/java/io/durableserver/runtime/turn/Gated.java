package io.durableserver.runtime.turn;

import io.durableserver.DurableServerException;
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
        CompletableFuture<T> end = new CompletableFuture<>();
        turn.owner().gate(new Output() {
            @Override
            public void emit() {
                try {
                    NodeFuture.relay(request.get(), end);
                } catch (DurableServerException refused) {
                    end.completeExceptionally(refused);
                }
            }

            @Override
            public void fail(DurableServerException error) {
                end.completeExceptionally(error);
            }
        });
        return end;
    }
}
