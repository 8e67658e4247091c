package io.durableserver.backend.s3;

import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One conditional write from the first attempt to its end, as steps without I/O (P1, P2). Every attempt writes the same
 * nonce, so the object that is there tells whether it is ours.
 *
 * <p>An ambiguous attempt is settled by reading back. Ours is there: stored. What we write over is there: the same
 * attempt again, since at most one of them can have its effect. Something else is there: a conflict only where it names the
 * same predecessor as ours, which then cannot have been applied; otherwise it may have been written over ours.
 *
 * <p>A refused condition is looked at once too: a request that a layer below sent twice meets its own effect, or what was
 * written over it. One that met another request under way may have met its own twin, which has its effect before the look or
 * after it: until something else is there, its outcome is unknown.
 */
final class WriteSteps {
    /** What to do next. */
    sealed interface Step {
        /**
         * Write.
         *
         * @param over ETag of the object to replace; empty where there must be none
         */
        record Put(Optional<String> over) implements Step {}

        /** Read strongly. */
        record ReadBack() implements Step {}

        /**
         * Wait, and go on with the next step.
         *
         * @param throttled whether the store asked for patience
         */
        record Pause(boolean throttled, Step next) implements Step {}

        /** The end. */
        record Done(WriteResult result) implements Step {}
    }

    /** A create meets tombstones that come and go; each turn is a change another writer made. */
    private static final int MAX_TURNS = 32;

    private final Outcomes outcomes;
    private final String nonce;
    private final Optional<String> expected;
    private final boolean tombstonesStay;
    private final int maxAttempts;

    private Optional<String> over;
    private int attempts;
    private int turns;
    private boolean ambiguous;
    private boolean refusalUnseen;
    private boolean contended;
    private boolean ambiguousOverOthers;
    private Optional<String> ambiguousOver = Optional.empty();
    private final Set<String> sent = new HashSet<>();
    private @Nullable Throwable lastFailure;

    /**
     * A write.
     *
     * @param expected ETag of the object to replace; empty to create one
     * @param tombstonesStay whether no object is ever removed, so that only the first one of a key replaces nothing
     */
    WriteSteps(Outcomes outcomes, String nonce, Optional<String> expected, boolean tombstonesStay, int maxAttempts) {
        this.outcomes = outcomes;
        this.nonce = nonce;
        this.expected = expected;
        this.tombstonesStay = tombstonesStay;
        this.maxAttempts = maxAttempts;
        this.over = expected;
    }

    Step first() {
        return new Step.Put(over);
    }

    /** Whether an attempt that has ended may have been applied. */
    boolean ambiguous() {
        return ambiguous || refusalUnseen || contended;
    }

    /** Whether an attempt has failed. */
    boolean hasFailed() {
        return lastFailure != null;
    }

    /** Why the last attempt failed. */
    Throwable lastFailure() {
        return Objects.requireNonNullElseGet(lastFailure, outcomes::late);
    }

    /** What is sent next would have this ETag. */
    void sends(String eTag) {
        sent.add(eTag);
    }

    /** The write was answered. */
    Step stored(String eTag) {
        return done(new WriteResult.Stored(new Version(eTag)));
    }

    /** The write failed. */
    Step failed(Failure kind, Throwable failure) {
        lastFailure = failure;
        return switch (kind) {
            case CONDITION, ABSENT, PERHAPS_ABSENT -> {
                refusalUnseen = true;
                yield new Step.ReadBack();
            }
            case THROTTLED -> again(true, new Step.Put(over));
            case NOT_TAKEN -> again(false, new Step.Put(over));
            case CONTENDED -> {
                contended = true;
                yield new Step.ReadBack();
            }
            case REFUSED -> giveUp(false);
            case AMBIGUOUS, NOT_MODIFIED -> {
                ambiguousOverOthers |= ambiguous && !ambiguousOver.equals(over);
                ambiguousOver = over;
                ambiguous = true;
                yield new Step.ReadBack();
            }
        };
    }

