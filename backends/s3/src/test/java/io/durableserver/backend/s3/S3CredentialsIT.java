package io.durableserver.backend.s3;

import static io.durableserver.backend.s3.TestNode.TIMEOUT;
import static io.durableserver.backend.s3.TestNode.await;
import static io.durableserver.backend.s3.TestNode.createRecord;
import static io.durableserver.backend.s3.TestNode.read;
import static io.durableserver.backend.s3.TestNode.record;
import static io.durableserver.backend.s3.TestNode.replace;
import static io.durableserver.backend.s3.TestNode.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.NotAppliedException;
import io.durableserver.s3test.Counts;
import io.durableserver.s3test.Fault;
import io.durableserver.s3test.Operation;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** Credentials that cannot be had: nothing was sent, it is said, and they come back. */
class S3CredentialsIT {
    private static final String SECRET = Secrets.of("credentials");

    private final TestNode node = new TestNode();
    private final S3TestServer server = S3TestServer.builder()
            .credentials("key", SECRET)
            .bucket(TestNode.BUCKET)
            .start();
    private volatile Optional<Supplier<RuntimeException>> failure = Optional.empty();
    private Backend backend;

    private final class Provider implements AwsCredentialsProvider {
        @Override
        public AwsCredentials resolveCredentials() {
            failure.ifPresent(fails -> {
                throw fails.get();
            });
            return AwsBasicCredentials.create("key", SECRET);
        }
    }

    @BeforeEach
    void open() {
        backend = node.ready(S3Config.builder()
                .bucket(TestNode.BUCKET)
                .endpoint(server.endpoint())
                .dialect(S3Dialect.MINIO)
                .client(client -> client.credentialsProvider(new Provider()))
                .build());
    }

    @AfterEach
    void close() {
        backend.close();
        server.close();
        node.close();
    }

    /** What was seen of metadata services, SSO, STS, token files and providers of applications. */
    static List<Supplier<RuntimeException>> failures() {
        return List.of(
                () -> SdkClientException.create("Failed to load credentials from IMDS"),
                () -> SdkClientException.create("Unable to load credentials from any of the providers in the chain"),
                () -> service(404, "ResourceNotFoundException"),
                () -> service(404, "NoSuchKey"),
                () -> service(400, "ExpiredTokenException"),
                () -> service(412, "PreconditionFailed"),
                () -> service(500, "InternalError"),
                () -> NoSuchKeyException.builder()
                        .statusCode(404)
                        .awsErrorDetails(
                                AwsErrorDetails.builder().errorCode("NoSuchKey").build())
                        .build(),
                () -> new IllegalStateException("closed"),
                () -> new UncheckedIOException(new NoSuchFileException("/var/run/token")));
    }

    private static RuntimeException service(int status, String code) {
        return AwsServiceException.builder()
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
                .build();
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failingCredentialsAreNeverTheStoresAnswer(Supplier<RuntimeException> fails) {
        Version version = stored(createRecord(backend, "k", "one"));
        failure = Optional.of(fails);
        Counts before = server.requests().counts();
        for (WriteResult result : List.of(
                createRecord(backend, "new", "one"),
                replace(backend, "k", "two", version),
                await(backend.delete("k", version, TIMEOUT)))) {
            assertThat(result).isInstanceOfSatisfying(WriteResult.NotApplied.class, refused -> {
                assertThat(refused.retryable()).isTrue();
                assertNames(refused.cause());
            });
        }
        assertThat(read(backend, "k")).isInstanceOfSatisfying(ReadResult.Failed.class, failed -> {
            assertThat(failed.retryable()).isTrue();
            assertNames(failed.cause());
        });
        assertThatThrownBy(() -> backend.list(PageRequest.keys("", 10), TIMEOUT)
                        .toCompletableFuture()
                        .join())
                .cause()
                .satisfies(S3CredentialsIT::assertNames);
        assertThat(server.requests().counts().since(before).total()).isZero();
        failure = Optional.empty();
        assertThat(record(backend, "k")).isEqualTo("one");
        stored(replace(backend, "k", "two", version));
    }

    private static void assertNames(Throwable cause) {
        assertThat(cause)
                .isInstanceOf(NotAppliedException.class)
                .hasMessageContaining("s3.credentials")
                .hasMessageContaining("nothing was sent");
        Stream.iterate(cause, one -> one != null, Throwable::getCause)
                .forEach(one -> assertThat(String.valueOf(one)).doesNotContain(SECRET));
    }

    @Test
    void anExpiredTokenIsTriedAgainWithTheNextOne() {
        server.faults()
                .next(Operation.PUT, 1, new Fault.Refuse(400, "ExpiredToken"))
                .next(Operation.PUT, 1, new Fault.Refuse(400, "InvalidToken"))
                .next(Operation.PUT, 1, new Fault.Refuse(400, "TokenRefreshRequired"));
        stored(createRecord(backend, "k", "one"));
    }

    @Test
    void aProviderThatInterruptsItsThreadEndsItsRequestOnly() {
        failure = Optional.of(() -> {
            Thread.currentThread().interrupt();
            return SdkClientException.create("interrupted");
        });
        assertThat(createRecord(backend, "k", "one")).isInstanceOf(WriteResult.NotApplied.class);
        failure = Optional.empty();
        stored(createRecord(backend, "k", "one"));
    }

    @Test
    void everyStageEndsWhenTheBackendIsClosedWhileItsRequestsPause() {
        failure = Optional.of(() -> SdkClientException.create("none"));
        var write = backend.create("k", TestNode.bytes("one"), Duration.ofMinutes(10));
        var reading = backend.get("k", ReadMode.STRONG, Duration.ofMinutes(10));
        backend.close();
        node.close();
        assertThat(await(write)).isInstanceOf(WriteResult.NotApplied.class);
        assertThat(await(reading)).isInstanceOf(ReadResult.Failed.class);
    }
}
