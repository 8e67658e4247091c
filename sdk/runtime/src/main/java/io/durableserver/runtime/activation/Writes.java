package io.durableserver.runtime.activation;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerStatus;
import io.durableserver.SyncInfo;
import io.durableserver.runtime.ownership.ConditionalWrite;
import io.durableserver.runtime.ownership.ConditionalWrite.Outcome;
import io.durableserver.runtime.ownership.Counters;
import io.durableserver.runtime.record.ExtraMembers;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.record.StoredRecord;
import io.durableserver.runtime.sync.Demand;
import io.durableserver.runtime.turn.Carried;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.Thrown;
import io.durableserver.runtime.turn.UserFailure;
import io.durableserver.spi.Version;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The record of one activation: what is stored, and the write in flight. Begins writes on the server's own thread, where
 * the state is dumped; their ends come on any thread.
 */
final class Writes<S> {
    /** The bytes of an immutable state that is about to be written. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Prepared<S>(S state, byte[] bytes) {}

    private final Activation<S> activation;
    private @Nullable Version version;
    private long epoch;
    private long count;
    private boolean permanent;
    private boolean headerChanged;
    private boolean ofAnotherCodec;
    private volatile Map<String, String> metadata = Map.of();
    final StoredBytes stored = new StoredBytes();

    private byte @Nullable [] snapshot;
    private @Nullable Prepared<S> prepared;
    private @Nullable Published published;
    private final Carried carried = new Carried();
    private ExtraMembers extra = ExtraMembers.NONE;

    Writes(Activation<S> activation) {
        this.activation = activation;
    }

    /** The record was claimed by us. */
    void claimed(StoredRecord record, Version claimedVersion) {
        version = claimedVersion;
        epoch = record.epoch();
        count = record.writes();
        permanent = record.permanent();
        metadata = record.metadata();
        extra = record.extra();
        carried.inRecord(extra.size());
        ofAnotherCodec = !record.codec().equals(activation.type.codec().name());
        if (record.schemaVersion() == activation.type.type().version() && !ofAnotherCodec) {
            stored.found(Fingerprint.of(record.state()));
        }
    }

    /** What goes from the record that was loaded to those that are written. */
    Carried carried() {
        return carried;
    }

    /** Whether what was loaded was written by another codec than the one that writes: it is written anew, changed or not. */
    boolean isOfAnotherCodec() {
        return ofAnotherCodec;
    }

    /** The type was replaced by a newer version: nothing that the one before encoded is stored as of this one. */
    void upgraded(RegisteredType<S> before) {
        RegisteredType<S> now = activation.type;
        carried.upgraded(before.type().version(), now.type().version());
        stored.upgraded();
        prepared = null;
        boolean otherCodec = !now.codec().name().equals(before.codec().name());
        if (snapshot != null || (otherCodec && now.type().isMutableState())) {
            snapshot();
        }
        if (otherCodec) {
            activation.durability.turnDone(true, Demand.NONE);
            TurnEnd.backgroundSync(activation);
        }
    }

    /** The record is ours; other nodes asking about the key are told so. */
    boolean isClaimed() {
        return epoch > 0;
    }

    long epoch() {
        return epoch;
    }

    Map<String, String> metadata() {
        return metadata;
    }

    boolean isPermanent() {
        return permanent;
    }

    /** Takes over what {@code init} said; true when the record must be written because of it. */
    boolean header(boolean nowPermanent, Map<String, String> nowMetadata) {
        Metadata.check(activation.key, nowMetadata);
        boolean changed = nowPermanent != permanent || !nowMetadata.equals(metadata);
        headerChanged |= changed;
        permanent = nowPermanent;
        metadata = nowMetadata;
        return changed;
    }

    /** A turn set new metadata: kept with the next write, shown in the directory when the turn's outputs leave. */
    void metadata(Map<String, String> changed, long gate) {
        Metadata.check(activation.key, changed);
        metadata = changed;
        headerChanged = true;
        Published entry = Objects.requireNonNull(published);
        activation.durability.leave(gate, entry.update(changed));
    }

    void published(Published entry) {
        published = entry;
    }

    @Nullable
    Published published() {
        return published;
    }

