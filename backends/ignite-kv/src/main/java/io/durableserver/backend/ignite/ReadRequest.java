package io.durableserver.backend.ignite;

import io.durableserver.NotAppliedException.Reason;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import org.apache.ignite.cache.CachePeekMode;
import org.apache.ignite.internal.util.future.IgniteFinishedFutureImpl;
import org.apache.ignite.lang.IgniteFuture;
import org.jspecify.annotations.Nullable;

/** A read: of the primary copy, or where a weak read is enough, of a copy on this node. */
final class ReadRequest extends Request<byte @Nullable [], ReadResult> {
    private final RecordCache cache;
    private final Outcomes outcomes;
    private final String key;
    private final ReadMode mode;

    ReadRequest(RecordCache cache, Outcomes outcomes, String key, ReadMode mode) {
        this.cache = cache;
        this.outcomes = outcomes;
        this.key = key;
        this.mode = mode;
    }

    @Override
    void awaitDoor() {
        cache.checkActive();
    }

    @Override
    IgniteFuture<byte @Nullable []> send() {
        if (mode == ReadMode.WEAK) {
            byte[] copy = cache.get().localPeek(key, CachePeekMode.BACKUP);
            if (copy != null) {
                return new IgniteFinishedFutureImpl<>(copy);
            }
        }
        return cache.get().getAsync(key);
    }

    @Override
    ReadResult answer(byte @Nullable [] value) {
        if (mode == ReadMode.STRONG && !cache.quorum().holds()) {
            return outcomes.failedRead(outcomes.cutOff(cache.quorum().servers()));
        }
        return value == null
                ? new ReadResult.Absent()
                : new ReadResult.Found(StoredValue.record(value), StoredValue.version(value));
    }

    @Override
    ReadResult thrown(RuntimeException failure) {
        return outcomes.failedRead(failure);
    }

    @Override
    ReadResult failed(RuntimeException failure) {
        return outcomes.failedRead(failure);
    }

    @Override
    ReadResult expiredUnsent() {
        return new ReadResult.Failed(
                true, outcomes.notSent(Reason.DEADLINE_BEFORE_START, "The time was over before the read was sent"));
    }

    @Override
    ReadResult expiredSent() {
        return outcomes.failedRead(outcomes.late());
    }
}
