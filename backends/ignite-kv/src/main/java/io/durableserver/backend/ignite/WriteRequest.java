package io.durableserver.backend.ignite;

import io.durableserver.NotAppliedException.Reason;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import org.jspecify.annotations.Nullable;

/** A conditional write. */
final class WriteRequest extends Request<WriteResult> implements Lanes.Item {
    private final RecordCache cache;
    private final CopyMarks marks;
    private final Outcomes outcomes;
    private final String key;
    private final byte[] expected;
    private final byte[] value;
    private final Version version;
    private final @Nullable Object since;
    private boolean doubtful;
    private volatile boolean acknowledged;

    /** See {@link CompareAndSet} for the expected token and the value; the version is what a success reports. */
    WriteRequest(
            RecordCache cache,
            CopyMarks marks,
            Outcomes outcomes,
            Runnable ended,
            String key,
            byte[] expected,
            byte[] value,
            Version version) {
        super(ended);
        this.cache = cache;
        this.marks = marks;
        this.outcomes = outcomes;
        this.key = key;
        this.expected = expected;
        this.value = value;
        this.version = version;
        this.since = cache.door().run();
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public int bytes() {
        return key.length() + value.length;
    }

    byte[] expected() {
        return expected;
    }

    byte[] value() {
        return value;
    }

    /**
     * The write is tried again although its first try may have been applied: only "applied" says something then, as a
     * record holds a token of one write only.
     */
    void inDoubt() {
        doubtful = true;
    }

    void answered(boolean applied) {
        if (!cache.door().isOpenIn(since)) {
            // Also a conflict may be one with an older copy.
            end(new WriteResult.Unknown(outcomes.activatedAnew()));
        } else if (!applied) {
            end(certain(new WriteResult.Conflict()));
        } else if (!cache.quorum().holds() || marks.hold()) {
            end(stored());
        } else {
            // Fewer copies may have it than there should be: first the nodes that are left remember that.
            acknowledged = true;
            marks.whenHeld(() -> end(stored()));
        }
    }

    /** Ignite took the write and failed. */
    void failed(RuntimeException failure) {
        end(certain(outcomes.failedWrite(failure)));
    }

    /** Ignite took the write and gave no answer for it. */
    void lost() {
        end(new WriteResult.Unknown(outcomes.lostAnswer()));
    }

    /** Ignite threw the write back. */
    void thrown(RuntimeException failure) {
        end(certain(outcomes.thrownWrite(failure)));
    }

    /** The write stayed on this node, since the backend is closed. */
    void refused() {
        end(certain(new WriteResult.NotApplied(false, outcomes.notSent(Reason.NOT_READY, "The backend is closed"))));
    }

    private WriteResult stored() {
        if (!cache.door().isOpenIn(since)) {
            return new WriteResult.Unknown(outcomes.activatedAnew());
        }
        // Ignite acknowledges with fewer copies when their nodes are lost meanwhile: in a minority that is not enough.
        return cache.quorum().holds() && marks.hold()
                ? new WriteResult.Stored(version)
                : new WriteResult.Unknown(outcomes.cutOff(cache.quorum().servers()));
    }

    private WriteResult certain(WriteResult result) {
        return doubtful ? new WriteResult.Unknown(outcomes.lostAnswer()) : result;
    }

    @Override
    WriteResult expiredUnsent() {
        return new WriteResult.NotApplied(
                true, outcomes.notSent(Reason.DEADLINE_BEFORE_START, "The time was over before the write was sent"));
    }

    @Override
    WriteResult expiredSent() {
        return new WriteResult.Unknown(acknowledged ? outcomes.notRemembered(marks.waitsFor()) : outcomes.late());
    }
}
