package io.durableserver.backend.mirror.copy;

import io.durableserver.backend.mirror.rollout.RecordOrder;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the mirror's record of one key what the authoritative one is, as steps without I/O (P1).
 *
 * <p>The mirror is read <em>before</em> the authoritative record, and written only while it has the version read then. So
 * the writes of a key form a chain, each of which read the authoritative record after the write before it was applied: the
 * mirror never goes back, however many nodes copy the key and however late a write arrives. An absent record has no
 * version to hold on to; therefore a record created here is compared once more, and taken away when it is not wanted.
 *
 * <p>One reading proves nothing: what does not agree with the {@link Evidence} is read again after a while. An absence counts
 * only when the store does not list the key either, and does list and show a record which must be there. Only a tombstone of the mirror
 * needs no proof, since it says itself that nothing is lost with it. Where another node may have written to the mirror since, evidence
 * counts no more: the mirror may have what came after it.
 */
public final class CopySteps {
    private static final int MAX_ROUNDS = 6;

    /** What to do next. */
    sealed interface Step {
        /** Read the mirror's record strongly. */
        record ReadMirror() implements Step {}

        /** Read it once more, before it counts as absent. */
        record ReadMirrorAgain() implements Step {}

        /** Read the authoritative record strongly. */
        record ReadAuthority() implements Step {}

        /** Read it once more, as soon as the answer to a write on its way may be there: it may be what was read. */
        record ReadSoon() implements Step {}

        /** Read it once more, after a time in which an answer that was made up has passed. */
        record ReadLater() implements Step {}

        /** Ask the authority's listing whether it has the key. */
        record ReadListing() implements Step {}

        /** Read a record of the authority that must be there. */
        record ReadWitness() implements Step {}

        /** Write a record the mirror must not have. */
        @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
        record Create(byte[] record) implements Step {}

        /** Write over the mirror's record. */
        @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
        record Replace(byte[] record, Version expected) implements Step {}

        /** Remove the mirror's record. */
        record Delete(Version expected) implements Step {}

        /**
         * Remove the record that was created here, even where another node may write to the mirror by now: neither side has a use for it. Had
         * it been wanted when the mirror became the authority, this side would have it still.
         */
        record TakeBack(Version created) implements Step {}

        /** The end. */
        record Done(Copied result) implements Step {}
    }

    private final RecordOrder order;
    private final boolean force;
    private Supplier<Evidence> evidence;
    private int rounds;
    private Copied.Change change = Copied.Change.NONE;
    private boolean conflict;
    private @Nullable Version created;
    private ReadResult mirror = new ReadResult.Absent();
    /** What the authority showed when it was not believed at once. */
    private @Nullable ReadResult doubted;

    private boolean late;
    private boolean unlisted;
    private boolean emptied;
    private boolean witnessed;
    private @Nullable Version authority;

    /**
     * A new copy of one key.
     *
     * @param order what tells whether the mirror is ahead
     * @param force whether the authoritative record wins even then: its writer knows that the mirror's is of an earlier life
     *     of the key, or an operator has decided
     * @param evidence what is known of the authoritative record by now
     */
    CopySteps(RecordOrder order, boolean force, Supplier<Evidence> evidence) {
        this.order = order;
        this.force = force;
        this.evidence = evidence;
    }

    Step begin() {
        doubt();
        if (++rounds > MAX_ROUNDS) {
            return conflict
                    ? done(new Copied.Busy())
                    : failed(new IllegalStateException("The mirror did not say whether the record was written"));
        }
        if (rounds > 1) {
            evidence = Evidence.fromNowOn(evidence);
        }
        return new Step.ReadMirror();
    }

    /** What was proved before does not hold for what is read from now on. */
    private void doubt() {
        doubted = null;
        unlisted = false;
        late = false;
        witnessed = false;
        emptied = false;
    }

    Step onMirror(ReadResult result) {
        mirror = result;
        unlisted = evidence.get() instanceof Evidence.Gone gone && gone.proves(result);
        return result instanceof ReadResult.Failed failed ? failed(failed.cause()) : new Step.ReadAuthority();
    }

    Step onAuthority(ReadResult result) {
        if (result instanceof ReadResult.Failed failed) {
            return failed(failed.cause());
        }
        if (created != null) {
            return onRecheck(result, created);
        }
        boolean known = evidence.get().agrees(result, mirror) && !onlyForced(result);
        if (!known && !nothingToLose(result)) {
            if (doubted == null) {
                doubted = result;
                return new Step.ReadSoon();
            }
            if (!sameReading(doubted, result)) {
                // It moves: the node that moves it mirrors it, and has better evidence.
                return done(new Copied.Unsettled());
            }
            if (!late) {
                late = true;
                return new Step.ReadLater();
            }
            if (result instanceof ReadResult.Absent && evidence.get() instanceof Evidence.Shown) {
                // The node that removed it removes the mirror's; or a proxy makes the absence up,
                // for longer than this waits.
                return done(new Copied.Unsettled());
            }
        }
        return result instanceof ReadResult.Found wanted ? onWanted(wanted) : onUnwanted();
    }

