package io.durableserver.backend.mirror.data;

import io.durableserver.ConfigurationException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.backend.mirror.authority.Admission;
import io.durableserver.backend.mirror.authority.PhaseState;
import io.durableserver.backend.mirror.authority.PhaseWatch;
import io.durableserver.backend.mirror.authority.WritePermit;
import io.durableserver.backend.mirror.base.Futures;
import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.base.Timers;
import io.durableserver.backend.mirror.data.Translation.Exchange;
import io.durableserver.spi.Backend;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Writes: to the authoritative store first, and what it may have stored then to the mirror. A result is {@code Stored} only
 * when the store was still the authority when it answered (P2).
 */
public final class Writes {
    /** What is to be written. */
    public sealed interface Request {}

    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    public record Create(byte[] record) implements Request {}

    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    public record Replace(byte[] record, Version expected) implements Request {}

    public record Delete(Version expected) implements Request {}

    private final StorePair stores;
    private final PhaseState state;
    private final PhaseWatch watch;
    private final Admission admission;
    private final Mirroring mirroring;
    private final Translation translation;
    private final Timers timers;

    public Writes(
            StorePair stores,
            PhaseState state,
            PhaseWatch watch,
            Admission admission,
            Mirroring mirroring,
            Translation translation,
            Timers timers) {
        this.stores = stores;
        this.state = state;
        this.watch = watch;
        this.admission = admission;
        this.mirroring = mirroring;
        this.translation = translation;
        this.timers = timers;
    }

    public CompletionStage<WriteResult> perform(Request request, String key, Duration timeout) {
        long deadline = timers.nanoTime() + timeout.toNanos();
        return admission
                .enter(deadline)
                .thenCompose(permit -> permit.isPresent()
                        ? permitted(permit.get(), request, key, deadline)
                        : CompletableFuture.completedFuture(
                                new WriteResult.NotApplied(!watch.isClosed(), watch.refusal())));
    }

    private CompletableFuture<WriteResult> permitted(WritePermit permit, Request request, String key, long deadline) {
        CompletableFuture<WriteResult> end;
        try {
            end = send(permit, request, key, deadline);
        } catch (RuntimeException defect) {
            end = CompletableFuture.failedFuture(defect);
        }
        return end;
    }

    private CompletableFuture<WriteResult> send(WritePermit permit, Request request, String key, long deadline) {
        if (!mirroring.reserve(permit, key)) {
            state.exit(permit);
            return CompletableFuture.completedFuture(new WriteResult.NotApplied(true, mirroring.full(key)));
        }
        if (request instanceof Create create) {
            return authority(
                    permit,
                    key,
                    deadline,
                    create.record(),
                    null,
                    (store, left) -> store.create(key, create.record(), left));
        }
        Version expected = request instanceof Replace replace ? replace.expected() : ((Delete) request).expected();
        return translation.translate(key, expected, permit.authority()).thenCompose(exchange -> {
            if (exchange instanceof Exchange.Known known) {
                Version raw = known.version();
                return request instanceof Replace replace
                        ? authority(
                                permit,
                                key,
                                deadline,
                                replace.record(),
                                raw,
                                (store, left) -> store.replace(key, replace.record(), raw, left))
                        : authority(permit, key, deadline, null, raw, (store, left) -> store.delete(key, raw, left));
            }
            exit(permit);
            return CompletableFuture.completedFuture(
                    exchange instanceof Exchange.Failed failed
                            ? new WriteResult.NotApplied(true, failed.cause())
                            : new WriteResult.Conflict());
        });
    }

    private CompletableFuture<WriteResult> authority(
            WritePermit permit,
            String key,
            long deadline,
            byte @Nullable [] record,
            @Nullable Version expected,
            BiFunction<Backend, Duration, CompletionStage<WriteResult>> request) {
        Duration left = timers.left(deadline);
        CompletionStage<WriteResult> sent;
        try {
            sent = request.apply(stores.of(permit.authority()), left);
        } catch (RuntimeException defect) {
            sent = CompletableFuture.failedFuture(defect);
        }
        return sent.handle((result, failure) -> new Answer(result, failure == null ? null : Futures.unwrap(failure)))
                .thenCompose(answer -> answered(permit, key, deadline, record, expected, answer))
                .toCompletableFuture();
    }

    /** What came back: a result, or a defect of the store. */
    private record Answer(
            @Nullable WriteResult result, @Nullable Throwable defect) {
        boolean mayBeStored() {
            return result == null
                    ? !(defect instanceof ConfigurationException)
                    : result instanceof WriteResult.Stored || result instanceof WriteResult.Unknown;
        }
    }

    /** The order matters: queued for the mirror, then acknowledged or not, then out of the way of a pause. */
    private CompletableFuture<WriteResult> answered(
            WritePermit permit,
            String key,
            long deadline,
            byte @Nullable [] record,
            @Nullable Version expected,
            Answer answer) {
        CompletableFuture<Optional<Throwable>> mirrored = permit.mirrors() && answer.mayBeStored()
                ? mirroring.changed(permit, key, record, expected, answer.result())
                : CompletableFuture.completedFuture(Optional.empty());
        boolean holds = state.holds(permit, timers.nanoTime());
        exit(permit);
        if (answer.defect() != null) {
            return CompletableFuture.failedFuture(answer.defect());
        }
        if (!(answer.result() instanceof WriteResult.Stored stored)) {
            return CompletableFuture.completedFuture(answer.result());
        }
        if (!holds) {
            return CompletableFuture.completedFuture(new WriteResult.Unknown(
                    unknown(key, "The authority may have changed while the write was on its way")));
        }
        WriteResult result = new WriteResult.Stored(Tokens.mark(permit.authority(), stored.version()));
        return mirroring.required(permit)
                ? mirroring
                        .within(mirrored, key, deadline)
                        .thenApply(problem -> problem.<WriteResult>map(WriteResult.Unknown::new)
                                .orElse(result))
                : CompletableFuture.completedFuture(result);
    }

    /** The write is out of the way of a pause, and of the room that was kept for it. */
    private void exit(WritePermit permit) {
        mirroring.release(permit);
        state.exit(permit);
    }

    private static OutcomeUnknownException unknown(String key, String message) {
        return new OutcomeUnknownException(OutcomeUnknownException.Reason.AMBIGUOUS_WRITE, message, Map.of("key", key));
    }
}
