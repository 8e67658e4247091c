package io.durableserver.runtime.ownership;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerStatus;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.record.StoredRecord;
import io.durableserver.runtime.wire.Causes;
import io.durableserver.runtime.wire.DirectoryEntry;
import io.durableserver.runtime.wire.Start;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Session;
import io.durableserver.spi.Version;
import io.durableserver.spi.View;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a node becomes the owner of a key, as steps without I/O (P1, P4): directory entry, strong read, checks, load,
 * conditional write with the next epoch. Everything that can fail without touching the record comes first.
 */
public final class AcquireSteps {
    /**
     * What is to be acquired.
     *
     * @param key the server's key
     * @param type the name of its type
     * @param purpose what for
     */
    public record Wanted(String key, String type, Purpose purpose) {}

    /** What a key is acquired for. */
    public sealed interface Purpose {
        /**
         * To serve it.
         *
         * @param makesFirst whether the type makes the first state of a key that the store does not know
         */
        record Serve(Start.Cause cause, boolean makesFirst) implements Purpose {}

        /**
         * To end a stored server that does not run: the claim is its last record. No user code runs, and the directory is not
         * asked: the record and its owner prove that no node serves it.
         *
         * @param status what the claim says, {@code DELETING} or {@code STOPPED_PERMANENT}
         */
        record End(ServerStatus status) implements Purpose {}
    }

    /** What to do next. */
    public sealed interface Step {
        /**
         * Put our entry into the directory.
         *
         * @param expected what it must hold now
         */
        record ClaimDirectory(Optional<DirectoryEntry> expected, DirectoryEntry mine) implements Step {}

        /** Read the record strongly. */
        record ReadRecord() implements Step {}

        /** Ask a session of the cluster whether it serves the key. */
        record AskOwner(Session owner) implements Step {}

        /** Wait until a session outside the cluster has certainly stopped serving. */
        record AwaitGone(Session owner) implements Step {}

        /** Let user code make the first state of the key. */
        record MakeFirst() implements Step {}

        /** Let user code load the state. */
        @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
        record Load(int version, String codec, byte[] state, List<String> optional) implements Step {}

        /** Write the record. */
        record Claim(ConditionalWrite write) implements Step {}

        /** The end. */
        record Done(Result result) implements Step {}
    }

    /** How it ended. */
    public sealed interface Result {
        /**
         * We own the key.
         *
         * @param firstBoot whether there was no state before
         */
        record Won(StoredRecord record, Version version, boolean firstBoot) implements Result {}

        /** Another session of the cluster owns it. */
        record Elsewhere(Session owner) implements Result {}

        /** Nothing was changed in the store, unless the error is an unknown outcome. */
        record Failed(DurableServerException error) implements Result {}
    }

    private final Wanted wanted;
    private final Session me;
    private final DirectoryEntry entry;
    private final long nowMillis;
    private @Nullable Version found;
    private @Nullable StoredRecord next;
    private boolean firstBoot;
    /** Counters of a record that is made anew: those of a key that was deleted go on. */
    private long firstEpoch;

    private long firstWrites;
    /** The claim that ends a record may have been stored. */
    private boolean perhapsEnded;

    public AcquireSteps(Wanted wanted, Session me, long nowMillis) {
        this.wanted = wanted;
        this.me = me;
        this.nowMillis = nowMillis;
        this.entry = new DirectoryEntry(wanted.type(), me, 0, DirectoryEntry.Phase.STARTING, false, Map.of());
    }

    /** The directory entry while we are starting. */
    public DirectoryEntry entry() {
        return entry;
    }

    public Step begin() {
        return isEnd() ? new Step.ReadRecord() : new Step.ClaimDirectory(Optional.empty(), entry);
    }

    private boolean isEnd() {
        return wanted.purpose() instanceof Purpose.End;
    }

    private boolean isFor(Class<? extends Start.Cause> cause) {
        return wanted.purpose() instanceof Purpose.Serve serve && cause.isInstance(serve.cause());
    }

