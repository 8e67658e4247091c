package io.durableserver.runtime.lifecycle;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.ServerStatus;
import io.durableserver.admin.RecordExport;
import io.durableserver.admin.Repair;
import io.durableserver.runtime.lifecycle.Judge.Judgement;
import io.durableserver.runtime.ownership.ConditionalWrite;
import io.durableserver.runtime.ownership.ConditionalWrite.Outcome;
import io.durableserver.runtime.ownership.Counters;
import io.durableserver.runtime.ownership.StoreKeys;
import io.durableserver.runtime.ownership.Unread;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.record.StoredRecord;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Session;
import io.durableserver.spi.Version;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Changes records at an operator's word: one conditional write each, on the version the operator saw, while no node owns the key.
 * A server that starts meanwhile claims the record, and then one of the two writes is the conflict (P1).
 */
public final class Repairs {

    private final NodeScope node;
    private final Judge judge;
    private final Vacancy vacancy;

    public Repairs(NodeScope node, Judge judge, Vacancy vacancy) {
        this.node = node;
        this.judge = judge;
        this.vacancy = vacancy;
    }

    /** What is there now. */
    private record Present(ReadResult.Found found, Judgement judgement) {}

    public CompletionStage<Optional<RecordExport>> export(String key) {
        return read(key).thenCompose(found -> {
            if (found.isEmpty()) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            byte[] bytes = found.get().record();
            return judge.judge(key, bytes).thenApply(judgement -> {
                Optional<StoredRecord> header = judgement.record().or(() -> unsealed(key, bytes));
                return Optional.of(new RecordExport(
                        key,
                        found.get().version(),
                        bytes,
                        judgement.condition(),
                        judgement.problem(),
                        header.map(record -> Infos.of(key, record))));
            });
        });
    }

    public CompletionStage<Void> delete(String key, Version expected, Repair why) {
        return vacant(key, expected, why)
                .thenCompose(present -> write(key, ConditionalWrite.delete(expected), "deleted", why));
    }

    /** Replaces a record by the parts of another; its state must be one that this node can load. */
    public CompletionStage<Void> replace(String key, Version expected, StoredRecord wanted, Repair why) {
        return vacant(key, expected, why)
                .thenCompose(present -> judge.judge(key, wanted).thenCompose(judgement -> {
                    if (judgement.condition() != RecordExport.Condition.HEALTHY) {
                        throw new NotAppliedException(
                                Reason.STATE_MISMATCH,
                                "The new record cannot be used by a server of this node",
                                with(judgement.problem(), key, "condition", judgement.condition()));
                    }
                    byte[] bytes = RecordFormat.encode(renewed(key, present, wanted));
                    return write(key, ConditionalWrite.replace(expected, bytes), "replaced", why);
                }));
    }

    /** The parts of a record that was changed by hand: its checksum need not fit. */
    public static StoredRecord parse(String key, byte[] record) {
        return RecordFormat.decodeUnsealed(key, record);
    }

    /** The epoch goes on from the higher one: it is a fencing token for others. */
    private StoredRecord renewed(String key, Present present, StoredRecord wanted) {
        StoredRecord before = present.judgement()
                .record()
                .or(() -> unsealed(key, present.found().record()))
                .orElse(wanted);
        // A state alone says nothing of the server: what was known of it stays.
        StoredRecord about = wanted.epoch() == 0 && wanted.writes() == 0 ? before : wanted;
        boolean runs = about.status() == ServerStatus.RUNNING
                || about.status() == ServerStatus.CRASHED
                || about.status() == ServerStatus.DELETING;
        return new StoredRecord(
                wanted.type(),
                wanted.schemaVersion(),
                runs ? ServerStatus.STOPPED_GRACEFUL : about.status(),
                node.session(),
                Counters.next(key, "epoch", Math.max(before.epoch(), wanted.epoch())),
                Counters.next(key, "writes", Math.max(before.writes(), wanted.writes())),
                node.time().wallMillis(),
                about.permanent(),
                about.metadata(),
                wanted.codec(),
                wanted.optional(),
                wanted.state(),
                about.requests(),
                about.extra());
    }

