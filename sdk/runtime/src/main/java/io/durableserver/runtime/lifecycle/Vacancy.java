package io.durableserver.runtime.lifecycle;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.ownership.Acquisition;
import io.durableserver.runtime.ownership.OwnerCheck;
import io.durableserver.runtime.routing.Routing;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.spi.Session;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Makes sure that no server of a key runs, and that no other session owns it. */
public final class Vacancy {
    private final NodeScope node;
    private final Activations activations;
    private final Routing routing;
    private final OwnerCheck owners;
    private final Acquisition.OwnerQuery query;

    public Vacancy(
            NodeScope node, Activations activations, Routing routing, OwnerCheck owners, Acquisition.OwnerQuery query) {
        this.node = node;
        this.activations = activations;
        this.routing = routing;
        this.owners = owners;
        this.query = query;
    }

    /**
     * Completes when the key is free; fails with {@code ALREADY_STARTED} or {@code OWNER_LEASE_ACTIVE}.
     *
     * @param owner the owner the record names, when it says that it runs; null otherwise
     */
    CompletionStage<Void> check(String key, @Nullable Session owner) {
        if (activations.find(key) != null) {
            return CompletableFuture.failedFuture(runs(key, node.session()));
        }
        return routing.entry(key).thenCompose(entry -> {
            if (entry.isPresent() && !entry.get().session().equals(node.session())) {
                throw runs(key, entry.get().session());
            }
            if (owner == null || owner.equals(node.session())) {
                return CompletableFuture.completedFuture(null);
            }
            return node.membership().view().contains(owner)
                    ? ask(key, owner)
                    : owners.awaitGone(owner, deadlineNanos()).thenApply(evidence -> null);
        });
    }

    private long deadlineNanos() {
        return node.time().nanoTime() + node.config().timeouts().start().toNanos();
    }

    private CompletionStage<Void> ask(String key, Session owner) {
        return query.serves(owner, key).handle((serves, failure) -> {
            if (failure != null) {
                throw new NotAppliedException(
                        Reason.OWNER_LEASE_ACTIVE,
                        "The owner does not say whether it serves",
                        Map.of("key", key, "owner", owner),
                        failure);
            }
            if (serves) {
                throw runs(key, owner);
            }
            return null;
        });
    }

    private static NotAppliedException runs(String key, Session where) {
        return new NotAppliedException(
                Reason.ALREADY_STARTED,
                "A server of this key runs; stop it first",
                Map.of("key", key, "session", where));
    }
}
