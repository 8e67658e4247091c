package io.durableserver.backend.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ServiceClientConfiguration;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A store in memory whose ETags say nothing of bodies, as where S3 encrypts with keys of its own. Any text is a key. */
final class OpaqueStore implements S3Client {
    private final Map<String, Stored> objects = new TreeMap<>();
    private final boolean echoes;
    private int versions;
    volatile boolean saysLengths = true;
    /** What keys the store takes for the same. */
    volatile UnaryOperator<String> folds = key -> key;
    /** A 404 has no code. */
    volatile boolean silent;

    /** What becomes of the next writes; empty: the truth. */
    volatile Function<PutObjectRequest, Optional<PutObjectResponse>> insteadOfPut = request -> Optional.empty();

    /** Happens before the next write; or between its twin and it. */
    volatile Optional<Runnable> meanwhile = Optional.empty();

    volatile boolean twice;

    volatile boolean bare304 = false;
    volatile int deletesThatFail = 0;
    volatile int gets = 0;
    volatile int puts = 0;

    /** With {@code echoes} the answer to a write repeats its checksum. */
    OpaqueStore(boolean echoes) {
        this.echoes = echoes;
    }

    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    private record Stored(String eTag, byte[] body, Optional<String> encoding) {}

    synchronized String hold(String key, byte[] body, Optional<String> encoding) {
        String eTag = "v" + ++versions;
        objects.put(folds.apply(key), new Stored(eTag, body, encoding));
        return eTag;
    }

    synchronized Optional<String> eTag(String key) {
        return Optional.ofNullable(objects.get(key)).map(Stored::eTag);
    }

    @Override
    public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
        Optional<Runnable> action = meanwhile;
        meanwhile = Optional.empty();
        if (action.isPresent() && twice) {
            var unused = write(request, body);
        }
        action.ifPresent(Runnable::run);
        return write(request, body);
    }

    private synchronized PutObjectResponse write(PutObjectRequest request, RequestBody body) {
        puts++;
        Optional<PutObjectResponse> instead = insteadOfPut.apply(request);
        if (instead.isPresent()) {
            return instead.orElseThrow();
        }
        Stored there = objects.get(folds.apply(request.key()));
        boolean refused = request.ifNoneMatch() != null ? there != null : !matches(there, request.ifMatch());
        if (refused) {
            throw failure(412, "PreconditionFailed", Optional.empty());
        }
        String eTag = hold(request.key(), bytes(body), Optional.ofNullable(request.contentEncoding()));
        return put(eTag, echoes ? request.checksumCRC32C() : null);
    }

    static PutObjectResponse put(String eTag, @Nullable String checksum) {
        return (PutObjectResponse) PutObjectResponse.builder()
                .eTag('"' + eTag + '"')
                .checksumCRC32C(checksum)
                .sdkHttpResponse(ok())
                .build();
    }

    @Override
    public synchronized <T> T getObject(
            GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> transformer) {
        gets++;
        Stored there = objects.get(folds.apply(request.key()));
        if (request.ifNoneMatch() != null && bare304) {
            throw failure(304, "", Optional.empty());
        }
        if (there == null) {
            throw failure(404, silent ? "" : "NoSuchKey", Optional.empty());
        }
        if (request.ifNoneMatch() != null && matches(there, request.ifNoneMatch())) {
            throw failure(304, "", Optional.of(there.eTag()));
        }
        GetObjectResponse answer = (GetObjectResponse) GetObjectResponse.builder()
                .eTag('"' + there.eTag() + '"')
                .contentLength(saysLengths ? (long) there.body().length : null)
                .contentEncoding(there.encoding().orElse(null))
                .sdkHttpResponse(ok())
                .build();
        try {
            return transformer.transform(answer, AbortableInputStream.create(new ByteArrayInputStream(there.body())));
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public synchronized DeleteObjectResponse deleteObject(DeleteObjectRequest request) {
        if (deletesThatFail > 0) {
            deletesThatFail--;
            throw failure(500, "InternalError", Optional.empty());
        }
        Stored there = objects.get(request.key());
        if (there != null && request.ifMatch() != null && !matches(there, request.ifMatch())) {
            throw failure(412, "PreconditionFailed", Optional.empty());
        }
        objects.remove(request.key());
        return DeleteObjectResponse.builder().build();
    }

    @Override
    public synchronized ListObjectsV2Response listObjectsV2(ListObjectsV2Request request) {
        String after = request.continuationToken() == null ? "" : request.continuationToken();
        List<S3Object> all = new ArrayList<>();
        objects.forEach((key, object) -> {
            if (key.startsWith(request.prefix()) && key.compareTo(after) > 0) {
                all.add(S3Object.builder()
                        .key(key)
                        .eTag('"' + object.eTag() + '"')
                        .size((long) object.body().length)
                        .build());
            }
        });
        boolean more = all.size() > request.maxKeys();
        List<S3Object> page = more ? all.subList(0, request.maxKeys()) : all;
        return (ListObjectsV2Response) ListObjectsV2Response.builder()
                .name(request.bucket())
                .prefix(request.prefix())
                .continuationToken(request.continuationToken())
                .isTruncated(more)
                .nextContinuationToken(more ? page.get(page.size() - 1).key() : null)
                .contents(page)
                .sdkHttpResponse(ok())
                .build();
    }

    @Override
    public S3ServiceClientConfiguration serviceClientConfiguration() {
        return S3ServiceClientConfiguration.builder().build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    private static boolean matches(@Nullable Stored there, @Nullable String condition) {
        return there != null && condition != null && condition.equals('"' + there.eTag() + '"');
    }

    private static SdkHttpResponse ok() {
        return SdkHttpResponse.builder().statusCode(200).build();
    }

    static S3Exception failure(int status, String code, Optional<String> eTag) {
        SdkHttpResponse.Builder answer = SdkHttpResponse.builder().statusCode(status);
        eTag.ifPresent(value -> answer.putHeader("ETag", '"' + value + '"'));
        return (S3Exception) S3Exception.builder()
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .sdkHttpResponse(answer.build())
                        .build())
                .build();
    }

    private static byte[] bytes(RequestBody body) {
        try (InputStream in = body.contentStreamProvider().newStream()) {
            return in.readAllBytes();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
