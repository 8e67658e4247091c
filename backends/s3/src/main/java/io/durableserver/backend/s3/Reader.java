package io.durableserver.backend.s3;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.spi.ReadResult;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Reads what is under a key, through the cache: an object that has not changed moves no body. Blocks. */
final class Reader {
    private final Bucket bucket;
    private final ObjectCache cache;
    private final S3Config config;
    private final Outcomes outcomes;

    Reader(Bucket bucket, ObjectCache cache, S3Config config, Outcomes outcomes) {
        this.bucket = bucket;
        this.cache = cache;
        this.config = config;
        this.outcomes = outcomes;
    }

    /** A read of a key, to be asked for as a request. */
    ReadRequest.Query<ReadResult> query(String key, String object, boolean strong) {
        return new ReadRequest.Query<>() {
            @Override
            public ReadResult ask(Duration timeout, BooleanSupplier abandoned) {
                return read(key, object, strong, timeout).result();
            }

            @Override
            public ReadResult failed(boolean retryable, NotAppliedException cause) {
                return new ReadResult.Failed(retryable, cause);
            }
        };
    }

    /** Throws what the SDK throws, but for an object that is absent or unchanged. */
    Current read(String key, String object, boolean strong, Duration timeout) {
        Dialect dialect = bucket.capabilities().dialect();
        // A 304 that does not say of what it is might be of any object.
        Optional<Current.Ours> known = dialect.unchangedETag() ? cache.last(object) : Optional.empty();
        try {
            Bucket.Fetched fetched = bucket.get(object, known.map(Current.Ours::eTag), strong, timeout);
            Current current = understand(key, fetched);
            boolean whole = fetched.body()
                    .filter(body -> Answers.fits(fetched.eTag(), body, dialect))
                    .isPresent();
            if (!whole || !(current instanceof Current.Ours)) {
                long bytes = confirm(object, fetched, timeout);
                if (fetched.body().isEmpty()) {
                    current = tooLarge(key, fetched.eTag(), bytes);
                }
            }
            if (current instanceof Current.Ours ours) {
                cache.saw(object, ours);
            } else {
                cache.forget(object);
            }
            return current;
        } catch (SdkException failure) {
            return understand(object, failure, known, timeout);
        }
    }

    private Current understand(String object, SdkException failure, Optional<Current.Ours> known, Duration timeout) {
        Failure kind = Failure.of(failure, bucket.capabilities().dialect());
        if (kind == Failure.NOT_MODIFIED) {
            Optional<Current.Ours> same = known.filter(one -> Answers.unchanged(failure, one.eTag()));
            if (same.isEmpty()) {
                // A proxy that says so may say it for ever: the next try asks without a condition.
                cache.forget(object);
                throw new Unproved("The answer is 304, and not of the version that was asked for");
            }
            cache.saw(object, same.orElseThrow());
            return same.orElseThrow();
        }
        boolean absent = kind == Failure.ABSENT
                || (kind == Failure.PERHAPS_ABSENT
                        && bucket.listed(object, timeout).isEmpty());
        if (!absent) {
            throw failure;
        }
        cache.forget(object);
        return new Current.Absent();
    }

    /**
     * A body that proves nothing by itself (no trailer, a wrong sum, another ETag) is the object's if a listing says so; answers
     * its bytes. Of one that was too long to be read, the answer need not have said the length.
     */
    private long confirm(String object, Bucket.Fetched fetched, Duration timeout) {
        Optional<Long> listed = bucket.listed(object, timeout)
                .filter(one -> Answers.eTag(one.eTag()).equals(fetched.eTag()))
                .map(S3Object::size)
                .filter(size -> fetched.body()
                        .map(body -> size == body.length)
                        .orElse(fetched.length() < 0 ? size > bound() : size == fetched.length()));
        return listed.orElseThrow(
                () -> new Unproved("The answer has a body, but not of the object: a listing says otherwise"));
    }

    private Current tooLarge(String key, String eTag, long bytes) {
        return new Current.Unreadable(
                eTag, outcomes.tooLarge(key, bytes, config.tuning().maxRecordBytes()));
    }

    private int bound() {
        return config.tuning().maxRecordBytes() + ObjectFormat.OVERHEAD_BYTES;
    }

    private Current understand(String key, Bucket.Fetched fetched) {
        String eTag = fetched.eTag();
        if (fetched.body().isEmpty()) {
            return tooLarge(key, eTag, fetched.length());
        }
        byte[] body = fetched.body().orElseThrow();
        ObjectFormat.Content content = ObjectFormat.read(body);
        try {
            if (content instanceof ObjectFormat.Content.Foreign) {
                // A record may begin like a compressed one; then its trailer says that it is none.
                body = Encoding.decode(body, bound());
                content = ObjectFormat.read(body);
            }
        } catch (Encoding.MissingLibrary missing) {
            return new Current.Unreadable(eTag, outcomes.missingLibrary(key, missing));
        } catch (IOException damaged) {
            return new Current.Unreadable(
                    eTag,
                    outcomes.unreadable(
                            key,
                            Reason.RECORD_CORRUPT,
                            "The stored object cannot be decompressed",
                            String.valueOf(damaged.getMessage())));
        }
        if (content instanceof ObjectFormat.Content.Ours ours) {
            Trailer trailer = ours.trailer();
            return new Current.Ours(
                    eTag, ours.record(), trailer.nonce(), trailer.replaces(), trailer.after(), trailer.deleted());
        }
        if (content instanceof ObjectFormat.Content.Corrupt corrupt) {
            return new Current.Unreadable(
                    eTag,
                    outcomes.unreadable(key, Reason.RECORD_CORRUPT, "The stored object is damaged", corrupt.problem()));
        }
        if (content instanceof ObjectFormat.Content.Newer newer) {
            return new Current.Unreadable(
                    eTag,
                    outcomes.unreadable(
                            key,
                            Reason.RECORD_NEWER,
                            "The stored object has a newer format than this release knows",
                            "object format " + newer.format()));
        }
        return new Current.Foreign(eTag, body);
    }
}
