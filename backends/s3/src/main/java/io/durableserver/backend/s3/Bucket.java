package io.durableserver.backend.s3;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The requests about objects, one HTTP request each. Blocks; throws an {@link SdkException}, see {@link Failure}, and what
 * {@link Answers} and {@link Credentials} throw, which are some.
 */
final class Bucket {
    private static final String CONTENT_TYPE = "application/x-ndjson";

    private final S3Client client;
    private final Credentials credentials;
    private final S3Config config;
    private final String name;
    private final BucketFacts facts;
    private volatile Capabilities capabilities = Capabilities.STANDARD;

    Bucket(S3Client client, Credentials credentials, S3Config config, BucketFacts facts) {
        this.client = client;
        this.credentials = credentials;
        this.config = config;
        this.name = config.bucket();
        this.facts = facts;
    }

    /** An object that was read: its body is as it came, or missing where it is over the bound. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Fetched(String eTag, Optional<byte[]> body, long length) {}

    /** What a request is signed with, and how long it may take. */
    record Signed(Optional<IdentityProvider<AwsCredentialsIdentity>> with, Duration timeout) {}

    /** Finds credentials for a request, which is the step before it. */
    Signed sign(Duration timeout) {
        try {
            Signed signed = new Signed(credentials.resolve(timeout), timeout);
            facts.signed();
            return signed;
        } catch (NoCredentials failure) {
            facts.unsigned(failure);
            throw failure;
        }
    }

    BucketFacts facts() {
        return facts;
    }

    Capabilities capabilities() {
        return capabilities;
    }

    void use(Capabilities found) {
        capabilities = found;
    }

    /** Reads an object, unless it still has this ETag. */
    Fetched get(String object, Optional<String> unless, boolean strong, Duration timeout) {
        GetObjectRequest.Builder request = GetObjectRequest.builder()
                .bucket(name)
                .key(object)
                .overrideConfiguration(override(strong, sign(timeout)));
        unless.ifPresent(eTag -> request.ifNoneMatch(capabilities.readCondition(eTag)));
        // Checked afterwards: what a transformer throws comes out wrapped.
        return checked(sent(
                () -> client.getObject(request.build(), (ResponseTransformer<GetObjectResponse, Taken>) this::take)));
    }

    /**
     * The answer to a write.
     *
     * @param eTag the new ETag
     * @param proved whether it can only be of this write; otherwise it may be made up
     */
    record Written(String eTag, boolean proved) {}

    /** Writes an object over the one with this ETag, or where there is none. */
    Written put(String object, Encoding.Encoded body, Optional<String> over, Signed signed) {
        return put(object, body, over, signed, capabilities.dialect().echoedChecksum());
    }

    /** As {@link #put}, with a checksum that the answer has to repeat, or without. */
    Written put(String object, Encoding.Encoded body, Optional<String> over, Signed signed, boolean summed) {
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(name)
                .key(object)
                .contentType(CONTENT_TYPE)
                .overrideConfiguration(override(true, signed));
        body.encoding().ifPresent(request::contentEncoding);
        over.ifPresentOrElse(
                eTag -> request.ifMatch(capabilities.writeCondition(eTag)), () -> request.ifNoneMatch("*"));
        String sum = Answers.crc32c(body.bytes());
        if (summed) {
            request.checksumCRC32C(sum);
        }
        PutObjectResponse answer = sent(() -> client.putObject(request.build(), RequestBody.fromBytes(body.bytes())));
        Answers.whole(answer);
        String eTag = Answers.eTag(answer.eTag());
        boolean md5 = Answers.md5(body.bytes()).filter(eTag::equals).isPresent();
        boolean echoed = summed && sum.equals(answer.checksumCRC32C());
        if ((capabilities.dialect().md5ETags() && !md5) || (summed && !echoed)) {
            throw new Unproved("The answer is not of what was written");
        }
        return new Written(eTag, md5 || echoed);
    }

    /** Removes the object with this ETag, or any where none is given. */
    void delete(String object, Optional<String> eTag, Duration timeout) {
        DeleteObjectRequest.Builder request = DeleteObjectRequest.builder()
                .bucket(name)
                .key(object)
                .overrideConfiguration(override(true, sign(timeout)));
        eTag.ifPresent(value -> request.ifMatch(capabilities.writeCondition(value)));
        var unused = sent(() -> client.deleteObject(request.build()));
    }

