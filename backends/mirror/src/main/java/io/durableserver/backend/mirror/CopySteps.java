package io.durableserver.backend.mirror;

import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the mirror's record of one key what the authoritative one is, as steps without I/O (P1).
 *
 * <p>The mirror is read <em>before</em> the authoritative record, and written only while it has the version read then. So
 * the writes of a key form a chain, each of which read the authoritative record after the write before it was applied: the
 * mirror never goes back, however many nodes copy the key and however late a write arrives. An absent record has no
 * version to hold on to; therefore a record created here is compared once more, and taken away when it is not wanted.
 */
final class CopySteps {
    private static final int MAX_ROUNDS = 6;

    /** What to do next. */
    sealed interface Step {
        /** Read the mirror's record strongly. */
        record ReadMirror() implements Step {}

        /** Read the authoritative record strongly. */
        record ReadAuthority() implements Step {}

        /** Write a record the mirror must not have. */
        @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
        record Create(byte[] record) implements Step {}

        /** Write over the mirror's record. */
        @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
        record Replace(byte[] record, Version expected) implements Step {}

        /** Remove the mirror's record. */
        record Delete(Version expected) implements Step {}

        /**
         * Remove the record that was created here, whoever may write to the mirror by now: neither side has a use for it. Had
         * it been wanted when the mirror became the authority, this side would have it still.
         */
        record TakeBack(Version created) implements Step {}

        /** The end. */
        record Done(Copied result) implements Step {}
    }

    private final RecordOrder order;
    private final boolean force;
    private int rounds;
    private boolean wrote;
    private boolean conflict;
    private @Nullable Version created;
    private ReadResult mirror = new ReadResult.Absent();
    private @Nullable Version authority;

    /**
     * A new copy of one key.
     *
     * @param order what tells whether the mirror is ahead
     * @param force whether the authoritative record wins even then: its writer knows that the mirror's is of an earlier life
     *     of the key, or an operator has decided
     */
    CopySteps(RecordOrder order, boolean force) {
        this.order = order;
        this.force = force;
    }

    Step begin() {
        if (++rounds > MAX_ROUNDS) {
            return conflict
                    ? done(new Copied.Busy())
                    : failed(new IllegalStateException("The mirror did not say whether the record was written"));
        }
        return new Step.ReadMirror();
    }

    Step onMirror(ReadResult result) {
        mirror = result;
        return result instanceof ReadResult.Failed failed ? failed(failed.cause()) : new Step.ReadAuthority();
    }

    Step onAuthority(ReadResult result) {
        if (result instanceof ReadResult.Failed failed) {
            return failed(failed.cause());
        }
        if (created != null) {
            return onRecheck(result, created);
        }
        if (!(result instanceof ReadResult.Found wanted)) {
            return mirror instanceof ReadResult.Found extra
                    ? new Step.Delete(extra.version())
                    : done(new Copied.Same(Optional.empty(), wrote));
        }
        authority = wanted.version();
        if (!(mirror instanceof ReadResult.Found present)) {
            return new Step.Create(wanted.record());
        }
        if (Arrays.equals(present.record(), wanted.record())) {
            return same(present.version());
        }
        if (!force && order.isAhead(present.record(), wanted.record())) {
            return done(new Copied.Ahead());
        }
        return new Step.Replace(wanted.record(), present.version());
    }

    /** A record was created: is it still wanted? */
    private Step onRecheck(ReadResult result, Version mine) {
        created = null;
        return result instanceof ReadResult.Found ? same(mine) : new Step.TakeBack(mine);
    }

    Step onCreate(WriteResult result) {
        if (result instanceof WriteResult.Stored stored) {
            wrote = true;
            created = stored.version();
            return new Step.ReadAuthority();
        }
        return onWrite(result);
    }

    Step onReplace(WriteResult result) {
        if (result instanceof WriteResult.Stored stored) {
            wrote = true;
            return same(stored.version());
        }
        return onWrite(result);
    }

    Step onDelete(WriteResult result) {
        if (result instanceof WriteResult.Stored) {
            wrote = true;
            return done(new Copied.Same(Optional.empty(), true));
        }
        return onWrite(result);
    }

    /** The mirror moved, or nobody can tell: both are settled by looking again. */
    private Step onWrite(WriteResult result) {
        conflict = result instanceof WriteResult.Conflict;
        return result instanceof WriteResult.NotApplied refused ? failed(refused.cause()) : begin();
    }

    private Step same(Version mirrored) {
        Optional<Copied.Versions> versions =
                Optional.ofNullable(authority).map(version -> new Copied.Versions(version, mirrored));
        return done(new Copied.Same(versions, wrote));
    }

    private static Step failed(Throwable cause) {
        return done(new Copied.Failed(cause));
    }

    private static Step done(Copied result) {
        return new Step.Done(result);
    }
}
