package io.durableserver.backend.ignite;

import io.durableserver.NotAppliedException.Reason;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import org.apache.ignite.lang.IgniteFuture;

/** A conditional write. */
final class WriteRequest extends Request<Boolean, WriteResult> {
    private final RecordCache cache;
    private final Outcomes outcomes;
    private final String key;
    private final byte[] expected;
    private final byte[] value;
    private final Version version;

    /** See {@link CompareAndSet} for the expected token and the value; the version is what a success reports. */
    WriteRequest(RecordCache cache, Outcomes outcomes, String key, byte[] expected, byte[] value, Version version) {
        this.cache = cache;
        this.outcomes = outcomes;
        this.key = key;
        this.expected = expected;
        this.value = value;
        this.version = version;
    }

    @Override
    void awaitDoor() {
        cache.checkActive();
    }

    @Override
    IgniteFuture<Boolean> send() {
        return cache.get().invokeAsync(key, CompareAndSet.INSTANCE, expected, value);
    }

    @Override
    WriteResult answer(Boolean applied) {
        if (!applied) {
            return new WriteResult.Conflict();
        }
        // Ignite acknowledges with fewer copies when their nodes are lost meanwhile: in a minority that is not enough.
        return cache.quorum().holds()
                ? new WriteResult.Stored(version)
                : new WriteResult.Unknown(outcomes.cutOff(cache.quorum().servers()));
    }

    @Override
    WriteResult thrown(RuntimeException failure) {
        return outcomes.thrownWrite(failure);
    }

    @Override
    WriteResult failed(RuntimeException failure) {
        return outcomes.failedWrite(failure);
    }

    @Override
    WriteResult expiredUnsent() {
        return new WriteResult.NotApplied(
                true, outcomes.notSent(Reason.DEADLINE_BEFORE_START, "The time was over before the write was sent"));
    }

    @Override
    WriteResult expiredSent() {
        return new WriteResult.Unknown(outcomes.late());
    }
}
