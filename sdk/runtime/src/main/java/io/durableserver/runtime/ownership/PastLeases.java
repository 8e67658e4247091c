package io.durableserver.runtime.ownership;

import io.durableserver.NotAppliedException;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.runtime.record.LeaseFormat;
import io.durableserver.runtime.record.LeaseRecord;
import io.durableserver.runtime.wire.Causes;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Session;
import io.durableserver.spi.Version;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Removes what past sessions of this node left behind: their leases, where they say goodbye or were marked gone. No
 * judgement changes by that, since an absent lease says the same (P4); any other lease is left to the nodes that wait for it.
 * Best effort: what cannot be removed now is found by the next session.
 */
public final class PastLeases {
    private static final int PAGE = 100;
    private static final int MAX_PAGES = 10;

    private final Backend backend;
    private final Store store;
    private final StoreKeys keys;
    private final Session self;
    private final Duration timeout;
    private final Facts facts;

    public PastLeases(Backend backend, Store store, StoreKeys keys, Session self, Duration timeout, Facts facts) {
        this.backend = backend;
        this.store = store;
        this.keys = keys;
        this.self = self;
        this.timeout = timeout;
        this.facts = facts;
    }

    /** Removes them; never fails. */
    public CompletionStage<Void> remove() {
        // A backend must not throw; when it does all the same, it is as if it had not listed.
        return CompletableFuture.completedFuture(null)
                .thenCompose(begin -> page(PageRequest.records(keys.leases(self.node()), PAGE), 1))
                .thenAccept(removed -> {
                    if (removed > 0) {
                        facts.tell(new NodeEvent.PastLeasesRemoved(self.node(), removed));
                    }
                })
                .exceptionally(failure -> {
                    Throwable cause = Causes.of(failure);
                    left(ErrorCode.of(cause), Thrown.of(cause));
                    return null;
                });
    }

    private CompletionStage<Integer> page(PageRequest request, int number) {
        return backend.list(request, timeout).thenCompose(page -> {
            CompletionStage<Integer> removed = CompletableFuture.completedFuture(0);
            for (Backend.Listed listed : page.entries()) {
                removed = removed.thenCompose(before -> remove(listed).thenApply(one -> before + one));
            }
            Optional<PageRequest> next = request.after(page).filter(more -> number < MAX_PAGES);
            return next.isEmpty()
                    ? removed
                    : removed.thenCompose(
                            before -> page(next.orElseThrow(), number + 1).thenApply(rest -> before + rest));
        });
    }

    /** One when the lease is gone now, else none. */
    private CompletionStage<Integer> remove(Backend.Listed listed) {
        String storeKey = listed.key();
        if (storeKey.equals(keys.lease(self))) {
            return CompletableFuture.completedFuture(0);
        }
        // A record that is older than the lease is now does no harm: the delete is for its version.
        return listed.record()
                .map(record -> removeOver(storeKey, record, listed.version()))
                .orElseGet(() -> store.read(storeKey, () -> false)
                        .thenCompose(read -> read instanceof ReadResult.Found found
                                ? removeOver(storeKey, found.record(), found.version())
                                : CompletableFuture.completedFuture(0)));
    }

    private CompletionStage<Integer> removeOver(String storeKey, byte[] record, Version version) {
        return isOver(storeKey, record)
                ? store.write(storeKey, ConditionalWrite.delete(version), () -> false)
                        .thenApply(outcome -> outcome instanceof ConditionalWrite.Outcome.Stored ? 1 : 0)
                : CompletableFuture.completedFuture(0);
    }

    private boolean isOver(String storeKey, byte[] record) {
        try {
            LeaseRecord lease = LeaseFormat.decode(storeKey, record);
            return lease.gone() && lease.session().node().equals(self.node());
        } catch (NotAppliedException foreign) {
            left(ErrorCode.of(foreign), foreign);
            return false;
        }
    }

    private void left(ErrorCode code, Throwable problem) {
        facts.tell(new NodeEvent.PastLeaseLeft(self.node(), code, String.valueOf(problem.getMessage())));
    }
}
