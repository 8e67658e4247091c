package io.durableserver.testkit;

import io.durableserver.spi.Backend;
import io.durableserver.testkit.backend.ForwardingBackend;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A node's way to the store, which ends when the node crashes: requests after that do nothing and are never answered. */
final class MortalBackend extends ForwardingBackend {
    private final LocalNode node;

    MortalBackend(Backend backend, LocalNode node) {
        super(backend);
        this.node = node;
    }

    @Override
    protected <T> CompletionStage<T> request(Supplier<CompletionStage<T>> request) {
        return node.isAlive() ? request.get() : new CompletableFuture<>();
    }

    @Override
    public CompletionStage<Void> ready() {
        return request(super::ready);
    }
}
