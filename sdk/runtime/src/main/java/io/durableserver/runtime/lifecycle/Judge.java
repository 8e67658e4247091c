package io.durableserver.runtime.lifecycle;

import io.durableserver.DurableServerException;
import io.durableserver.HandlerFailedException;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerStatus;
import io.durableserver.admin.RecordExport.Condition;
import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.runtime.record.RecordFormat;
import io.durableserver.runtime.record.StoredRecord;
import io.durableserver.runtime.turn.Carried;
import io.durableserver.runtime.turn.EncodedState;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.TypeRegistry;
import io.durableserver.runtime.turn.UserFailure;
import io.durableserver.spi.Scheduler;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

/** Finds out what a record is good for on this node, as a start would. */
public final class Judge {
    /**
     * What a record is good for.
     *
     * @param problem what is wrong, without any content; empty when nothing is
     * @param record its parts, where they can be read
     */
    record Judgement(Condition condition, Map<String, String> problem, Optional<StoredRecord> record) {}

    private final TypeRegistry types;
    private final Scheduler scheduler;

    public Judge(TypeRegistry types, Scheduler scheduler) {
        this.types = types;
        this.scheduler = scheduler;
    }

    /** Judges the bytes of a record. */
    CompletionStage<Judgement> judge(String key, byte[] bytes) {
        try {
            return judge(key, RecordFormat.decode(key, bytes));
        } catch (DurableServerException unreadable) {
            return CompletableFuture.completedFuture(of(unreadable, Optional.empty()));
        }
    }

    /** Judges a record; user code loads its state. */
    CompletionStage<Judgement> judge(String key, StoredRecord record) {
        RegisteredType<?> type = types.find(record.type());
        if (record.status() == ServerStatus.DELETING || type == null) {
            Condition condition = type == null ? Condition.UNKNOWN_TYPE : Condition.DELETED;
            return CompletableFuture.completedFuture(
                    new Judgement(condition, Map.of("type", record.type()), Optional.of(record)));
        }
        CompletableFuture<Judgement> judged = new CompletableFuture<>();
        try {
            scheduler.starts().execute(() -> {
                try {
                    judged.complete(load(key, type, record));
                } catch (RuntimeException | Error defect) {
                    judged.completeExceptionally(Thrown.of(defect));
                }
            });
        } catch (RejectedExecutionException closed) {
            judged.completeExceptionally(new NotAppliedException(
                    NotAppliedException.Reason.NOT_READY, "The node is closed", Map.of("key", key), closed));
        }
        return judged;
    }

    private static <S> Judgement load(String key, RegisteredType<S> type, StoredRecord record) {
        EncodedState state =
                new EncodedState(record.schemaVersion(), record.codec(), record.state(), record.optional());
        Optional<StoredRecord> known = Optional.of(record);
        try {
            type.decode(key, type.newInstance(key), state, new Carried());
            return new Judgement(Condition.HEALTHY, Map.of(), known);
        } catch (UserFailure failure) {
            return of(failure.toCaller(key), known);
        } catch (DurableServerException refused) {
            return of(refused, known);
        }
    }

    private static Judgement of(DurableServerException error, Optional<StoredRecord> record) {
        Condition condition = Condition.UNREADABLE;
        if (error instanceof NotAppliedException refused) {
            condition = switch (refused.reason()) {
                case RECORD_CORRUPT -> Condition.CORRUPT;
                case RECORD_FOREIGN -> Condition.FOREIGN;
                case RECORD_NEWER -> Condition.NEWER;
                case STATE_MISMATCH -> Condition.MISMATCHED;
                default -> Condition.UNREADABLE;
            };
        }
        Map<String, String> problem = error instanceof HandlerFailedException failed
                ? Map.of("errorType", failed.errorType())
                : error.context();
        return new Judgement(condition, problem, record);
    }
}
