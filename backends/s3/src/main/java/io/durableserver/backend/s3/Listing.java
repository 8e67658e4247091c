package io.durableserver.backend.s3;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * One page of a listing: one request for it, and a read for each object that has the size of a tombstone and is not in the
 * cache. A page may have fewer keys than asked for, or none, and still not be the last: objects that are no records are left
 * out. Blocks.
 */
final class Listing {
    private static final int MAX_CURSOR = 4_096;

    private final Bucket bucket;
    private final Reader reader;
    private final ObjectCache cache;
    private final ObjectKeys keys;
    private final String hidden;

    /** A page, or why there is none. */
    sealed interface Answer {
        /** A page. */
        record Listed(Backend.Page page) implements Answer {}

        /** The store could not answer. */
        record Failed(NotAppliedException cause) implements Answer {}
    }

    /** What starts with {@code hidden} is not listed. */
    Listing(Bucket bucket, Reader reader, ObjectCache cache, ObjectKeys keys, String hidden) {
        this.bucket = bucket;
        this.reader = reader;
        this.cache = cache;
        this.keys = keys;
        this.hidden = hidden;
    }

    /** Throws a {@link ConfigurationException} where the cursor is not of a page. */
    static void check(String cursor) {
        if (cursor.length() > MAX_CURSOR) {
            throw ConfigurationException.option("cursor", cursor, "the next of a page of this backend");
        }
    }

    /** A page, to be asked for as a request. */
    ReadRequest.Query<Answer> query(PageRequest request) {
        return new ReadRequest.Query<>() {
            @Override
            public Answer ask(Duration timeout, BooleanSupplier abandoned) {
                return new Answer.Listed(page(request, timeout, abandoned));
            }

            @Override
            public Answer failed(boolean retryable, NotAppliedException cause) {
                return new Answer.Failed(cause);
            }
        };
    }

    /** Throws what the SDK throws; ends early when no caller waits for it any more. */
    private Backend.Page page(PageRequest request, Duration timeout, BooleanSupplier abandoned) {
        ListObjectsV2Response found = bucket.list(
                keys.objectPrefix(request.prefix()),
                request.isFirst() ? Optional.empty() : Optional.of(request.cursor()),
                request.limit(),
                timeout);
        List<Backend.Listed> entries = new ArrayList<>();
        for (S3Object object : found.contents()) {
            if (abandoned.getAsBoolean()) {
                break;
            }
            Optional<String> key = keys.record(object.key());
            if (key.isEmpty()) {
                bucket.facts().strange(object.key());
            } else if (key.orElseThrow().startsWith(request.prefix())
                    && !key.orElseThrow().startsWith(hidden)) {
                live(key.orElseThrow(), object, timeout).ifPresent(entries::add);
            }
        }
        boolean more = Boolean.TRUE.equals(found.isTruncated());
        return new Backend.Page(entries, more ? Optional.ofNullable(found.nextContinuationToken()) : Optional.empty());
    }

    private Optional<Backend.Listed> live(String key, S3Object object, Duration timeout) {
        String eTag = ETags.bare(object.eTag());
        if (object.size() != ObjectFormat.TOMBSTONE_BYTES) {
            return Optional.of(new Backend.Listed(key, new Version(eTag)));
        }
        Optional<Current.Ours> known =
                cache.last(object.key()).filter(one -> one.eTag().equals(eTag));
        Current current = known.isPresent() ? known.orElseThrow() : reader.read(key, object.key(), true, timeout);
        if (current instanceof Current.Absent) {
            return Optional.empty();
        }
        if (current instanceof Current.Ours ours) {
            return ours.deleted() ? Optional.empty() : Optional.of(new Backend.Listed(key, new Version(ours.eTag())));
        }
        return Optional.of(new Backend.Listed(key, new Version(eTag)));
    }
}