    /** Takes the dump of a mutable state now, inside its turn. */
    void snapshot() {
        try {
            snapshot = encode();
        } catch (DurableServerException impossible) {
            // The write that follows meets the same problem, and knows who waits for it.
            snapshot = null;
        }
    }

    /**
     * Encodes the state of a turn whose write begins as soon as the turn is done, before anything of the turn counts.
     * Returns why it can never be stored, or null.
     */
    @Nullable
    DurableServerException prepare(S next) {
        if (activation.type.type().isMutableState() || !activation.durability.isQuiet()) {
            return null;
        }
        try {
            prepared = new Prepared<>(next, encode(next));
            return null;
        } catch (DurableServerException impossible) {
            return impossible;
        }
    }

    /** A write will store a snapshot, and count every turn done by then as stored: it must be the newest. */
    boolean hasSnapshot() {
        return snapshot != null;
    }

    void forgetSnapshot() {
        if (!activation.durability.isDirty()) {
            snapshot = null;
        }
    }

    /** The state as bytes, or the error that says why it can never be stored. */
    byte[] encode() {
        Prepared<S> ready = prepared;
        prepared = null;
        S state = activation.state();
        return ready != null && ready.state() == state ? ready.bytes() : encode(state);
    }

    private byte[] encode(S state) {
        try {
            return activation.type.encode(activation.key, activation.code(), state, carried);
        } catch (UserFailure failure) {
            throw failure.toCaller(activation.key);
        } catch (ConfigurationException unnamed) {
            throw Refusals.unstorable(activation, unnamed);
        }
    }

    /**
     * Whether a mutable state is as this activation encoded it last; true also where there is nothing to compare it with. The
     * bytes it was loaded from are no measure: what comes back from them may be encoded in another order, or with more members.
     */
    boolean isUntouched() {
        byte[] last = snapshot;
        Fingerprint written = stored.own();
        if (last == null && (activation.durability.isDirty() || written.equals(Fingerprint.NONE))) {
            return true;
        }
        try {
            byte[] now = encode();
            return last != null ? Arrays.equals(last, now) : Fingerprint.of(now).equals(written);
        } catch (DurableServerException unstorable) {
            return false;
        }
    }

    /** Lets go of everything the application made. */
    void release() {
        snapshot = null;
        prepared = null;
    }

    /** Begins a write of the state as it is now, when one is wanted. The server's own thread. */
    void beginIfWanted() {
        if (!activation.mayWrite() || !activation.durability.wantsWrite()) {
            return;
        }
        byte[] bytes;
        try {
            bytes = snapshot == null ? encode() : snapshot;
        } catch (DurableServerException impossible) {
            Loss.lose(activation, impossible);
            return;
        }
        Fingerprint now = Fingerprint.of(bytes);
        int by = stored.upgrades();
        boolean changed = !now.equals(stored.bytes());
        S dumped = activation.state();
        Patience patience = new Patience(activation);
        snapshot = null;
        boolean must = activation.durability.begin();
        if (!must && !headerChanged && !changed) {
            stored.has(now, by);
            activation.durability.written();
            return;
        }
        write(ServerStatus.RUNNING, bytes, patience::mayRetry, outcome -> {
            if (outcome instanceof Outcome.Stored) {
                stored.has(now, by);
                onStored(changed, dumped);
                return;
            }
            if (activation.durability.gate() != 0) {
                // At once: the server's own thread may be in a turn that waits for one of these.
                activation.durability.failAll(failure(outcome));
            }
            activation.signal(() -> onFailed(outcome));
        });
    }

    /**
     * Writes the record with this status, for which a write was begun. The end comes on any thread, after version and count
     * were taken over. When this throws, nothing was sent.
     */
    void write(ServerStatus status, byte[] state, BooleanSupplier mayRetry, Consumer<Outcome> end) {
        try {
            send(status, state, mayRetry, end);
        } catch (RuntimeException | Error defect) {
            activation.durability.abandoned();
            headerChanged = true;
            throw defect;
        }
    }

