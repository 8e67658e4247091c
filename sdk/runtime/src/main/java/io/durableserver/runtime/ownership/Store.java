package io.durableserver.runtime.ownership;

import io.durableserver.config.Timeouts;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.runtime.ownership.ConditionalWrite.Outcome;
import io.durableserver.runtime.ownership.ConditionalWrite.Step;
import io.durableserver.spi.Backend;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Performs {@link ConditionalWrite}s and strong reads on the backend: the thin shell around the steps. */
public final class Store {
    private static final long FIRST_BACKOFF_MILLIS = 20;
    private static final long MAX_BACKOFF_MILLIS = 1_000;
    private static final long SHORTEST_NANOS = 1_000_000;
    private static final int VERSION_PAGE = 100;
    private static final String NOTHING = "The backend answered nothing";

    private final Backend backend;
    private final Scheduler scheduler;
    private final Duration writeTimeout;
    private final Duration readTimeout;
    private final Facts facts;

    public Store(Backend backend, Scheduler scheduler, Duration writeTimeout, Duration readTimeout, Facts facts) {
        this.backend = backend;
        this.scheduler = scheduler;
        this.writeTimeout = writeTimeout;
        this.readTimeout = readTimeout;
        this.facts = facts;
    }

    /** A store on this backend, with the times of a node. */
    public static Store of(Backend backend, Scheduler scheduler, Timeouts timeouts, Facts facts) {
        return new Store(backend, scheduler, timeouts.write(), timeouts.read(), facts);
    }

    /** The name of the backend. */
    public String name() {
        return backend.name();
    }

    /**
     * Carries a write through to its end.
     *
     * @param mayRetry asked before each further attempt
     */
    public CompletionStage<Outcome> write(String storeKey, ConditionalWrite write, BooleanSupplier mayRetry) {
        CompletableFuture<Outcome> end = new CompletableFuture<>();
        perform(storeKey, write, write.resume(), mayRetry, end);
        return end;
    }

    /** Sends a write, and goes on by {@code handle}: the stage that {@code whenComplete} makes asks a failure for its text, which may throw. */
    private void perform(
            String storeKey,
            ConditionalWrite write,
            Step step,
            BooleanSupplier mayRetry,
            CompletableFuture<Outcome> end) {
        if (step instanceof Step.Done done) {
            end.complete(done.outcome());
        } else if (step instanceof Step.Write) {
            var unused = attempt(storeKey, write).handle((result, defect) -> {
                WriteResult known = result != null ? result : new WriteResult.Unknown(orNull(defect));
                perform(storeKey, write, write.onWrite(known, may(mayRetry)), mayRetry, end);
                return end;
            });
        } else if (step instanceof Step.Read) {
            var unused = get(storeKey, readTimeout).handle((result, defect) -> {
                ReadResult known = result != null ? result : new ReadResult.Failed(true, orNull(defect));
                perform(storeKey, write, write.onRead(known, may(mayRetry)), mayRetry, end);
                return end;
            });
        } else if (step instanceof Step.Backoff backoff) {
            scheduler.schedule(
                    backoffTime(storeKey, backoff.attempt()),
                    () -> perform(storeKey, write, write.resume(), mayRetry, end));
        }
    }

    /** A backend must not throw; when it does all the same, it is unknown how far it came. */
    private CompletionStage<WriteResult> attempt(String storeKey, ConditionalWrite write) {
        try {
            return Objects.requireNonNull(call(storeKey, write), NOTHING);
        } catch (RuntimeException | Error defect) {
            return CompletableFuture.failedFuture(defect);
        }
    }

    private CompletionStage<ReadResult> get(String storeKey, Duration timeout) {
        try {
            return Objects.requireNonNull(backend.get(storeKey, ReadMode.STRONG, timeout), NOTHING);
        } catch (RuntimeException | Error defect) {
            return CompletableFuture.failedFuture(defect);
        }
    }