    /** The read-back failed. */
    Step readFailed(Failure kind, Throwable failure) {
        lastFailure = failure;
        return kind == Failure.REFUSED ? giveUp(false) : again(kind == Failure.THROTTLED, new Step.ReadBack());
    }

    /** The read-back was answered. */
    Step read(Current current) {
        if (current instanceof Current.Ours ours && ours.nonce().equals(nonce)) {
            return stored(ours.eTag());
        }
        if (current instanceof Current.Ours ours && mayBeOverOurs(ours)) {
            // A request that was sent twice was applied first and refused then, and another writer has
            // written over it meanwhile.
            return giveUp(false);
        }
        refusalUnseen = false;
        return expected.isPresent() ? readForReplace(current) : readForCreate(current);
    }

    private boolean mayBeOverOurs(Current.Ours found) {
        if (found.replaces().filter(sent::contains).isPresent() || found.after().equals(Optional.of(nonce))) {
            return true;
        }
        // The ETag of ours is not known beforehand, and the writer of this has not said what was there.
        boolean untold =
                sent.isEmpty() && found.replaces().isPresent() && found.after().isEmpty();
        // A create goes over a tombstone, whichever writer left it.
        return untold
                && (expected.isPresent() || !found.deleted())
                && !isExpected(found)
                && !found.replaces().equals(over);
    }

    private boolean isExpected(Current.Ours found) {
        return expected.equals(Optional.of(found.eTag()));
    }

    private Step readForReplace(Current current) {
        if (current instanceof Current.Ours ours && isExpected(ours)) {
            return again(false, new Step.Put(over));
        }
        if (current instanceof Current.Foreign foreign
                && Optional.of(foreign.eTag()).equals(expected)) {
            return again(false, new Step.Put(over));
        }
        if (current instanceof Current.Unreadable unreadable
                && Optional.of(unreadable.eTag()).equals(expected)) {
            return again(false, new Step.Put(over));
        }
        return overtakenBy(current);
    }

    private Step readForCreate(Current current) {
        if (current instanceof Current.Absent) {
            return createOver(Optional.empty());
        }
        if (current instanceof Current.Ours ours && ours.deleted()) {
            Optional<String> found = Optional.of(ours.eTag());
            boolean inDoubt =
                    ambiguous ? ambiguousOverOthers || !ambiguousOver.equals(found) : contended && !over.equals(found);
            if (sent.isEmpty() && inDoubt) {
                // It may be ours that was deleted, and must not come back. Where ETags are known
                // beforehand, it names ours.
                return giveUp(false);
            }
            return createOver(Optional.of(ours.eTag()));
        }
        return overtakenBy(current);
    }

    private Step createOver(Optional<String> found) {
        boolean moved = !over.equals(found);
        over = found;
        if (++turns > MAX_TURNS) {
            return giveUp(true);
        }
        return moved ? new Step.Put(over) : again(false, new Step.Put(over));
    }

    /** Another writer's object is there, or none: a conflict, unless an ambiguous attempt of ours may have been before it. */
    private Step overtakenBy(Current current) {
        if (!ambiguous) {
            return done(new WriteResult.Conflict());
        }
        boolean sameStart = current instanceof Current.Ours ours
                && !ambiguousOverOthers
                && ours.replaces().equals(ambiguousOver)
                // A first object may be the second first one, where objects are removed.
                && (ambiguousOver.isPresent() || tombstonesStay);
        return sameStart ? done(new WriteResult.Conflict()) : giveUp(false);
    }

    private Step again(boolean throttled, Step next) {
        attempts++;
        return attempts < maxAttempts ? new Step.Pause(throttled, next) : giveUp(true);
    }

    private Step giveUp(boolean retryable) {
        return done(end(retryable));
    }

    /** The result when no further step is taken. */
    WriteResult end(boolean retryable) {
        return ambiguous()
                ? new WriteResult.Unknown(outcomes.ambiguous(lastFailure()))
                : outcomes.notApplied(retryable, outcomes.unavailable(lastFailure()));
    }

    private static Step done(WriteResult result) {
        return new Step.Done(result);
    }
}