    public Step onDirectory(Directory.Cas cas, View view) {
        if (cas.applied() || cas.current().isEmpty()) {
            return cas.applied() ? new Step.ReadRecord() : begin();
        }
        DirectoryEntry present = cas.current().get();
        if (!present.session().equals(me) && view.contains(present.session())) {
            return new Step.Done(new Result.Elsewhere(present.session()));
        }
        return new Step.ClaimDirectory(cas.current(), entry);
    }

    /** The directory cannot take our entry. It is a hint: the record decides. */
    public Step onNoDirectory() {
        return new Step.ReadRecord();
    }

    public Step onRecord(ReadResult result, View view) {
        if (result instanceof ReadResult.Failed failed) {
            return failed(Unread.error(failed, "The record cannot be read", context()));
        }
        if (result instanceof ReadResult.Found read) {
            StoredRecord record;
            try {
                record = RecordFormat.decode(wanted.key(), read.record());
            } catch (DurableServerException e) {
                return failed(e);
            }
            found = read.version();
            return onExisting(record, view);
        }
        found = null;
        return first(1, 1);
    }

    private Step first(long epoch, long writes) {
        firstEpoch = epoch;
        firstWrites = writes;
        if (wanted.purpose() instanceof Purpose.Serve serve) {
            if (serve.cause() instanceof Start.Cause.First brought) {
                return onFirst(brought, null);
            }
            if (serve.makesFirst()) {
                return new Step.MakeFirst();
            }
        }
        return failed(Reason.NOT_FOUND, "The store has no state of this key", null);
    }

    /** The first state was brought or made, or could not be. */
    public Step onFirst(Start.Cause.@Nullable First initial, @Nullable DurableServerException failure) {
        if (failure != null) {
            return failed(failure);
        }
        Start.Cause.First made = Objects.requireNonNull(initial);
        firstBoot = true;
        next = new StoredRecord(
                wanted.type(),
                made.version(),
                ServerStatus.RUNNING,
                me,
                firstEpoch,
                firstWrites,
                nowMillis,
                false,
                Map.of(),
                made.codec(),
                made.state());
        return load(next);
    }

    private Step onExisting(StoredRecord record, View view) {
        if (!record.type().equals(wanted.type())) {
            return failed(NotAppliedException.typeMismatch(wanted.key(), wanted.type(), record.type()));
        }
        boolean free = false;
        switch (record.status()) {
            case CORDONED -> {
                return failed(Reason.CORDONED, "The key is cordoned", null);
            }
            case STOPPED_PERMANENT, PERMANENTLY_CRASHED -> {
                if (isFor(Start.Cause.Revive.class)) {
                    return failed(Reason.NOT_RUNNING, "The server was stopped for good; start it explicitly", null);
                }
                free = true;
            }
            case STOPPED_GRACEFUL, CRASHED -> free = true;
            // A server of this session that is to end may run: it is asked for like any other.
            case RUNNING, DELETING -> free = record.owner().equals(me) && !isEnd();
        }
        firstBoot = record.status() == ServerStatus.DELETING;
        if (firstBoot && isEnd()) {
            return failed(Reason.NOT_FOUND, "The server was deleted", null);
        }
        next = record;
        if (free) {
            return takeOver();
        }
        return view.contains(record.owner()) ? new Step.AskOwner(record.owner()) : new Step.AwaitGone(record.owner());
    }

    /** The owner in the cluster answered, or could not be asked. */
    public Step onOwnerAnswer(Session owner, @Nullable Boolean serving, View view) {
        if (serving == null) {
            return view.contains(owner)
                    ? failed(Reason.OWNER_LEASE_ACTIVE, "The owner does not answer: " + owner, null)
                    : new Step.AwaitGone(owner);
        }
        return serving ? new Step.Done(new Result.Elsewhere(owner)) : takeOver();
    }

