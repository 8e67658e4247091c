package io.durableserver.backend.s3;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * A request that changes nothing, for a record or a page of a listing: tried again while its failure may pass.
 *
 * @param <T> what the caller gets
 */
final class ReadRequest<T> extends Request<T> {
    private final Query<T> query;
    private final Outcomes outcomes;
    private final int maxAttempts;
    private int attempts;
    private volatile @Nullable T lastFailure;

    /**
     * What the store is asked for.
     *
     * @param <T> the answer, or why there is none
     */
    interface Query<T> {
        /**
         * Asks once; throws what the SDK throws. Blocks.
         *
         * @param abandoned whether no caller waits for the answer any more
         */
        T ask(Duration timeout, BooleanSupplier abandoned);

        /** The store could not answer. */
        T failed(boolean retryable, NotAppliedException cause);
    }

    ReadRequest(Terms terms, Outcomes outcomes, int maxAttempts, Query<T> query) {
        super(terms);
        this.query = query;
        this.outcomes = outcomes;
        this.maxAttempts = maxAttempts;
    }

    @Override
    Turn<T> turn() {
        try {
            return new Turn.Done<>(query.ask(attemptTime(), this::over));
        } catch (SdkException failure) {
            Failure kind = Failure.of(failure);
            T failed = query.failed(kind != Failure.REFUSED, outcomes.unavailable(failure));
            lastFailure = failed;
            return kind == Failure.REFUSED || ++attempts >= maxAttempts
                    ? new Turn.Done<>(failed)
                    : new Turn.Pause<>(kind == Failure.THROTTLED);
        }
    }

    @Override
    T expire() {
        return giveUp();
    }

    @Override
    T giveUp() {
        T failure = lastFailure;
        return failure != null
                ? failure
                : query.failed(
                        true,
                        outcomes.notSent(Reason.STORAGE_UNAVAILABLE, "The time was over before the store answered"));
    }
}