    private void send(ServerStatus status, byte[] state, BooleanSupplier mayRetry, Consumer<Outcome> end) {
        long number = Counters.next(activation.key, "writes", count);
        StoredRecord record = new StoredRecord(
                activation.type.name(),
                activation.type.type().version(),
                status,
                activation.node.session(),
                epoch,
                number,
                activation.node.time().wallMillis(),
                permanent,
                metadata,
                activation.type.codec().name(),
                carried.optional(),
                state,
                extra);
        ConditionalWrite write = ConditionalWrite.replace(Objects.requireNonNull(version), RecordFormat.encode(record));
        headerChanged = false;
        activation.node.store().write(storeKey(), write, mayRetry).whenComplete((outcome, defect) -> {
            Outcome known = defect == null ? outcome : new Outcome.Unknown(defect);
            if (known instanceof Outcome.Stored done) {
                version = done.version();
                count = number;
            }
            ended(known, end);
        });
    }

    /** A defect here would leave a write in flight for ever, and with it the server and its callers. */
    private void ended(Outcome outcome, Consumer<Outcome> end) {
        try {
            end.accept(outcome);
        } catch (RuntimeException | Error defect) {
            if (activation.durability.isInFlight()) {
                activation.durability.abandoned();
            }
            activation.signal(() -> activation.stopping().defect(defect));
        }
    }

    /** Removes the record. */
    void delete(BooleanSupplier mayRetry, Consumer<Outcome> end) {
        activation
                .node
                .store()
                .write(storeKey(), ConditionalWrite.delete(Objects.requireNonNull(version)), mayRetry)
                .whenComplete((outcome, defect) -> ended(defect == null ? outcome : new Outcome.Unknown(defect), end));
    }

    private String storeKey() {
        return activation.node.keys().server(activation.key);
    }

    private void onStored(boolean changed, S dumped) {
        boolean observes = changed && activation.type.observesSync();
        SyncInfo info = new SyncInfo(activation.key, epoch, count, ServerStatus.RUNNING);
        activation.durability.written();
        if (observes) {
            activation.signalBetweenTurns(() -> AfterWrite.onSync(activation, info, dumped));
        } else if (activation.isWaiting() || activation.durability.wantsWrite() || activation.phase != Phase.RUNNING) {
            activation.signal(this::next);
        } else {
            activation.wakeIfWork();
        }
    }

    private void next() {
        beginIfWanted();
        activation.stopping().resumeIfPending();
    }

    private void onFailed(Outcome outcome) {
        boolean awaited = activation.durability.gate() != 0;
        activation.durability.abandoned();
        headerChanged = true;
        if (outcome instanceof Outcome.Conflict conflict) {
            activation.stopping().die(fenced(conflict));
        } else if (outcome instanceof Outcome.NotApplied refused && Refusals.isTooLarge(refused)) {
            Loss.lose(activation, failure(outcome));
        } else if (awaited || outcome instanceof Outcome.Unknown) {
            activation.stopping().die(failure(outcome));
        } else {
            Throwable cause = ((Outcome.NotApplied) outcome).cause();
            Activation.LOG.warn(
                    "{}: the state could not be stored and stays dirty: {}",
                    activation.key,
                    Thrown.of(cause).getMessage());
            TurnEnd.backgroundSync(activation);
            activation.stopping().resumeIfPending();
        }
    }

    /** Why the server stopped after this end of a write, for whoever waits for it. */
    DurableServerException failure(Outcome outcome) {
        Map<String, String> context = Map.of("key", activation.key);
        if (outcome instanceof Outcome.Conflict conflict) {
            return fenced(conflict);
        }
        if (outcome instanceof Outcome.NotApplied refused) {
            return Refusals.isTooLarge(refused)
                    ? new NotAppliedException(
                            Reason.STATE_TOO_LARGE, "The store takes no record of this size", context, refused.cause())
                    : new NotAppliedException(
                            Reason.STORAGE_UNAVAILABLE, "The state could not be stored", context, refused.cause());
        }
        Throwable cause = outcome instanceof Outcome.Unknown unknown ? unknown.cause() : null;
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.AMBIGUOUS_WRITE,
                "The store does not say whether the state was stored",
                context,
                cause);
    }

    private DurableServerException fenced(Outcome.Conflict conflict) {
        Map<String, Object> context = Map.of("key", activation.key, "epoch", epoch);
        return conflict.maybeApplied()
                ? new OutcomeUnknownException(
                        OutcomeUnknownException.Reason.OWNER_LOST, "Another owner has taken over", context)
                : new NotAppliedException(Reason.FENCED, "Another owner has taken over", context);
    }
}
