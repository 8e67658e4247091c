package io.durableserver.backend.s3;

import io.durableserver.ConfigurationException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Finds out at the start what a store does with conditions, on an object that nobody else uses. A store that ignores those of
 * writes is refused: two owners could write over each other (P1). Blocks.
 */
final class Probe {
    private static final Logger LOG = LoggerFactory.getLogger(Probe.class);

    private final Bucket bucket;
    private final S3Config config;
    private final Outcomes outcomes;
    private final String object;
    private final Duration timeout;

    Probe(Bucket bucket, S3Config config, Outcomes outcomes, String object) {
        this.bucket = bucket;
        this.config = config;
        this.outcomes = outcomes;
        this.object = object;
        this.timeout = config.attemptTimeout();
    }

    /** Throws what the SDK throws, and a {@link ConfigurationException} where the store would lose data. */
    Capabilities run() {
        try {
            return find();
        } finally {
            remove();
        }
    }

    private Capabilities find() {
        String first = put(Optional.empty());
        if (accepted(() -> put(Optional.empty()))) {
            throw outcomes.losesWrites("If-None-Match: * of a PUT");
        }
        boolean quoted = config.eTagQuotes() != ETagQuotes.BARE;
        bucket.use(new Capabilities(quoted, true, false));
        Optional<String> replaced = attempt(() -> put(Optional.of(first)));
        if (replaced.isEmpty() && config.eTagQuotes() == ETagQuotes.PROBE) {
            quoted = false;
            bucket.use(new Capabilities(false, true, false));
            replaced = attempt(() -> put(Optional.of(first)));
        }
        String second = replaced.orElseThrow(() -> outcomes.losesWrites("If-Match of a PUT, with the ETag it has"));
        if (accepted(() -> put(Optional.of(first)))) {
            throw outcomes.losesWrites("If-Match of a PUT");
        }
        Capabilities writes = new Capabilities(quoted, revalidates(second), false);
        bucket.use(writes);
        boolean deletes = config.conditionalDelete() == ConditionalDelete.ON
                || (config.conditionalDelete() == ConditionalDelete.PROBE && deletesOnCondition(first, second));
        return new Capabilities(writes.quotedWrites(), writes.quotedReads(), deletes);
    }

    /** Whether the quoted form spares the body; when not, the bare one is sent, which no store takes for another one. */
    private boolean revalidates(String eTag) {
        return attempt(() -> bucket.get(object, Optional.of(eTag), true, timeout))
                .isEmpty();
    }

    private boolean deletesOnCondition(String stale, String current) {
        if (accepted(() -> delete(stale))) {
            return false;
        }
        return accepted(() -> delete(current));
    }

    private String put(Optional<String> over) {
        byte[] body = ObjectFormat.tombstone(Nonces.next(), over);
        return bucket.put(object, new Encoding.Encoded(body, Optional.empty()), over, timeout);
    }

    private boolean delete(String eTag) {
        bucket.delete(object, Optional.of(eTag), timeout);
        return true;
    }

    private boolean accepted(Supplier<?> request) {
        return attempt(request).isPresent();
    }

    /** Empty where the store refused the condition; or, of a DELETE, the very idea. */
    private <T> Optional<T> attempt(Supplier<T> request) {
        try {
            return Optional.of(request.get());
        } catch (SdkException failure) {
            Failure kind = Failure.of(failure);
            if (kind == Failure.CONDITION
                    || kind == Failure.ABSENT
                    || kind == Failure.NOT_MODIFIED
                    || kind == Failure.NOT_TAKEN) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    private void remove() {
        try {
            bucket.delete(object, Optional.empty(), timeout);
        } catch (SdkException failure) {
            LOG.debug("The probe object {} stays: {}", object, String.valueOf(failure.getMessage()));
        }
    }
}
