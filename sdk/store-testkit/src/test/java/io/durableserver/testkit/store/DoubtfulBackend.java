package io.durableserver.testkit.store;

import io.durableserver.OutcomeUnknownException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.backend.ForwardingBackend;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that does not know how every third write ended, whether it took effect or not. */
final class DoubtfulBackend extends ForwardingBackend {
    private final AtomicInteger ends;

    DoubtfulBackend(Backend store, AtomicInteger ends) {
        super(store);
        this.ends = ends;
    }

    private WriteResult doubt(WriteResult end) {
        return ends.incrementAndGet() % 3 != 0
                ? end
                : new WriteResult.Unknown(
                        new OutcomeUnknownException(OutcomeUnknownException.Reason.AMBIGUOUS_WRITE, "Doubt", Map.of()));
    }

    @Override
    public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
        // The first record of a key is the test's own.
        return super.create(key, record, timeout)
                .thenApply(end -> new String(record, StandardCharsets.UTF_8).startsWith("by ") ? doubt(end) : end);
    }

    @Override
    public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
        return super.replace(key, record, expected, timeout).thenApply(this::doubt);
    }

    @Override
    public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        return super.delete(key, expected, timeout).thenApply(this::doubt);
    }
}
