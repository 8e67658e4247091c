package io.durableserver.runtime.ownership;

import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.events.HotPath;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.RuntimeHooks.StoreOperation;
import io.durableserver.spi.RuntimeHooks.StoreOutcome;
import io.durableserver.spi.TimeSource;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The backend of a node, which tells those who listen to the hot path of each request; without them it only passes requests on. */
public final class MeasuredBackend implements Backend {
    private final Backend backend;
    private final Facts facts;
    private final TimeSource time;

    public MeasuredBackend(Backend backend, Facts facts, TimeSource time) {
        this.backend = backend;
        this.facts = facts;
        this.time = time;
    }

    @Override
    public String name() {
        return backend.name();
    }

    @Override
    public CompletionStage<Void> ready() {
        return backend.ready();
    }

    @Override
    public CompletionStage<ReadResult> get(String key, ReadMode mode, Duration timeout) {
        Request request = begin(StoreOperation.GET, 0);
        return request == null ? backend.get(key, mode, timeout) : request.of(() -> backend.get(key, mode, timeout));
    }

    @Override
    public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
        Request request = begin(StoreOperation.CREATE, record.length);
        return request == null
                ? backend.create(key, record, timeout)
                : request.of(() -> backend.create(key, record, timeout));
    }

    @Override
    public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
        Request request = begin(StoreOperation.REPLACE, record.length);
        return request == null
                ? backend.replace(key, record, expected, timeout)
                : request.of(() -> backend.replace(key, record, expected, timeout));
    }

    @Override
    public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        Request request = begin(StoreOperation.DELETE, 0);
        return request == null
                ? backend.delete(key, expected, timeout)
                : request.of(() -> backend.delete(key, expected, timeout));
    }

    @Override
    public CompletionStage<Page> list(PageRequest request, Duration timeout) {
        Request listing = begin(StoreOperation.LIST, 0);
        return listing == null ? backend.list(request, timeout) : listing.of(() -> backend.list(request, timeout));
    }

    @Override
    public void close() {
        backend.close();
    }

    private @Nullable Request begin(StoreOperation operation, int bytes) {
        HotPath hot = facts.hot();
        if (hot == null) {
            return null;
        }
        hot.storeBegan(operation);
        return new Request(hot, time, operation, bytes, time.nanoTime());
    }

    /** What asks the backend. */
    private interface Question<T> {
        CompletionStage<T> ask();
    }

    /** A request that is measured, to its end. */
    private record Request(HotPath hot, TimeSource time, StoreOperation operation, int bytes, long beganNanos) {
        /** A backend must not throw, nor answer nothing; when it does all the same, that is passed on. */
        <T> CompletionStage<T> of(Question<T> question) {
            @Nullable CompletionStage<T> answer = null;
            try {
                answer = question.ask();
                return answer;
            } finally {
                if (answer == null) {
                    ended(null);
                } else {
                    // Not by whenComplete: its stage asks a failure for its text, which may throw.
                    var unused = answer.handle((result, defect) -> {
                        ended(result);
                        return result;
                    });
                }
            }
        }

        private void ended(@Nullable Object result) {
            int moved = result instanceof ReadResult.Found found ? found.record().length : bytes;
            hot.storeEnded(operation, outcome(result), moved, time.nanoTime() - beganNanos);
        }

        private StoreOutcome outcome(@Nullable Object result) {
            if (result instanceof WriteResult.Conflict) {
                return StoreOutcome.CONFLICT;
            }
            if (result instanceof ReadResult.Absent) {
                return StoreOutcome.ABSENT;
            }
            if (result instanceof WriteResult.NotApplied || result instanceof ReadResult.Failed) {
                return StoreOutcome.REFUSED;
            }
            if (result instanceof WriteResult.Unknown) {
                return StoreOutcome.UNKNOWN;
            }
            if (result != null) {
                return StoreOutcome.OK;
            }
            boolean reads = operation == StoreOperation.GET || operation == StoreOperation.LIST;
            return reads ? StoreOutcome.REFUSED : StoreOutcome.UNKNOWN;
        }
    }
}
