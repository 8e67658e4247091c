package io.durableserver.runtime.routing;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerStatus;
import io.durableserver.runtime.ownership.Store;
import io.durableserver.runtime.ownership.StoreKeys;
import io.durableserver.runtime.ownership.Unread;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.record.StoredRecord;
import io.durableserver.runtime.wire.Causes;
import io.durableserver.runtime.wire.Control;
import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.Membership;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The place of a server by its record in the store: what is left to go by when the directory cannot answer. */
public final class RecordedOwner {
    private final Store store;
    private final StoreKeys keys;
    private final Membership membership;
    private final TimeSource time;
    private final ControlPlane control;
    private final Duration timeout;

    /** @param timeout the bound of each of its two questions */
    public RecordedOwner(Store store, StoreKeys keys, Cluster cluster, ControlPlane control, Duration timeout) {
        this.store = store;
        this.keys = keys;
        this.membership = cluster.membership();
        this.time = cluster.time();
        this.control = control;
        this.timeout = timeout;
    }

    /**
     * What the directory would say: the record's owner, if it is in the cluster and says that it serves the key. Fails with
     * {@link NotAppliedException} when store or owner do not answer either.
     *
     * @param why what the directory failed with
     */
    CompletionStage<Optional<DirectoryEntry>> find(String key, Throwable why) {
        long deadline = time.nanoTime() + timeout.toNanos();
        return store.readWithin(keys.server(key), () -> deadline - time.nanoTime())
                .thenCompose(result -> {
                    if (result instanceof ReadResult.Failed failed) {
                        throw Unread.error(
                                failed,
                                "Neither the directory nor the record can be read",
                                Map.of(
                                        "key",
                                        key,
                                        "directory",
                                        String.valueOf(Causes.of(why).getMessage())));
                    }
                    return result instanceof ReadResult.Found found
                            ? serving(key, RecordFormat.decode(key, found.record()))
                            : nowhere();
                });
    }

    private CompletionStage<Optional<DirectoryEntry>> serving(String key, StoredRecord record) {
        if (record.status() != ServerStatus.RUNNING || !membership.view().contains(record.owner())) {
            return nowhere();
        }
        return control.ask(record.owner(), new Control.ServingRequest(key), timeout)
                .handle((answer, failure) -> {
                    if (answer instanceof Control.Serving serving) {
                        return serving.serving() ? Optional.of(entry(record)) : Optional.empty();
                    }
                    throw silent(key, record, failure);
                });
    }

    private static DirectoryEntry entry(StoredRecord record) {
        return new DirectoryEntry(
                record.type(),
                record.owner(),
                record.epoch(),
                DirectoryEntry.Phase.RUNNING,
                record.permanent(),
                record.metadata());
    }

    private static NotAppliedException silent(String key, StoredRecord record, @Nullable Throwable failure) {
        return new NotAppliedException(
                Reason.NOT_READY,
                "The directory cannot be reached, and the owner by the record does not answer",
                Map.of("key", key, "owner", record.owner()),
                failure == null ? null : Causes.of(failure));
    }

    private static CompletionStage<Optional<DirectoryEntry>> nowhere() {
        return CompletableFuture.completedFuture(Optional.empty());
    }
}