    /** The record as the operator saw it, which no node owns, and which may be changed. */
    private CompletionStage<Present> vacant(String key, Version expected, Repair why) {
        return read(key).thenCompose(found -> {
            if (found.isEmpty()) {
                throw new NotAppliedException(
                        Reason.NOT_FOUND, "The store has no record of this key", Map.of("key", key));
            }
            if (!found.get().version().equals(expected)) {
                throw changed(key);
            }
            byte[] bytes = found.get().record();
            Session owner = unsealed(key, bytes)
                    .filter(record ->
                            record.status() == ServerStatus.RUNNING || record.status() == ServerStatus.DELETING)
                    .map(StoredRecord::owner)
                    .orElse(null);
            return vacancy.check(key, owner)
                    .thenCompose(free -> judge.judge(key, bytes))
                    .thenApply(judgement -> confirmed(key, new Present(found.get(), judgement), why));
        });
    }

    private static Present confirmed(String key, Present present, Repair why) {
        if (present.judgement().condition().mayBeUsed() && !why.isHealthyToo()) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.INVALID_OPTION,
                    "The record may be of use; say evenIfHealthy to change it all the same",
                    with(
                            Map.of("option", "repair.evenIfHealthy", "value", "false"),
                            key,
                            "condition",
                            present.judgement().condition()));
        }
        return present;
    }

    private CompletionStage<Optional<ReadResult.Found>> read(String key) {
        StoreKeys.check(key);
        long deadline = node.time().nanoTime() + node.config().timeouts().read().toNanos();
        return node.store()
                .read(node.keys().server(key), () -> node.time().nanoTime() - deadline < 0)
                .thenApply(result -> {
                    if (result instanceof ReadResult.Failed failed) {
                        throw Unread.error(failed, "The record cannot be read", Map.of("key", key));
                    }
                    return result instanceof ReadResult.Found found ? Optional.of(found) : Optional.empty();
                });
    }

    private CompletionStage<Void> write(String key, ConditionalWrite write, String what, Repair why) {
        long deadline =
                node.time().nanoTime() + node.config().timeouts().write().toNanos();
        return node.store()
                .write(node.keys().server(key), write, () -> node.time().nanoTime() - deadline < 0)
                .thenAccept(outcome -> {
                    if (outcome instanceof Outcome.Stored) {
                        node.facts().tell(new NodeEvent.RecordRepaired(key, what, why.reason()));
                    } else {
                        throw failure(key, outcome);
                    }
                });
    }

    private static RuntimeException failure(String key, Outcome outcome) {
        if (outcome instanceof Outcome.NotApplied refused) {
            return new NotAppliedException(
                    Reason.STORAGE_UNAVAILABLE, "The record was not changed", Map.of("key", key), refused.cause());
        }
        if (outcome instanceof Outcome.Conflict conflict && !conflict.maybeApplied()) {
            return changed(key);
        }
        Throwable cause = outcome instanceof Outcome.Unknown unknown ? unknown.cause() : null;
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.AMBIGUOUS_WRITE,
                "The store does not say whether the record was changed; export it again",
                Map.of("key", key),
                cause);
    }

    private static NotAppliedException changed(String key) {
        return new NotAppliedException(
                Reason.RECORD_CHANGED,
                "The record is not the one that was exported; export it again",
                Map.of("key", key));
    }

    private static Optional<StoredRecord> unsealed(String key, byte[] bytes) {
        try {
            return Optional.of(parse(key, bytes));
        } catch (NotAppliedException unreadable) {
            return Optional.empty();
        }
    }

    private static Map<String, String> with(Map<String, String> context, String key, String name, Object value) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("key", key);
        all.put(name, String.valueOf(value));
        context.forEach(all::putIfAbsent);
        return all;
    }

    /** The parts of a record with a new state of a type. */
    public static StoredRecord fresh(Session owner, RegisteredType<?> type, byte[] state, List<String> optional) {
        return new StoredRecord(
                type.name(),
                type.type().version(),
                ServerStatus.STOPPED_GRACEFUL,
                owner,
                0,
                0,
                0,
                false,
                Map.of(),
                type.codec().name(),
                optional,
                state);
    }
}
