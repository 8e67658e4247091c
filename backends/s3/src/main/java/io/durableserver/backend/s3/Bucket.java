package io.durableserver.backend.s3;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** The requests about objects, one HTTP request each. Blocks; throws what the SDK throws, see {@link Failure}. */
final class Bucket {
    private static final String CONTENT_TYPE = "application/x-ndjson";

    private final S3Client client;
    private final S3Config config;
    private final String name;
    private volatile Capabilities capabilities = Capabilities.STANDARD;

    Bucket(S3Client client, S3Config config) {
        this.client = client;
        this.config = config;
        this.name = config.bucket();
    }

    /** An object that was read: its body is as it came, or missing where it is over the bound. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Fetched(String eTag, Optional<byte[]> body, Optional<String> encoding, long length) {}

    Capabilities capabilities() {
        return capabilities;
    }

    void use(Capabilities found) {
        capabilities = found;
    }

    /** Reads an object, unless it still has this ETag. */
    Fetched get(String object, Optional<String> unless, boolean strong, Duration timeout) {
        GetObjectRequest.Builder request =
                GetObjectRequest.builder().bucket(name).key(object).overrideConfiguration(override(strong, timeout));
        unless.ifPresent(eTag -> request.ifNoneMatch(capabilities.readCondition(eTag)));
        return client.getObject(request.build(), (ResponseTransformer<GetObjectResponse, Fetched>) this::read);
    }

    /** Writes an object over the one with this ETag, or where there is none; answers the new ETag. */
    String put(String object, Encoding.Encoded body, Optional<String> over, Duration timeout) {
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(name)
                .key(object)
                .contentType(CONTENT_TYPE)
                .overrideConfiguration(override(true, timeout));
        body.encoding().ifPresent(request::contentEncoding);
        over.ifPresentOrElse(
                eTag -> request.ifMatch(capabilities.writeCondition(eTag)), () -> request.ifNoneMatch("*"));
        return ETags.bare(String.valueOf(client.putObject(request.build(), RequestBody.fromBytes(body.bytes()))
                .eTag()));
    }

    /** Removes the object with this ETag, or any where none is given. */
    void delete(String object, Optional<String> eTag, Duration timeout) {
        DeleteObjectRequest.Builder request =
                DeleteObjectRequest.builder().bucket(name).key(object).overrideConfiguration(override(true, timeout));
        eTag.ifPresent(value -> request.ifMatch(capabilities.writeCondition(value)));
        var unused = client.deleteObject(request.build());
    }

    ListObjectsV2Response list(String objectPrefix, Optional<String> token, int limit, Duration timeout) {
        return client.listObjectsV2(ListObjectsV2Request.builder()
                .bucket(name)
                .prefix(objectPrefix)
                .maxKeys(limit)
                .continuationToken(token.orElse(null))
                .overrideConfiguration(override(true, timeout))
                .build());
    }

    /** Whether it exists; fails where that cannot be found out. */
    boolean exists(Duration timeout) {
        // A listing names its error, which a HEAD cannot; and what is needed later is allowed now.
        try {
            var unused = list(config.objectPrefix(), Optional.empty(), 1, timeout);
            return true;
        } catch (software.amazon.awssdk.services.s3.model.S3Exception refused) {
            if (Failure.code(refused).equals("NoSuchBucket")) {
                return false;
            }
            throw refused;
        }
    }

    void create(Duration timeout) {
        var unused =
                client.createBucket(request -> request.bucket(name).overrideConfiguration(override(true, timeout)));
    }

    void close() {
        client.close();
    }

    private Fetched read(GetObjectResponse response, AbortableInputStream in) throws IOException {
        int bound = config.maxRecordBytes() + ObjectFormat.OVERHEAD_BYTES;
        long length = Optional.ofNullable(response.contentLength()).orElse(-1L);
        Optional<byte[]> body = Optional.empty();
        if (length <= bound) {
            byte[] bytes = in.readNBytes(bound + 1);
            body = bytes.length <= bound ? Optional.of(bytes) : body;
        }
        if (body.isEmpty()) {
            // The rest of a body that nobody wants.
            in.abort();
        }
        return new Fetched(
                ETags.bare(String.valueOf(response.eTag())),
                body,
                Optional.ofNullable(response.contentEncoding()),
                length);
    }

    private AwsRequestOverrideConfiguration override(boolean strong, Duration timeout) {
        AwsRequestOverrideConfiguration.Builder override =
                AwsRequestOverrideConfiguration.builder().apiCallTimeout(timeout);
        if (strong && config.tigrisConsistent()) {
            override.putHeader("x-tigris-consistent", "true");
        }
        return override.build();
    }
}
