package io.durableserver.benchmarks;

import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Records written without a server around them: each replace carries the version of the one before. */
final class RawRecords {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int AT_ONCE = 256;

    private final Backend backend;
    private final byte[] record;
    private final AtomicReferenceArray<CompletableFuture<Version>> versions;

    private RawRecords(Backend backend, byte[] record, int keys) {
        this.backend = backend;
        this.record = record;
        this.versions = new AtomicReferenceArray<>(keys);
    }

    /** Creates records with the bytes of the record of {@code like}. */
    static RawRecords create(Backend backend, String like, int keys) {
        ReadResult read = backend.get(like, ReadMode.STRONG, TIMEOUT)
                .toCompletableFuture()
                .join();
        RawRecords records = new RawRecords(backend, ((ReadResult.Found) read).record(), keys);
        for (int first = 0; first < keys; first += AT_ONCE) {
            List<CompletableFuture<?>> creates = new ArrayList<>();
            for (int key = first; key < Math.min(keys, first + AT_ONCE); key++) {
                CompletableFuture<Version> created = backend.create(name(key), records.record, TIMEOUT)
                        .thenApply(RawRecords::version)
                        .toCompletableFuture();
                records.versions.set(key, created);
                creates.add(created);
            }
            creates.forEach(CompletableFuture::join);
        }
        return records;
    }

    private static String name(int key) {
        return "bench/raw-" + key;
    }

    /** Replaces one record, after its last write; fails when it was not stored. One thread at a time. */
    CompletionStage<Version> replace(long number) {
        int key = (int) (number * 7_919 % versions.length());
        CompletableFuture<Version> written = versions.get(key)
                .thenCompose(version -> backend.replace(name(key), record, version, TIMEOUT))
                .thenApply(RawRecords::version);
        versions.set(key, written);
        return written;
    }

    private static Version version(WriteResult result) {
        if (result instanceof WriteResult.Stored stored) {
            return stored.version();
        }
        throw new IllegalStateException("A raw write failed: " + result);
    }
}
