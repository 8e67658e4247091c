package io.durableserver.runtime.lifecycle;

import io.durableserver.ServerInfo;
import io.durableserver.runtime.ownership.Store;
import io.durableserver.runtime.ownership.StoreKeys;
import io.durableserver.runtime.ownership.Unread;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.record.StoredRecord;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Reads what the store holds about a server, without starting it. */
public final class Infos {
    private final Store store;
    private final StoreKeys keys;
    private final TimeSource time;
    private final Duration timeout;

    public Infos(Store store, StoreKeys keys, TimeSource time, Duration timeout) {
        this.store = store;
        this.keys = keys;
        this.time = time;
        this.timeout = timeout;
    }

    CompletionStage<Optional<ServerInfo>> read(String key) {
        long deadline = time.nanoTime() + timeout.toNanos();
        return store.readWithin(keys.server(key), () -> deadline - time.nanoTime())
                .thenApply(result -> info(key, result));
    }

    private static Optional<ServerInfo> info(String key, ReadResult result) {
        if (result instanceof ReadResult.Failed failed) {
            throw Unread.error(failed, "The record cannot be read", Map.of("key", key));
        }
        if (result instanceof ReadResult.Found found) {
            return Optional.of(of(key, RecordFormat.decode(key, found.record())));
        }
        return Optional.empty();
    }

    /** What the header of a record says. */
    static ServerInfo of(String key, StoredRecord record) {
        return new ServerInfo(
                key,
                record.type(),
                record.schemaVersion(),
                record.status(),
                record.owner(),
                record.epoch(),
                record.writes(),
                record.writtenAtMillis(),
                record.permanent(),
                record.metadata(),
                record.state().length);
    }
}
