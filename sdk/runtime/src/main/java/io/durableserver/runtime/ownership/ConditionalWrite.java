package io.durableserver.runtime.ownership;

import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One conditional write from the first attempt to a definite end, as steps without I/O (P1, P2). An ambiguous attempt is
 * settled by reading back: it is ours only when the stored bytes are exactly ours, which the owner, incarnation, epoch
 * and write counter inside them make unique. While the record still has the expected version the same write is tried
 * again, because then at most one of the attempts can ever be applied.
 *
 * <p>Once an attempt was ambiguous, meeting a foreign record does not prove that ours was never applied: another owner
 * may have read it and written on top. That end is a conflict whose effect is unknown.
 */
public final class ConditionalWrite {
    /** What to do next. */
    public sealed interface Step {
        /** Try the write. */
        record Write() implements Step {}

        /** Read the record strongly. */
        record Read() implements Step {}

        /**
         * Wait, then {@link #resume}.
         *
         * @param attempt counted from 1
         */
        record Backoff(int attempt) implements Step {}

        /** The end. */
        record Done(Outcome outcome) implements Step {}
    }

    /** How it ended. */
    public sealed interface Outcome {
        /** Stored, under this version. */
        record Stored(Version version) implements Outcome {}

        /**
         * The record is not ours to write.
         *
         * @param maybeApplied whether our write may have been applied before another writer's
         */
        record Conflict(boolean maybeApplied) implements Outcome {}

        /** Certainly not applied. */
        record NotApplied(Throwable cause) implements Outcome {}

        /** It is unknown whether it was applied. */
        record Unknown(Throwable cause) implements Outcome {}
    }

    private final @Nullable Version expected;
    private final byte @Nullable [] bytes;
    private boolean ambiguous;
    private int attempts;
    private Throwable lastCause = new IllegalStateException("no attempt yet");

    private ConditionalWrite(@Nullable Version expected, byte @Nullable [] bytes) {
        this.expected = expected;
        this.bytes = bytes;
    }

    /** Writes a record that must not exist yet. */
    public static ConditionalWrite create(byte[] bytes) {
        return new ConditionalWrite(null, bytes);
    }

    /** Writes over a record of this version. */
    public static ConditionalWrite replace(Version expected, byte[] bytes) {
        return new ConditionalWrite(expected, bytes);
    }

    /** Removes a record of this version. */
    public static ConditionalWrite delete(Version expected) {
        return new ConditionalWrite(expected, null);
    }

    /** The version the record must have; empty when it must not exist. */
    public Optional<Version> expected() {
        return Optional.ofNullable(expected);
    }

    /** The bytes to write; null for a removal. */
    public byte @Nullable [] bytes() {
        return bytes;
    }

    /** The first step, and the step after a backoff. */
    public Step resume() {
        return new Step.Write();
    }

    /**
     * A write attempt ended.
     *
     * @param mayRetry whether there is time left
     */
    public Step onWrite(WriteResult result, boolean mayRetry) {
        if (result instanceof WriteResult.Stored stored) {
            return done(new Outcome.Stored(stored.version()));
        }
        if (result instanceof WriteResult.Conflict) {
            return ambiguous ? new Step.Read() : done(new Outcome.Conflict(false));
        }
        if (result instanceof WriteResult.NotApplied refused) {
            lastCause = refused.cause();
            return refused.retryable() && mayRetry ? backoff() : giveUp();
        }
        lastCause = ((WriteResult.Unknown) result).cause();
        ambiguous = true;
        return new Step.Read();
    }

    /**
     * A read-back ended.
     *
     * @param mayRetry whether there is time left
     */
    public Step onRead(ReadResult result, boolean mayRetry) {
        if (result instanceof ReadResult.Failed failed) {
            lastCause = failed.cause();
            return mayRetry ? backoff() : giveUp();
        }
        if (result instanceof ReadResult.Found found) {
            if (bytes != null && Arrays.equals(bytes, found.record())) {
                return done(new Outcome.Stored(found.version()));
            }
            if (found.version().equals(expected)) {
                return mayRetry ? backoff() : giveUp();
            }
            return done(new Outcome.Conflict(true));
        }
        if (bytes == null && expected != null) {
            return done(new Outcome.Stored(expected));
        }
        if (expected == null) {
            return mayRetry ? backoff() : giveUp();
        }
        return done(new Outcome.Conflict(true));
    }

    private Step backoff() {
        return new Step.Backoff(++attempts);
    }

    private Step giveUp() {
        return done(ambiguous ? new Outcome.Unknown(lastCause) : new Outcome.NotApplied(lastCause));
    }

    private static Step done(Outcome outcome) {
        return new Step.Done(outcome);
    }
}
