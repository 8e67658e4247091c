package io.durableserver.runtime.persistence;

import io.durableserver.DurableServerException;
import io.durableserver.ServerStatus;
import io.durableserver.SyncInfo;
import io.durableserver.runtime.ownership.ConditionalWrite;
import io.durableserver.runtime.ownership.ConditionalWrite.Outcome;
import io.durableserver.runtime.ownership.Counters;
import io.durableserver.runtime.record.ExtraMembers;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.record.StoredRecord;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.sync.BackgroundSync;
import io.durableserver.runtime.sync.Demand;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.spi.Version;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The record of one server: what is stored, and the write in flight. Begins writes on the server's own thread, where
 * the state is dumped; their ends come on any thread.
 */
public final class RecordKeeper<S> {
    /** Is told how writes of a running server end. */
    public interface Listener<S> extends BackgroundSync.Dirty {
        /** Runs a task on the server's own thread, ahead of its mail; any thread. */
        void signal(Runnable task);

        /**
         * A write is stored, and what it covers has left; any thread.
         *
         * @param observed what {@code onSync} is to be told; null when there is nothing new for it
         * @param dumped the state that was stored
         */
        void stored(@Nullable SyncInfo observed, S dumped);

        /** A write failed; on the server's own thread, and the state is dirty again. */
        void failed(Outcome outcome, boolean awaited);

        /** The state can never be stored; on the server's own thread. */
        void unstorable(DurableServerException error);

        /** The runtime failed in what follows from a write; any thread. */
        void writeFailed(Throwable defect);
    }

    private final ServerState<S> server;
    private final Listener<S> listener;
    private @Nullable Version version;
    private long epoch;
    private long count;
    private boolean permanent;
    private boolean headerChanged;
    private boolean ofAnotherCodec;
    private volatile Map<String, String> metadata = Map.of();
    public final StoredBytes stored = new StoredBytes();
    public final StateDump<S> dump;

    private @Nullable Published published;
    private ExtraMembers extra = ExtraMembers.NONE;

    public RecordKeeper(ServerState<S> server, Listener<S> listener) {
        this.server = server;
        this.listener = listener;
        this.dump = new StateDump<>(server, stored);
    }

    /** The record was claimed by us. */
    public void claimed(StoredRecord record, Version claimedVersion) {
        version = claimedVersion;
        epoch = record.epoch();
        count = record.writes();
        permanent = record.permanent();
        metadata = record.metadata();
        extra = record.extra();
        server.requests.loaded(record.requests(), server.node.time().nanoTime());
        dump.carried.inRecord(extra.size());
        ofAnotherCodec = !record.codec().equals(server.type.codec().name());
        if (record.schemaVersion() == server.type.type().version() && !ofAnotherCodec) {
            stored.found(Fingerprint.of(record.state()));
        }
    }

    /** Whether what was loaded was written by another codec than the one that writes: it is written anew, changed or not. */
    public boolean isOfAnotherCodec() {
        return ofAnotherCodec;
    }

    /** The type was replaced by a newer version: nothing that the one before encoded is stored as of this one. */
    public void upgraded(RegisteredType<S> before) {
        dump.upgraded(before);
        if (!server.type.codec().name().equals(before.codec().name())) {
            server.durability.turnDone(true, Demand.NONE);
            syncLater();
        }
    }

    /** The record is ours; other nodes asking about the key are told so. */
    public boolean isClaimed() {
        return epoch > 0;
    }

    public long epoch() {
        return epoch;
    }

    public Map<String, String> metadata() {
        return metadata;
    }

    public boolean isPermanent() {
        return permanent;
    }

    /** Takes over what {@code init} said; true when the record must be written because of it. */
    public boolean header(boolean nowPermanent, Map<String, String> nowMetadata) {
        Metadata.check(server.key, nowMetadata);
        boolean changed = nowPermanent != permanent || !nowMetadata.equals(metadata);
        headerChanged |= changed;
        permanent = nowPermanent;
        metadata = nowMetadata;
        return changed;
    }

    /** A turn set new metadata: kept with the next write, shown in the directory when the turn's outputs leave. */
    public void metadata(Map<String, String> changed, long gate) {
        Metadata.check(server.key, changed);
        metadata = changed;
        headerChanged = true;
        Published entry = Objects.requireNonNull(published);
        server.durability.leave(gate, entry.update(changed));
    }

    public void published(Published entry) {
        published = entry;
    }

    @Nullable
    public Published published() {
        return published;
    }

