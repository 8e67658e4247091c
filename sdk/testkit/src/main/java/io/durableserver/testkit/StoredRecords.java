package io.durableserver.testkit;

import io.durableserver.ConfigurationException;
import io.durableserver.ServerStatus;
import io.durableserver.ServerType;
import io.durableserver.runtime.codec.JsonCodec;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.record.StoredRecord;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Session;
import io.durableserver.spi.WriteResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The records of a cluster's servers, from outside of it. */
final class StoredRecords {
    static final String PREFIX = "test/";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Session SEED = new Session("seed", "0");

    private final Backend backend;

    StoredRecords(Backend backend) {
        this.backend = backend;
    }

    Optional<String> json(String key) {
        ReadResult read = backend.get(PREFIX + key, ReadMode.STRONG, TIMEOUT)
                .toCompletableFuture()
                .join();
        if (!(read instanceof ReadResult.Found found)) {
            return Optional.empty();
        }
        StoredRecord record = RecordFormat.decode(PREFIX + key, found.record());
        if (!record.codec().equals(JsonCodec.INSTANCE.name())) {
            throw new IllegalStateException("The state of " + key + " is stored as " + record.codec());
        }
        return Optional.of(new String(record.state(), StandardCharsets.UTF_8));
    }

    void put(ServerType<?> type, String key, int version, String json) {
        StoredRecord record = new StoredRecord(
                type.name(),
                version,
                ServerStatus.STOPPED_GRACEFUL,
                SEED,
                1,
                1,
                0,
                false,
                Map.of(),
                JsonCodec.INSTANCE.name(),
                json.getBytes(StandardCharsets.UTF_8));
        WriteResult written = backend.create(PREFIX + key, RecordFormat.encode(record), TIMEOUT)
                .toCompletableFuture()
                .join();
        if (!(written instanceof WriteResult.Stored)) {
            throw ConfigurationException.option("seed", key, "a key that is not in the store yet");
        }
    }
}