    private Step onWanted(ReadResult.Found wanted) {
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
        if (!force && loses(present.record(), wanted.record())) {
            return failed(new IllegalStateException(
                    "The authority shows something that is no record where the mirror has one, which was left alone"));
        }
        return new Step.Replace(wanted.record(), present.version());
    }

    /** The mirror's record is kept but for the force, which is right of an earlier life of the key and wrong of this one. */
    private boolean onlyForced(ReadResult reading) {
        return force
                && mirror instanceof ReadResult.Found present
                && reading instanceof ReadResult.Found wanted
                && (order.isAhead(present.record(), wanted.record()) || loses(present.record(), wanted.record()));
    }

    /** Nothing explains that a record became bytes without a position; that an answer was damaged on its way does. */
    private boolean loses(byte[] present, byte[] wanted) {
        return order.position(present).filter(position -> !position.last()).isPresent()
                && order.position(wanted).isEmpty();
    }

    private Step onUnwanted() {
        if (!witnessed && !nothingToLose(new ReadResult.Absent())) {
            return unlisted ? new Step.ReadWitness() : new Step.ReadListing();
        }
        if (mirror instanceof ReadResult.Found extra) {
            return new Step.Delete(extra.version());
        }
        return emptied ? done(new Copied.Same(Optional.empty(), change)) : new Step.ReadMirrorAgain();
    }

    /** The mirror's reading is one reading, too; and another node may have created the record since. */
    Step onMirrorAgain(ReadResult result) {
        if (result instanceof ReadResult.Failed failed) {
            return failed(failed.cause());
        }
        if (result instanceof ReadResult.Found) {
            return begin();
        }
        emptied = true;
        return onUnwanted();
    }

    /** A record was created: is it still wanted? */
    private Step onRecheck(ReadResult result, Version mine) {
        if (result instanceof ReadResult.Found) {
            created = null;
            return same(mine);
        }
        if (doubted == null) {
            doubted = result;
            return new Step.ReadLater();
        }
        return new Step.ReadListing();
    }

    private Step takeBack(Version mine) {
        created = null;
        return new Step.TakeBack(mine);
    }

    /** Whether the authority lists the key it does not show. */
    Step onListing(boolean listed) {
        if (!listed) {
            unlisted = true;
            return new Step.ReadWitness();
        }
        return created == null ? done(new Copied.Unsettled()) : same(created);
    }

    /** It cannot be told. */
    Step onListing(Throwable failure) {
        return failed(failure);
    }

    /**
     * Whether the authority shows a record that must be there, now that it says that another one is not.
     *
     * @param shown what was read instead of it, if anything
     */
    Step onWitness(ReadResult shown) {
        if (!(shown instanceof ReadResult.Found)) {
            return failed(
                    shown instanceof ReadResult.Failed failed
                            ? failed.cause()
                            : new IllegalStateException("The store does not show a record that must be there"));
        }
        witnessed = true;
        return created == null ? onUnwanted() : takeBack(created);
    }

    Step onCreate(WriteResult result) {
        if (result instanceof WriteResult.Stored stored) {
            change = Copied.Change.CREATED;
            created = stored.version();
            doubt();
            return new Step.ReadAuthority();
        }
        return onWrite(result);
    }

    Step onReplace(WriteResult result) {
        if (result instanceof WriteResult.Stored stored) {
            change = change == Copied.Change.NONE ? Copied.Change.REPLACED : change;
            return same(stored.version());
        }
        return onWrite(result);
    }

    Step onDelete(WriteResult result) {
        if (result instanceof WriteResult.Stored) {
            change = Copied.Change.REMOVED;
            return done(new Copied.Same(Optional.empty(), change));
        }
        return onWrite(result);
    }

    /** The mirror moved, or the outcome is unknown: another look settles both. */
    private Step onWrite(WriteResult result) {
        conflict = result instanceof WriteResult.Conflict;
        return result instanceof WriteResult.NotApplied refused ? failed(refused.cause()) : begin();
    }

    /** The mirror's record says itself that its life is over. */
    private boolean nothingToLose(ReadResult reading) {
        return reading instanceof ReadResult.Absent
                && mirror instanceof ReadResult.Found extra
                && order.position(extra.record())
                        .filter(RecordOrder.Position::last)
                        .isPresent();
    }

    public static boolean sameReading(ReadResult one, ReadResult two) {
        return (one instanceof ReadResult.Found first && two instanceof ReadResult.Found second)
                ? first.version().equals(second.version())
                : one.getClass() == two.getClass();
    }

    private Step same(Version mirrored) {
        Optional<Copied.Versions> versions =
                Optional.ofNullable(authority).map(version -> new Copied.Versions(version, mirrored));
        return done(new Copied.Same(versions, change));
    }

    private static Step failed(Throwable cause) {
        return done(new Copied.Failed(cause));
    }

    private static Step done(Copied result) {
        return new Step.Done(result);
    }
}
