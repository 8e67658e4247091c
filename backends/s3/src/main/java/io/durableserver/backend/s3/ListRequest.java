package io.durableserver.backend.s3;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/** A page of a listing, tried again while its failure may pass. */
final class ListRequest extends Request<ListRequest.Answer> {
    private final Listing listing;
    private final Outcomes outcomes;
    private final PageRequest request;
    private final int maxAttempts;
    private int attempts;
    private volatile @Nullable NotAppliedException lastFailure;

    /** A page, or why there is none. */
    sealed interface Answer {
        /** A page. */
        record Listed(Backend.Page page) implements Answer {}

        /** The store could not answer. */
        record Failed(NotAppliedException cause) implements Answer {}
    }

    ListRequest(
            Listing listing,
            Outcomes outcomes,
            S3Config config,
            PageRequest request,
            Waiting waiting,
            Executor threads,
            TimeSource time,
            Duration timeout,
            Runnable ended) {
        super(waiting, threads, time, config.tuning().attemptTimeout(), timeout, ended);
        this.listing = listing;
        this.outcomes = outcomes;
        this.request = request;
        this.maxAttempts = config.tuning().attempts();
    }

    @Override
    Turn<Answer> turn() {
        try {
            return new Turn.Done<>(new Answer.Listed(listing.page(request, attemptTime(), this::over)));
        } catch (SdkException failure) {
            Failure kind = Failure.of(failure);
            NotAppliedException failed = outcomes.unavailable(failure);
            lastFailure = failed;
            return kind == Failure.REFUSED || ++attempts >= maxAttempts
                    ? new Turn.Done<>(new Answer.Failed(failed))
                    : new Turn.Pause<>(kind == Failure.THROTTLED);
        }
    }

    @Override
    Answer expire() {
        return giveUp();
    }

    @Override
    Answer giveUp() {
        NotAppliedException failure = lastFailure;
        return new Answer.Failed(
                failure != null
                        ? failure
                        : outcomes.notSent(Reason.STORAGE_UNAVAILABLE, "The store did not list in time"));
    }
}
