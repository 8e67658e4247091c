package io.durableserver.backend.s3;

import static io.durableserver.backend.s3.TestNode.await;
import static io.durableserver.backend.s3.TestNode.bytes;
import static io.durableserver.backend.s3.TestNode.createRecord;
import static io.durableserver.backend.s3.TestNode.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.NotAppliedException;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** A provider of credentials that does not come back, or fails with an error: nobody waits for it without end. */
class S3SilentCredentialsIT {
    private final TestNode node = new TestNode();
    private final S3TestServer server =
            S3TestServer.builder().bucket(TestNode.BUCKET).start();
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private volatile boolean silent;
    private volatile Optional<Error> error = Optional.empty();

    private final class Provider implements AwsCredentialsProvider {
        @Override
        public AwsCredentials resolveCredentials() {
            error.ifPresent(thrown -> {
                throw thrown;
            });
            try {
                if (silent) {
                    release.await();
                }
            } catch (InterruptedException closed) {
                interrupted.countDown();
                throw new IllegalStateException(closed);
            }
            return AwsBasicCredentials.create("key", Secrets.of("silent"));
        }
    }

    @AfterEach
    void close() {
        release.countDown();
        server.close();
        node.close();
    }

    private S3Config config() {
        return S3Config.builder()
                .bucket(TestNode.BUCKET)
                .endpoint(server.endpoint())
                .dialect(S3Dialect.MINIO)
                .tuning(S3Tuning.builder()
                        .maxInFlight(16)
                        .connections(2)
                        .attemptTimeout(Duration.ofMillis(400))
                        .build())
                .client(client -> client.credentialsProvider(new Provider()))
                .build();
    }

    @Test
    void anOpeningWhoseProviderIsSilentSaysSoAndEndsWhenItIsClosed() throws Exception {
        silent = true;
        Backend backend = node.open(config());
        assertNames(backend);
        backend.close();
        assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anOpeningWhoseProviderFailsWithAnErrorSaysSoAndGoesOn() {
        error = Optional.of(new StackOverflowError("in the provider"));
        Backend backend = node.open(config());
        assertNames(backend);
        error = Optional.empty();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(createRecord(backend, "k", "one")).isInstanceOf(WriteResult.Stored.class));
        backend.close();
    }

    @Test
    void requestsOfASilentProviderAreNotAppliedAndLoseNoPlace() {
        Backend backend = node.open(config());
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> backend.ready()
                        .handle((done, failure) -> failure == null)
                        .toCompletableFuture()
                        .join());
        silent = true;
        for (int i = 0; i < 20; i++) {
            WriteResult result = await(backend.create("k" + i, bytes("one"), Duration.ofMillis(300)));
            assertThat(result).isInstanceOf(WriteResult.NotApplied.class);
        }
        assertThat(await(backend.create("k", bytes("one"), Duration.ofSeconds(20))))
                .isInstanceOfSatisfying(
                        WriteResult.NotApplied.class,
                        refused -> assertThat(refused.cause())
                                .isInstanceOf(NotAppliedException.class)
                                .hasMessageContaining("s3.credentials"));
        assertThat(await(backend.get("k", ReadMode.STRONG, Duration.ofSeconds(20))))
                .isInstanceOfSatisfying(
                        ReadResult.Failed.class,
                        failed -> assertThat(failed.cause()).hasMessageContaining("s3.credentials"));
        silent = false;
        release.countDown();
        stored(createRecord(backend, "k", "one"));
        backend.close();
    }

    private static void assertNames(Backend backend) {
        assertThatThrownBy(() -> backend.ready()
                        .toCompletableFuture()
                        .orTimeout(60, TimeUnit.SECONDS)
                        .join())
                .cause()
                .isInstanceOf(NotAppliedException.class)
                .hasMessageContaining("s3.credentials");
    }
}
