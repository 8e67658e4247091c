package io.durableserver.backend.s3;

import io.durableserver.NotAppliedException.Reason;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.TimeSource;
import io.durableserver.spi.Version;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/** A read, tried again while its failure may pass. */
final class ReadRequest extends Request<ReadResult> {
    private final Reader reader;
    private final Outcomes outcomes;
    private final String key;
    private final String object;
    private final boolean strong;
    private final int maxAttempts;
    private int attempts;
    private volatile @Nullable ReadResult lastFailure;

    ReadRequest(
            Reader reader,
            Outcomes outcomes,
            S3Config config,
            String key,
            String object,
            boolean strong,
            Waiting waiting,
            Executor threads,
            TimeSource time,
            Duration timeout,
            Runnable ended) {
        super(waiting, threads, time, config.tuning().attemptTimeout(), timeout, ended);
        this.reader = reader;
        this.outcomes = outcomes;
        this.key = key;
        this.object = object;
        this.strong = strong;
        this.maxAttempts = config.tuning().attempts();
    }

    static ReadResult result(Current current) {
        if (current instanceof Current.Ours ours) {
            return ours.deleted()
                    ? new ReadResult.Absent()
                    : new ReadResult.Found(ours.record().clone(), new Version(ours.eTag()));
        }
        if (current instanceof Current.Foreign foreign) {
            // The reader of the record finds out that it is none; its version guards it like any other.
            return new ReadResult.Found(foreign.bytes().clone(), new Version(foreign.eTag()));
        }
        return current instanceof Current.Unreadable unreadable
                ? new ReadResult.Failed(false, unreadable.cause())
                : new ReadResult.Absent();
    }

    @Override
    Turn<ReadResult> turn() {
        try {
            return new Turn.Done<>(result(reader.read(key, object, strong, attemptTime())));
        } catch (SdkException failure) {
            Failure kind = Failure.of(failure);
            ReadResult failed = outcomes.failedRead(kind, failure);
            lastFailure = failed;
            return kind == Failure.REFUSED || ++attempts >= maxAttempts
                    ? new Turn.Done<>(failed)
                    : new Turn.Pause<>(kind == Failure.THROTTLED);
        }
    }

    @Override
    ReadResult expire() {
        return giveUp();
    }

    @Override
    ReadResult giveUp() {
        ReadResult failure = lastFailure;
        return failure != null
                ? failure
                : new ReadResult.Failed(
                        true,
                        outcomes.notSent(Reason.STORAGE_UNAVAILABLE, "The time was over before the store answered"));
    }
}