    /** A page of a listing. Its XML could not hold every key as it is, so they come encoded. */
    ListObjectsV2Response list(String objectPrefix, Optional<String> token, int limit, Duration timeout) {
        ListObjectsV2Request request = ListObjectsV2Request.builder()
                .bucket(name)
                .prefix(objectPrefix)
                .maxKeys(limit)
                .encodingType(EncodingType.URL)
                .continuationToken(token.orElse(null))
                .overrideConfiguration(override(true, sign(timeout)))
                .build();
        ListObjectsV2Response page = sent(() -> client.listObjectsV2(request));
        Answers.page(page, objectPrefix, token, limit, capabilities.dialect());
        return page;
    }

    /** What a listing says of one object: a second witness, in a form that a page of a proxy does not have. */
    Optional<S3Object> listed(String object, Duration timeout) {
        ListObjectsV2Response page = list(object, Optional.empty(), 1, timeout);
        Search search = new Search(object);
        // Most stores list the key before those it is the beginning of, and then one key tells all.
        if (search.settled(page)) {
            return search.found();
        }
        Optional<String> token = Optional.empty();
        search = new Search(object);
        for (int pages = 0; pages < Search.MAX_PAGES; pages++) {
            page = list(object, token, Search.PAGE, timeout);
            if (search.settled(page)) {
                return search.found();
            }
            token = Optional.of(page.nextContinuationToken());
        }
        throw new Unproved("The listing is in no order, and too long to be read to its end");
    }

    /** Whether it exists; fails where that cannot be found out. */
    boolean exists(Duration timeout) {
        // A listing names its error, which a HEAD cannot; and what is needed later is allowed now.
        try {
            var unused = list(config.objectPrefix(), Optional.empty(), 1, timeout);
            return true;
        } catch (S3Exception refused) {
            if (StoreCode.of(refused).equals("NoSuchBucket")) {
                return false;
            }
            throw refused;
        }
    }

    void create(Duration timeout) {
        Signed signed = sign(timeout);
        var unused = sent(() ->
                client.createBucket(request -> request.bucket(name).overrideConfiguration(override(true, signed))));
    }

    void close() {
        client.close();
    }

    /** An answer as it came. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    private record Taken(GetObjectResponse answer, Optional<byte[]> body) {}

    private Taken take(GetObjectResponse answer, AbortableInputStream in) throws IOException {
        int bound = config.tuning().maxRecordBytes() + ObjectFormat.OVERHEAD_BYTES;
        Optional<byte[]> body = Optional.empty();
        if (Optional.ofNullable(answer.contentLength()).orElse(-1L) <= bound) {
            byte[] bytes = in.readNBytes(bound + 1);
            body = bytes.length <= bound ? Optional.of(bytes) : body;
        }
        if (body.isEmpty()) {
            // The rest of the body is not needed.
            in.abort();
        }
        return new Taken(answer, body);
    }

    private static Fetched checked(Taken taken) {
        GetObjectResponse answer = taken.answer();
        Answers.whole(answer);
        long length = Optional.ofNullable(answer.contentLength()).orElse(-1L);
        if (length >= 0 && taken.body().filter(body -> body.length != length).isPresent()) {
            throw new Unproved("The body is not as long as the answer says");
        }
        return new Fetched(Answers.eTag(answer.eTag()), taken.body(), length);
    }

    /** Whatever a client throws that is closed, or was changed by the application, is a failed request like any other. */
    private <T> T sent(Supplier<T> request) {
        try {
            return request.get();
        } catch (S3Exception refused) {
            if (Failure.of(refused) == Failure.THROTTLED) {
                facts.throttled();
            }
            throw credentials.fixed() && Failure.isOfToken(refused) ? new ExpiredCredentials(refused) : refused;
        } catch (SdkException failure) {
            throw failure;
        } catch (RuntimeException failure) {
            throw SdkClientException.create("The HTTP client failed: " + failure.getMessage(), failure);
        } finally {
            // The SDK interrupts its own caller when the time is over; what comes next is not meant.
            var unused = Thread.interrupted();
        }
    }

    private AwsRequestOverrideConfiguration override(boolean strong, Signed signed) {
        AwsRequestOverrideConfiguration.Builder override =
                AwsRequestOverrideConfiguration.builder().apiCallTimeout(signed.timeout());
        signed.with().ifPresent(override::credentialsProvider);
        if (strong && config.dialect().tigrisConsistent()) {
            override.putHeader("x-tigris-consistent", "true");
        }
        return override.build();
    }
}
