package io.durableserver.backend.s3;

import io.durableserver.ConfigurationException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Finds out at the start what a store does with conditions, and how it says things, on two objects that nothing else uses. A
 * store that ignores conditions of writes is refused: two owners could write over each other (P1). What was written is read,
 * revalidated and listed page by page, in the forms that are used later, and has to be what comes back. Blocks.
 */
final class Probe {
    /** What keys may hold and some change on the way. */
    private static final String ODD = "-a b+c%2Fd&\u00e9";
    /** What a store takes for the same that ignores case, or that normalizes Unicode. */
    private static final String OTHER_CASE = "-A B+C%2FD&\u00e9";

    private static final String DECOMPOSED = "-a b+c%2Fd&e\u0301";

    private static final int MAX_PAGES = 10;
    private static final int MAX_REMOVALS = 4;
    /** Two conditional requests met. Only a store that knows conditions says so. */
    private static final String CONFLICT = "ConditionalRequestConflict";
    /** The codes that answer a DELETE with a condition where the store knows none: then tombstones stay. */
    private static final Set<String> UNKNOWN_REQUEST = Set.of("NotImplemented", "InvalidArgument", "InvalidRequest");

    private final Bucket bucket;
    private final S3Config config;
    private final Outcomes outcomes;
    private final String object;
    private final String odd;
    private final Duration timeout;
    private boolean quoted;
    private Dialect dialect = Dialect.STANDARD;

    Probe(Bucket bucket, S3Config config, Outcomes outcomes, String object) {
        this.bucket = bucket;
        this.config = config;
        this.outcomes = outcomes;
        this.object = object;
        this.odd = object + ODD;
        this.quoted = config.dialect().eTagQuotes() != ETagQuotes.BARE;
        this.timeout = config.tuning().attemptTimeout();
    }

    /** Throws what the SDK throws, and a {@link ConfigurationException} where the store would lose data. */
    Capabilities run() {
        int tries = 1;
        try {
            Capabilities found = find();
            tries = MAX_REMOVALS;
            return found;
        } finally {
            remove(object, tries);
            remove(odd, tries);
        }
    }

    private Capabilities find() {
        use(true, false);
        absence();
        byte[] body = ObjectFormat.tombstone(Nonces.next(), Optional.empty(), Optional.empty());
        String first = put(object, plain(body), Optional.empty());
        sameReads(object, first, plain(body));
        String refusedCreate = refusal(Optional.empty(), "If-None-Match: * of a PUT");
        String second = replace(first);
        String refusedReplace = refusal(Optional.of(first), "If-Match of a PUT");
        dialect = dialect.refuses(same(refusedCreate, refusedReplace));
        boolean quotedReads = revalidates(second);
        Encoding.Encoded encoded = Encoding.encode(body, config.compression(), 0);
        String other = put(odd, encoded, Optional.empty());
        dialect = dialect.tags(md5(first, body) && md5(other, encoded.bytes()), dialect.unchangedETag());
        sameReads(odd, other, encoded);
        keepsKeysApart(other);
        if (!dialect.md5ETags()) {
            other = withChecksum(other, encoded);
        }
        sameLists(Map.of(object, second, odd, other));
        listsOdd(other);
        use(quotedReads, false);
        boolean deletes = config.dialect().conditionalDelete() == ConditionalDelete.ON
                || (config.dialect().conditionalDelete() == ConditionalDelete.PROBE
                        && deletesOnCondition(first, second));
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
        throw new Unproved("An object that was never written has a body");
    }

    /** The code a write is refused with whose condition does not hold. */
    private String refusal(Optional<String> over, String condition) {
        Tried tried = tried(over);
        if (tried.written().isPresent()) {
            throw isNow(tried.written().orElseThrow())
                    ? outcomes.losesWrites(condition)
                    : new Unproved("A write is told as done, and was not");
        }
        return tried.code();
    }

    /** A store says it in one way. Any other answer comes from a proxy, which may not have asked the store. */
    private static String same(String one, String other) {
        if (one.equals(CONFLICT)) {
            return other;
        }
        if (!one.equals(other) && !other.equals(CONFLICT)) {
            throw new Unproved("Conditions of writes are refused in two ways: '" + one + "' and '" + other + "'");
        }
        return one;
    }

    private String replace(String first) {
        Optional<String> replaced = tried(Optional.of(first)).written();
        if (replaced.isEmpty() && config.dialect().eTagQuotes() == ETagQuotes.PROBE) {
            quoted = false;
            use(true, false);
            replaced = tried(Optional.of(first)).written();
        }
        if (replaced.isEmpty()) {
            throw isNow(first)
                    ? outcomes.losesWrites("If-Match of a PUT, with the ETag it has")
                    : new Unproved("A write is told as refused, and was done");
        }
        return replaced.orElseThrow();
    }

    private boolean isNow(String eTag) {
        return bucket.get(object, Optional.empty(), true, timeout).eTag().equals(eTag);
    }