    /** The owner outside the cluster has certainly stopped, or that could not be made sure of. */
    public Step onGone(@Nullable Throwable failure) {
        if (failure == null) {
            return takeOver();
        }
        // A lease that cannot be read does not pass by waiting: an operator has to look at
        // the lease, not at the clock.
        return Unread.lasts(Causes.of(failure))
                ? failed((DurableServerException) Causes.of(failure))
                : failed(Reason.OWNER_LEASE_ACTIVE, "It is not certain that the owner stopped", failure);
    }

    private Step takeOver() {
        StoredRecord before = Objects.requireNonNull(next);
        long epoch;
        long writes;
        try {
            epoch = Counters.next(wanted.key(), "epoch", before.epoch());
            writes = Counters.next(wanted.key(), "writes", before.writes());
        } catch (NotAppliedException atItsEnd) {
            return failed(atItsEnd);
        }
        if (firstBoot) {
            return first(epoch, writes);
        }
        ServerStatus status = wanted.purpose() instanceof Purpose.End end ? end.status() : ServerStatus.RUNNING;
        next = new StoredRecord(
                before.type(),
                before.schemaVersion(),
                status,
                me,
                epoch,
                writes,
                nowMillis,
                before.permanent(),
                before.metadata(),
                before.codec(),
                before.optional(),
                before.state(),
                before.requests(),
                before.extra());
        return isEnd() ? claim(next) : load(next);
    }

    private static Step load(StoredRecord record) {
        return new Step.Load(record.schemaVersion(), record.codec(), record.state(), record.optional());
    }

    /**
     * User code loaded the state, or failed to.
     *
     * @param optional the optional members of a first state; those of a stored one stand in its record
     */
    public Step onLoaded(@Nullable DurableServerException failure, List<String> optional) {
        if (failure != null) {
            return failed(failure);
        }
        StoredRecord record = Objects.requireNonNull(next);
        next = firstBoot ? record.withOptional(optional) : record;
        return claim(next);
    }

    private Step claim(StoredRecord record) {
        byte[] bytes = RecordFormat.encode(record);
        return new Step.Claim(found == null ? ConditionalWrite.create(bytes) : ConditionalWrite.replace(found, bytes));
    }

    /**
     * The claim ended.
     *
     * @param mayRetry whether there is time to begin again after a lost race
     */
    public Step onClaimed(ConditionalWrite.Outcome outcome, boolean mayRetry) {
        perhapsEnded |= isEnd()
                && (outcome instanceof ConditionalWrite.Outcome.Unknown
                        || (outcome instanceof ConditionalWrite.Outcome.Conflict conflict && conflict.maybeApplied()));
        if (outcome instanceof ConditionalWrite.Outcome.Stored stored) {
            return new Step.Done(new Result.Won(Objects.requireNonNull(next), stored.version(), firstBoot));
        }
        if (outcome instanceof ConditionalWrite.Outcome.Conflict) {
            firstBoot = false;
            return mayRetry
                    ? new Step.ReadRecord()
                    : failed(Reason.OWNER_LEASE_ACTIVE, "Other nodes claimed the key meanwhile", null);
        }
        Throwable cause = outcome instanceof ConditionalWrite.Outcome.NotApplied refused
                ? refused.cause()
                : ((ConditionalWrite.Outcome.Unknown) outcome).cause();
        return failed(Reason.STORAGE_UNAVAILABLE, "The record cannot be claimed", cause);
    }

    /** A failure that leaves everything as it was, unless the claim that ends a record may have been stored. */
    public Step failed(Reason reason, String message, @Nullable Throwable cause) {
        return failed(new NotAppliedException(reason, message, context(), cause));
    }

    private Step failed(DurableServerException error) {
        return new Step.Done(new Result.Failed(
                perhapsEnded && error instanceof NotAppliedException
                        ? new OutcomeUnknownException(
                                OutcomeUnknownException.Reason.AMBIGUOUS_WRITE,
                                "The store does not say whether the record was ended",
                                context(),
                                error)
                        : error));
    }

    private Map<String, String> context() {
        return Map.of("key", wanted.key(), "type", wanted.type());
    }
}
