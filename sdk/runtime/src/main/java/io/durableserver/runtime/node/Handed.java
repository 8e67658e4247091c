package io.durableserver.runtime.node;

import io.durableserver.DurableServerException;
import io.durableserver.runtime.turn.NodeFuture;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.spi.Scheduler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Stages as those get them who asked: applications, and turns. */
final class Handed {
    private Handed() {}

    /** What is chained on it runs on threads that are theirs, and what is refused at once fails it. */
    static <T> CompletionStage<T> toApplication(Scheduler scheduler, Supplier<CompletionStage<T>> request) {
        CompletionStage<T> stage;
        try {
            stage = request.get();
        } catch (DurableServerException refused) {
            stage = CompletableFuture.failedFuture(refused);
        }
        Turn turn = Turn.current();
        return NodeFuture.of(turn == null ? scheduler.application() : turn.stages(scheduler.turnStages()), stage);
    }
}
