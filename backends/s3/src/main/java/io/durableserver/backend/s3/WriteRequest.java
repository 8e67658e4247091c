package io.durableserver.backend.s3;

import io.durableserver.NotAppliedException.Reason;
import io.durableserver.backend.s3.WriteSteps.Step;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;

/** A conditional write: the shell around {@link WriteSteps}. */
final class WriteRequest extends Request<WriteResult> {
    private final Bucket bucket;
    private final Reader reader;
    private final ObjectCache cache;
    private final Outcomes outcomes;
    private final S3Config config;
    private final Target target;
    private final WriteSteps steps;
    private Step next;
    /** Guarded by this: an attempt was begun, and its end has not been told. */
    private boolean underWay;

    private Optional<String> tombstone = Optional.empty();

    /**
     * What to write where.
     *
     * @param record the record; not changed by anyone
     * @param expected ETag of the object to replace; empty to create one
     * @param deleted whether a tombstone is written
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Target(String key, String object, byte[] record, String nonce, Optional<String> expected, boolean deleted) {}

    WriteRequest(
            Terms terms,
            Bucket bucket,
            Reader reader,
            ObjectCache cache,
            Outcomes outcomes,
            S3Config config,
            Target target) {
        super(terms);
        this.bucket = bucket;
        this.reader = reader;
        this.cache = cache;
        this.outcomes = outcomes;
        this.config = config;
        this.target = target;
        boolean tombstonesStay = !bucket.capabilities().conditionalDelete();
        this.steps = new WriteSteps(
                outcomes,
                target.nonce(),
                target.expected(),
                tombstonesStay,
                config.tuning().attempts());
        this.next = steps.first();
    }

    @Override
    Turn<WriteResult> turn() {
        while (true) {
            if (next instanceof Step.Done done) {
                return new Turn.Done<>(result(done.result()));
            }
            if (next instanceof Step.Pause pause) {
                next = pause.next();
                return new Turn.Pause<>(pause.throttled());
            }
            if (next instanceof Step.Put put) {
                Optional<Bucket.Signed> signed = sign();
                if (signed.isEmpty()) {
                    continue;
                }
                if (!begin()) {
                    return new Turn.Done<>(giveUp());
                }
                Step after = put(put.over(), signed.orElseThrow());
                answered(after);
                next = after;
            } else if (over()) {
                return new Turn.Done<>(giveUp());
            } else {
                Step after = readBack();
                answered(after);
                next = after;
            }
        }
    }

    @Override
    WriteResult expire() {
        if (underWay || steps.ambiguous()) {
            return new WriteResult.Unknown(outcomes.late());
        }
        if (steps.hasFailed()) {
            return giveUp();
        }
        return new WriteResult.NotApplied(
                true, outcomes.notSent(Reason.DEADLINE_BEFORE_START, "The time was over before the write was taken"));
    }

    @Override
    WriteResult giveUp() {
        return steps.end(true);
    }

    @Override
    void cleanUp() {
        // The delete is done by now: this only keeps the bucket small.
        tombstone.ifPresent(eTag -> {
            try {
                bucket.delete(
                        target.object(), Optional.of(eTag), config.tuning().attemptTimeout());
                cache.forget(target.object());
            } catch (SdkException failure) {
                bucket.facts().left(target.object(), failure);
            }
        });
    }

    /** Between the timer's decision that nothing was sent, and the sending, there must be no gap. */
    private synchronized boolean begin() {
        underWay = !over();
        return underWay;
    }

    /** An end that is known but not yet told is still under way for the timer: it must not be told as not applied. */
    private synchronized void answered(Step after) {
        underWay = after instanceof Step.Done;
    }

    /** Credentials, before anything is sent; empty where there are none, and what comes next is known. */
    private Optional<Bucket.Signed> sign() {
        try {
            return Optional.of(bucket.sign(attemptTime()));
        } catch (SdkException failure) {
            next = steps.failed(failed(failure), failure);
            return Optional.empty();
        }
    }

    private Failure failed(SdkException failure) {
        return Failure.of(failure, bucket.capabilities().dialect());
    }

    private Step put(Optional<String> over, Bucket.Signed signed) {
        boolean sums = bucket.capabilities().dialect().md5ETags();
        Optional<String> after = sums ? Optional.empty() : over.flatMap(this::nonceOf);
        byte[] body = target.deleted()
                ? ObjectFormat.tombstone(target.nonce(), over, after)
                : ObjectFormat.record(target.record(), target.nonce(), over, after);
        // A tombstone is recognized by its size.
        S3Compression compression = target.deleted() ? S3Compression.NONE : config.compression();
        Encoding.Encoded encoded =
                Encoding.encode(body, compression, config.tuning().compressAboveBytes());
        if (sums) {
            Answers.md5(encoded.bytes()).ifPresent(steps::sends);
        }
        try {
            Bucket.Written written = bucket.put(target.object(), encoded, over, signed);
            if (!written.proved()) {
                throw new Unproved("The answer holds nothing that only the store can know: the object is read");
            }
            String eTag = written.eTag();
            cache.saw(
                    target.object(),
                    new Current.Ours(eTag, target.record(), target.nonce(), over, after, target.deleted()));
            return steps.stored(eTag);
        } catch (SdkException failure) {
            // What this node knew is old, or may be.
            return steps.failed(failed(failure), failure);
        }
    }

    /** The nonce of the object that is replaced, as far as this node knows it. */
    private Optional<String> nonceOf(String eTag) {
        return cache.last(target.object())
                .filter(known -> known.eTag().equals(eTag))
                .map(Current.Ours::nonce);
    }

    private Step readBack() {
        try {
            return steps.read(reader.read(target.key(), target.object(), true, attemptTime()));
        } catch (SdkException failure) {
            return steps.readFailed(failed(failure), failure);
        }
    }

    private WriteResult result(WriteResult result) {
        if (result instanceof WriteResult.Stored stored && target.deleted()) {
            if (bucket.capabilities().conditionalDelete()) {
                tombstone = Optional.of(stored.version().token());
            }
            return new WriteResult.Stored(new Version(target.expected().orElseThrow()));
        }
        return result;
    }
}