    /** Begins a write of the state as it is now, when one is wanted. The server's own thread. */
    public void beginIfWanted() {
        if (!server.steps.mayWrite() || !server.durability.wantsWrite()) {
            return;
        }
        byte[] bytes;
        try {
            bytes = dump.take();
        } catch (DurableServerException impossible) {
            listener.unstorable(impossible);
            return;
        }
        Fingerprint now = Fingerprint.of(bytes);
        int by = stored.upgrades();
        boolean changed = !now.equals(stored.bytes());
        S dumped = server.state();
        Patience patience = new Patience(server);
        boolean must = server.durability.begin();
        if (!must && !headerChanged && !changed) {
            stored.has(now, by);
            server.durability.written();
            return;
        }
        write(ServerStatus.RUNNING, bytes, patience::mayRetry, outcome -> {
            if (outcome instanceof Outcome.Stored) {
                stored.has(now, by);
                onStored(changed, dumped);
                return;
            }
            if (server.durability.gate() != 0) {
                // At once: the server's own thread may be in a turn that waits for one of these.
                server.durability.failAll(failure(outcome));
            }
            listener.signal(() -> onFailed(outcome));
        });
    }

    /**
     * Writes the record with this status, for which a write was begun. The end comes on any thread, after version and count
     * were taken over. When this throws, nothing was sent.
     */
    public void write(ServerStatus status, byte[] state, BooleanSupplier mayRetry, Consumer<Outcome> end) {
        try {
            send(status, state, mayRetry, end);
        } catch (RuntimeException | Error defect) {
            server.durability.abandoned();
            headerChanged = true;
            throw defect;
        }
    }

    private void send(ServerStatus status, byte[] state, BooleanSupplier mayRetry, Consumer<Outcome> end) {
        long number = Counters.next(server.key, "writes", count);
        StoredRecord record = new StoredRecord(
                server.type.name(),
                server.type.type().version(),
                status,
                server.node.session(),
                epoch,
                number,
                server.node.time().wallMillis(),
                permanent,
                metadata,
                server.type.codec().name(),
                dump.carried.optional(),
                state,
                server.requests.toStore(server.node.time().nanoTime()),
                extra);
        ConditionalWrite write = ConditionalWrite.replace(Objects.requireNonNull(version), RecordFormat.encode(record));
        headerChanged = false;
        MeasuredWrite measured = MeasuredWrite.begin(server, state);
        server.node.store().write(storeKey(), write, mayRetry).whenComplete((outcome, defect) -> {
            Outcome known = defect == null ? outcome : new Outcome.Unknown(defect);
            if (known instanceof Outcome.Stored done) {
                version = done.version();
                count = number;
            }
            if (measured != null) {
                measured.ended(known);
            }
            ended(known, end);
        });
    }

    /** A defect here would leave a write in flight for ever, and with it the server and its callers. */
    private void ended(Outcome outcome, Consumer<Outcome> end) {
        try {
            end.accept(outcome);
        } catch (RuntimeException | Error defect) {
            if (server.durability.isInFlight()) {
                server.durability.abandoned();
            }
            listener.writeFailed(defect);
        }
    }

    /** Removes the record. */
    public void delete(BooleanSupplier mayRetry, Consumer<Outcome> end) {
        server.node
                .store()
                .write(storeKey(), ConditionalWrite.delete(Objects.requireNonNull(version)), mayRetry)
                .whenComplete((outcome, defect) -> ended(defect == null ? outcome : new Outcome.Unknown(defect), end));
    }

    private String storeKey() {
        return server.node.keys().server(server.key);
    }

    private void onStored(boolean changed, S dumped) {
        boolean observes = changed && server.type.observesSync();
        @Nullable SyncInfo info = observes ? new SyncInfo(server.key, epoch, count, ServerStatus.RUNNING) : null;
        server.durability.written();
        listener.stored(info, dumped);
    }

    private void onFailed(Outcome outcome) {
        boolean awaited = server.durability.gate() != 0;
        server.durability.abandoned();
        headerChanged = true;
        listener.failed(outcome, awaited);
    }

    /** The state is dirty and nothing waits for it: the background sync will come by. */
    public void syncLater() {
        if (!server.policy.interval().isZero()) {
            server.node.background().dirty(listener, server.policy.interval());
        }
    }

    /** A write failed that nothing waited for: what it was to store is still asked for. */
    public void syncAgain() {
        server.node.background().again(listener, server.durability.failures());
    }

    /** The background sync came by; between turns. */
    public void syncNow() {
        if (server.isRunning() && server.durability.isDirty()) {
            if (server.isMutable()) {
                dump.snapshot();
            }
            server.durability.demandBehind();
            beginIfWanted();
        }
    }

    /** Takes the entry out of the directory, if it has one. */
    public CompletionStage<Void> unpublish() {
        return published == null ? CompletableFuture.completedFuture(null) : published.remove();
    }

    /** Why the server stopped after this end of a write, for its waiting callers. */
    public DurableServerException failure(Outcome outcome) {
        return FailedWrites.error(server.key, epoch, outcome);
    }
}
