package io.durableserver.backend.ignite;

import io.durableserver.NotAppliedException.Reason;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import java.util.concurrent.Executor;
import org.apache.ignite.cache.CachePeekMode;
import org.apache.ignite.lang.IgniteFuture;
import org.jspecify.annotations.Nullable;

/** A read: of the primary copy, or where a weak read is enough, of a copy on this node. */
final class ReadRequest extends Request<ReadResult> implements Runnable {
    private final RecordCache cache;
    private final Outcomes outcomes;
    private final Executor internal;
    private final String key;
    private final ReadMode mode;
    private final @Nullable Object since;

    ReadRequest(RecordCache cache, Outcomes outcomes, Executor internal, Runnable ended, String key, ReadMode mode) {
        super(ended);
        this.cache = cache;
        this.outcomes = outcomes;
        this.internal = internal;
        this.key = key;
        this.mode = mode;
        this.since = cache.door().run();
    }

    /** Hands the request to Ignite. Blocks while the cluster changes its state. */
    @Override
    public void run() {
        try {
            cache.checkOpen();
        } catch (RuntimeException closed) {
            if (begin()) {
                fail(closed);
            }
            return;
        }
        if (begin()) {
            send();
        }
    }

    private void send() {
        try {
            byte[] copy = mode == ReadMode.WEAK ? cache.get().localPeek(key, CachePeekMode.BACKUP) : null;
            if (copy != null) {
                internal.execute(() -> end(answer(copy)));
                return;
            }
            // Continuations of callers must never run on Ignite's threads.
            cache.get().getAsync(key).listenAsync(this::finished, internal);
        } catch (RuntimeException failure) {
            fail(failure);
        }
    }

    private void finished(IgniteFuture<byte @Nullable []> future) {
        ReadResult result;
        try {
            result = answer(future.get());
        } catch (RuntimeException failure) {
            result = outcomes.failedRead(failure);
        }
        end(result);
    }

    private void fail(RuntimeException failure) {
        internal.execute(() -> end(outcomes.failedRead(failure)));
    }

    private ReadResult answer(byte @Nullable [] value) {
        if (!cache.door().isOpenIn(since)) {
            // What was read may be an older copy, of nodes that were not looked at.
            return outcomes.failedRead(outcomes.activatedAnew());
        }
        if (mode == ReadMode.STRONG && !cache.quorum().holds()) {
            return outcomes.failedRead(outcomes.cutOff(cache.quorum().servers()));
        }
        if (value == null) {
            return new ReadResult.Absent();
        }
        return StoredValue.isValue(value)
                ? new ReadResult.Found(StoredValue.record(value), StoredValue.version(value))
                : new ReadResult.Failed(false, outcomes.noRecord(key, value.length));
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
