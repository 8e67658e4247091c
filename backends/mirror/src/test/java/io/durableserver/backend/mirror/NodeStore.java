package io.durableserver.backend.mirror;

import io.durableserver.spi.Backend;
import io.durableserver.testkit.backend.ForwardingBackend;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A store as one process reaches it: answers are worked on by that process, while it lives. */
final class NodeStore extends ForwardingBackend {
    private final Node node;

    NodeStore(Backend store, Node node) {
        super(store);
        this.node = node;
    }

    @Override
    protected <T> CompletionStage<T> request(Supplier<CompletionStage<T>> request) {
        CompletableFuture<T> end = new CompletableFuture<>();
        var unused = request.get()
                .whenComplete((result, failure) -> node.internal().execute(() -> {
                    if (failure == null) {
                        end.complete(result);
                    } else {
                        end.completeExceptionally(failure);
                    }
                }));
        return end;
    }
}
