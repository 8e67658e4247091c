package io.durableserver.backend.s3;

import io.durableserver.ConfigurationException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Finds out at the start what a store does with conditions, and how it says things, on two objects that nobody else uses. A
 * store that ignores conditions of writes is refused: two owners could write over each other (P1). What was written is read,
 * revalidated and listed page by page, in the forms that are used later, and has to be what comes back. Blocks.
 */
final class Probe {
    private static final Logger LOG = LoggerFactory.getLogger(Probe.class);

    /** What keys may hold and some change on the way. */
    private static final String ODD = "-a b+c%2Fd&\u00e9";

    private static final int MAX_PAGES = 10;

    private final Bucket bucket;
    private final S3Config config;
    private final Outcomes outcomes;
    private final String object;
    private final String odd;
    private final Duration timeout;
    private boolean quoted;
    private Dialect dialect = Dialect.STANDARD;
    private Optional<String> refusal = Optional.empty();

    Probe(Bucket bucket, S3Config config, Outcomes outcomes, String object) {
        this.bucket = bucket;
        this.config = config;
        this.outcomes = outcomes;
        this.object = object;
        this.odd = object + ODD;
        this.quoted = config.eTagQuotes() != ETagQuotes.BARE;
        this.timeout = config.attemptTimeout();
    }

    /** Throws what the SDK throws, and a {@link ConfigurationException} where the store would lose data. */
    Capabilities run() {
        try {
            return find();
        } finally {
            remove(object);
            remove(odd);
        }
    }

    private Capabilities find() {
        use(true, false);
        absence();
        byte[] body = ObjectFormat.tombstone(Nonces.next(), Optional.empty());
        String first = put(object, plain(body), Optional.empty());
        sameReads(object, first, plain(body));
        if (accepted(() -> tombstone(Optional.empty()))) {
            throw outcomes.losesWrites("If-None-Match: * of a PUT");
        }
        Optional<String> refusedCreate = refusal;
        String second = replace(first);
        refusal = Optional.empty();
        if (accepted(() -> tombstone(Optional.of(first)))) {
            throw outcomes.losesWrites("If-Match of a PUT");
        }
        dialect = dialect.refuses(
                refusal.filter(code -> !code.isEmpty()).or(() -> refusedCreate).orElse("PreconditionFailed"));
        boolean quotedReads = revalidates(second);
        Encoding.Encoded encoded = Encoding.encode(body, config.compression(), 0);
        String other = put(odd, encoded, Optional.empty());
        sameReads(odd, other, encoded);
        dialect = dialect.tags(md5(first, body) && md5(other, encoded.bytes()), dialect.unchangedETag());
        sameLists(Map.of(object, second, odd, other));
        use(quotedReads, false);
        boolean deletes = config.conditionalDelete() == ConditionalDelete.ON
                || (config.conditionalDelete() == ConditionalDelete.PROBE && deletesOnCondition(first, second));
        use(quotedReads, deletes);
        return bucket.capabilities();
    }

    private void use(boolean quotedReads, boolean deletes) {
        bucket.use(new Capabilities(quoted, quotedReads, deletes, dialect));
    }

    /** An object that was never written is absent, and this is how the store says so. */
    private void absence() {
        try {
            var unused = bucket.get(object, Optional.empty(), true, timeout);
        } catch (S3Exception answer) {
            String code = StoreCode.of(answer);
            boolean other = !code.isEmpty() && Failure.ofAnswer(404, code, Dialect.STANDARD) == Failure.REFUSED;
            if (answer.statusCode() != 404 || other) {
                throw answer;
            }
            dialect = dialect.saysAbsent(code);
            use(true, false);
            return;
        }
        throw new Unproved("An object that nobody wrote has a body");
    }

    private String replace(String first) {
        Optional<String> replaced = attempt(() -> tombstone(Optional.of(first)));
        if (replaced.isEmpty() && config.eTagQuotes() == ETagQuotes.PROBE) {
            quoted = false;
            use(true, false);
            replaced = attempt(() -> tombstone(Optional.of(first)));
        }
        return replaced.orElseThrow(() -> outcomes.losesWrites("If-Match of a PUT, with the ETag it has"));
    }

    private void sameReads(String key, String eTag, Encoding.Encoded written) {
        Bucket.Fetched read = bucket.get(key, Optional.empty(), true, timeout);
        byte[] plain = decoded(written.bytes(), written.encoding());
        boolean same = read.eTag().equals(eTag)
                && read.body()
                        .filter(body -> Arrays.equals(decoded(body, read.encoding()), plain))
                        .isPresent();
        if (!same) {
            throw new Unproved("What is read is not what was written");
        }
    }

    private static byte[] decoded(byte[] body, Optional<String> encoding) {
        try {
            return Encoding.decode(body, encoding, 2 * ObjectFormat.TOMBSTONE_BYTES);
        } catch (IOException damaged) {
            throw new Unproved("What is read cannot be decompressed: " + damaged.getMessage());
        }
    }

    private void sameLists(Map<String, String> written) {
        Map<String, String> found = new HashMap<>();
        Optional<String> token = Optional.empty();
        boolean echoes = true;
        for (int pages = 0; pages < MAX_PAGES; pages++) {
            ListObjectsV2Response page = bucket.list(object, token, 1, timeout);
            page.contents().forEach(one -> found.put(one.key(), Answers.eTag(one.eTag())));
            echoes &= Optional.ofNullable(page.continuationToken()).equals(token);
            dialect = dialect.lists(page.name(), echoes && token.isPresent());
            if (!page.isTruncated()) {
                break;
            }
            token = Optional.of(page.nextContinuationToken());
        }
        if (!found.equals(written)) {
            throw new Unproved("What is listed is not what was written");
        }
    }

    /** Whether the quoted form spares the body; when not, the bare one is sent, which no store takes for another one. */
    private boolean revalidates(String eTag) {
        try {
            var unused = bucket.get(object, Optional.of(eTag), true, timeout);
            return false;
        } catch (SdkException failure) {
            if (Failure.of(failure, dialect) != Failure.NOT_MODIFIED) {
                throw failure;
            }
            dialect = dialect.tags(dialect.md5ETags(), Answers.unchanged(failure, eTag));
            return true;
        }
    }

    private boolean deletesOnCondition(String stale, String current) {
        if (accepted(() -> delete(stale))) {
            return false;
        }
        return accepted(() -> delete(current));
    }

    private static boolean md5(String eTag, byte[] body) {
        return Answers.md5(body).filter(eTag::equals).isPresent();
    }

    private static Encoding.Encoded plain(byte[] body) {
        return new Encoding.Encoded(body, Optional.empty());
    }

    private String tombstone(Optional<String> over) {
        return put(object, plain(ObjectFormat.tombstone(Nonces.next(), over)), over);
    }

    private String put(String key, Encoding.Encoded body, Optional<String> over) {
        return bucket.put(key, body, over, bucket.sign(timeout));
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
            Failure kind = Failure.of(failure, dialect);
            boolean says412 = failure instanceof S3Exception answer && answer.statusCode() == 412;
            if (says412) {
                refusal = Optional.of(StoreCode.of(failure));
            }
            if (says412 || kind == Failure.CONDITION || kind == Failure.ABSENT || kind == Failure.NOT_TAKEN) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    private void remove(String key) {
        try {
            bucket.delete(key, Optional.empty(), timeout);
        } catch (SdkException failure) {
            LOG.debug("The probe object {} stays: {}", key, String.valueOf(failure.getMessage()));
        }
    }
}