    /** A write or read must come to an end, whatever fails on the way there. */
    private boolean may(BooleanSupplier mayRetry) {
        try {
            return mayRetry.getAsBoolean();
        } catch (RuntimeException | Error defect) {
            facts.tell(new NodeEvent.Defect(
                    "nobody can say whether a write or read may be tried again; it is not", Thrown.of(defect)));
            return false;
        }
    }

    private static Throwable orNull(@Nullable Throwable defect) {
        return defect == null ? new NullPointerException(NOTHING) : defect;
    }

    private CompletionStage<WriteResult> call(String storeKey, ConditionalWrite write) {
        Optional<Version> expected = write.expected();
        byte @Nullable [] bytes = write.bytes();
        if (bytes == null) {
            return backend.delete(storeKey, expected.orElseThrow(), writeTimeout);
        }
        return expected.isPresent()
                ? backend.replace(storeKey, bytes, expected.get(), writeTimeout)
                : backend.create(storeKey, bytes, writeTimeout);
    }

    /**
     * Reads strongly; a failure that may pass is tried again.
     *
     * @param mayRetry asked before each further attempt
     */
    public CompletionStage<ReadResult> read(String storeKey, BooleanSupplier mayRetry) {
        CompletableFuture<ReadResult> end = new CompletableFuture<>();
        read(storeKey, 1, readTimeout::toNanos, pause -> may(mayRetry), end);
        return end;
    }

    /**
     * Reads strongly, and ends when the time of its callers is over: told in time that the store does not answer, they need not
     * guess. A failure that may pass is tried again while there is time for it.
     *
     * @param leftNanos the time that is left
     */
    public CompletionStage<ReadResult> readWithin(String storeKey, LongSupplier leftNanos) {
        CompletableFuture<ReadResult> end = new CompletableFuture<>();
        LongSupplier attempt = () -> Math.max(SHORTEST_NANOS, Math.min(readTimeout.toNanos(), leftNanos.getAsLong()));
        read(storeKey, 1, attempt, pause -> may(() -> leftNanos.getAsLong() > pause.toNanos()), end);
        return end;
    }

    /** The version of a record that cannot be read; empty where there is none. Fails where the store cannot list. */
    public CompletionStage<Optional<Version>> version(String storeKey) {
        try {
            // Of the keys that start with it, it is the shortest; a page may leave out those that were deleted.
            return backend.list(PageRequest.keys(storeKey, VERSION_PAGE), readTimeout)
                    .thenApply(page -> page.entries().stream()
                            .filter(entry -> entry.key().equals(storeKey))
                            .map(Backend.Listed::version)
                            .findFirst());
        } catch (RuntimeException | Error defect) {
            return CompletableFuture.failedFuture(defect);
        }
    }

    private void read(
            String storeKey,
            int attempt,
            LongSupplier timeNanos,
            Predicate<Duration> mayRetryAfter,
            CompletableFuture<ReadResult> end) {
        var unused = get(storeKey, Duration.ofNanos(timeNanos.getAsLong())).handle((result, defect) -> {
            ReadResult known = result != null ? result : new ReadResult.Failed(false, orNull(defect));
            Duration pause = backoffTime(storeKey, attempt);
            if (known instanceof ReadResult.Failed failed && failed.retryable() && mayRetryAfter.test(pause)) {
                scheduler.schedule(pause, () -> read(storeKey, attempt + 1, timeNanos, mayRetryAfter, end));
            } else {
                end.complete(known);
            }
            return end;
        });
    }

    /** Exponential, spread over half to whole by key and attempt, so that many servers do not retry in step. */
    static Duration backoffTime(String storeKey, int attempt) {
        long full = Math.min(MAX_BACKOFF_MILLIS, FIRST_BACKOFF_MILLIS << Math.min(attempt - 1, 10));
        int spread = (storeKey.hashCode() * 31 + attempt * 0x9E3779B9) >>> 24;
        return Duration.ofMillis(full / 2 + full * spread / 512);
    }
}
