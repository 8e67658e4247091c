package io.durableserver.backend.mirror;

import io.durableserver.ConfigurationException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.backend.mirror.Translation.Exchange;
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
final class Writes {
    /** What is to be written. */
    sealed interface Request {}

    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Create(byte[] record) implements Request {}

    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Replace(byte[] record, Version expected) implements Request {}

    record Delete(Version expected) implements Request {}

    private final Parts parts;
    private final Translation translation;

    Writes(Parts parts, Translation translation) {
        this.parts = parts;
        this.translation = translation;
    }

    CompletionStage<WriteResult> perform(Request request, String key, Duration timeout) {
        long deadline = parts.time().nanoTime() + timeout.toNanos();
        return parts.watch()
                .admit(parts.state()::enter, deadline)
                .thenCompose(permit -> permit.isPresent()
                        ? permitted(permit.get(), request, key, deadline)
                        : CompletableFuture.completedFuture(new WriteResult.NotApplied(
                                !parts.watch().isClosed(), parts.watch().refusal())));
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
        if (required(permit) && !parts.queue().reserve(key)) {
            parts.state().exit(permit);
            return CompletableFuture.completedFuture(new WriteResult.NotApplied(true, parts.mirrorFull(key)));
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
        Duration left = Duration.ofNanos(Math.max(1, deadline - parts.time().nanoTime()));
        CompletionStage<WriteResult> sent;
        try {
            sent = request.apply(parts.stores().of(permit.authority()), left);
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
                ? mirror(permit, key, record, expected, answer.result())
                : CompletableFuture.completedFuture(Optional.empty());
        boolean holds = parts.state().holds(permit, parts.time().nanoTime());
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
        return required(permit)
                ? parts.awaitMirror(mirrored, key, deadline)
                        .thenApply(problem -> problem.<WriteResult>map(WriteResult.Unknown::new)
                                .orElse(result))
                : CompletableFuture.completedFuture(result);
    }

    private CompletableFuture<Optional<Throwable>> mirror(
            WritePermit permit,
            String key,
            byte @Nullable [] record,
            @Nullable Version expected,
            @Nullable WriteResult result) {
        boolean stored = result instanceof WriteResult.Stored;
        // A key that was certainly absent begins a new life, and one that was removed has ended one.
        boolean force = stored && (expected == null || record == null);
        Follow follow = null;
        Evidence evidence = new Evidence.None();
        if (result instanceof WriteResult.Stored now) {
            if (record != null) {
                evidence = new Evidence.Wrote(now.version());
            }
            if (expected != null) {
                follow = parts.pairs()
                        .counterpart(key, permit.authority(), expected)
                        .map(counterpart -> new Follow(record, now.version(), counterpart))
                        .orElse(null);
            }
        }
        return parts.queue().changed(permit.authority(), key, force, evidence, follow, required(permit));
    }

    /** The write is out of the way of a pause, and of the room that was kept for it. */
    private void exit(WritePermit permit) {
        if (required(permit)) {
            parts.queue().release();
        }
        parts.state().exit(permit);
    }

    private boolean required(WritePermit permit) {
        return permit.mirrors() && parts.config().mode() == MirrorMode.REQUIRED;
    }

    private static OutcomeUnknownException unknown(String key, String message) {
        return new OutcomeUnknownException(OutcomeUnknownException.Reason.AMBIGUOUS_WRITE, message, Map.of("key", key));
    }
}