    /** Finds out whether answers repeat a checksum, which proves a write where ETags do not; answers the ETag there is now. */
    private String withChecksum(String over, Encoding.Encoded body) {
        try {
            Bucket.Written written = bucket.put(odd, body, Optional.of(over), bucket.sign(timeout), true);
            dialect = dialect.echoesChecksum(true);
            return written.eTag();
        } catch (Unproved silent) {
            bucket.facts().lacks("checksum in its answers to writes", silent);
        } catch (S3Exception refused) {
            if (Failure.of(refused, dialect) != Failure.REFUSED) {
                throw refused;
            }
        }
        return bucket.get(odd, Optional.empty(), true, timeout).eTag();
    }

    private void sameReads(String key, String eTag, Encoding.Encoded written) {
        Bucket.Fetched read = bucket.get(key, Optional.empty(), true, timeout);
        byte[] plain = decoded(written.bytes());
        boolean same = read.eTag().equals(eTag)
                && read.body()
                        .filter(body -> Arrays.equals(decoded(body), plain))
                        .isPresent();
        if (!same) {
            throw new Unproved("What is read is not what was written");
        }
        if (!Answers.fits(eTag, read.body().orElseThrow(), dialect)) {
            throw new Unproved(
                    "What is read are not the bytes that were written: something between unpacks or packs them");
        }
    }

    /** Two records must not share an object (P1): what was written is not there under a key that only looks like its own. */
    private void keepsKeysApart(String eTag) {
        isApart(object + OTHER_CASE, eTag, "upper and lower case");
        isApart(object + DECOMPOSED, eTag, "composed and decomposed letters, such as \u00e9 and e\u0301");
    }

    private void isApart(String key, String eTag, String difference) {
        Optional<String> found = there(key);
        if (found.isPresent()) {
            throw found.orElseThrow().equals(eTag)
                    ? outcomes.mixesKeys(difference)
                    : new Unproved("An object that was never written has a body");
        }
    }

    private static byte[] decoded(byte[] body) {
        try {
            return Encoding.decode(body, 2 * ObjectFormat.TOMBSTONE_BYTES);
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

    /** A prefix of every kind of character is asked for like any other. */
    private void listsOdd(String eTag) {
        boolean found = bucket.listed(odd, timeout)
                .filter(one -> Answers.eTag(one.eTag()).equals(eTag))
                .isPresent();
        if (!found) {
            throw new Unproved("An object with an odd key is not listed under its prefix");
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

    /**
     * Whether a DELETE keeps its condition. What is said of it proves nothing, so the object is looked at: nodes that differ in
     * this would not understand each other's tombstones. A store that refuses without a code cannot show it.
     */
    private boolean deletesOnCondition(String stale, String current) {
        return !dialect.silentRefusal() && refusesDelete(stale) && !refusesDelete(current);
    }

    private boolean refusesDelete(String eTag) {
        try {
            bucket.delete(object, Optional.of(eTag), timeout);
        } catch (S3Exception answer) {
            Failure kind = Failure.of(answer, dialect);
            if (kind != Failure.CONDITION && !UNKNOWN_REQUEST.contains(StoreCode.of(answer))) {
                throw answer;
            }
            return true;
        }
        if (there(object).isPresent()) {
            throw new Unproved("An object is told as removed, and is there");
        }
        return false;
    }

    /** The ETag of what is under a key; empty where there is nothing. */
    private Optional<String> there(String key) {
        try {
            return Optional.of(bucket.get(key, Optional.empty(), true, timeout).eTag());
        } catch (SdkException failure) {
            Failure kind = Failure.of(failure, dialect);
            boolean absent = kind == Failure.ABSENT
                    || (kind == Failure.PERHAPS_ABSENT
                            && bucket.listed(key, timeout).isEmpty());
            if (!absent) {
                throw failure;
            }
            return Optional.empty();
        }
    }

    private static boolean md5(String eTag, byte[] body) {
        return Answers.md5(body).filter(eTag::equals).isPresent();
    }

    private static Encoding.Encoded plain(byte[] body) {
        return new Encoding.Encoded(body, Optional.empty());
    }

    private String put(String key, Encoding.Encoded body, Optional<String> over) {
        return bucket.put(key, body, over, bucket.sign(timeout)).eTag();
    }

    /** What a write came to: the ETag, or the code it was refused with, which may be empty. */
    private record Tried(Optional<String> written, String code) {}

    private Tried tried(Optional<String> over) {
        try {
            String eTag = put(object, plain(ObjectFormat.tombstone(Nonces.next(), over, Optional.empty())), over);
            return new Tried(Optional.of(eTag), "");
        } catch (S3Exception answer) {
            String code = StoreCode.of(answer);
            if (answer.statusCode() == 412 || code.equals(CONFLICT)) {
                return new Tried(Optional.empty(), code);
            }
            // Nothing else is about the condition: the store may not even have been asked.
            throw answer;
        }
    }

    private void remove(String key, int tries) {
        for (int left = tries; left > 0; left--) {
            try {
                bucket.delete(key, Optional.empty(), timeout);
                return;
            } catch (SdkException failure) {
                bucket.facts().left(key, failure);
            }
        }
    }
}
