package io.durableserver.backend.s3;

import static io.durableserver.backend.s3.TestNode.TIMEOUT;
import static io.durableserver.backend.s3.TestNode.await;
import static io.durableserver.backend.s3.TestNode.createRecord;
import static io.durableserver.backend.s3.TestNode.read;
import static io.durableserver.backend.s3.TestNode.replace;
import static io.durableserver.backend.s3.TestNode.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.s3test.Fault;
import io.durableserver.s3test.Operation;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keeps a backend from starting is said, and tried again. */
class S3OpeningIT {
    private static final String SECRET = Secrets.of("wrong");

    private final TestNode node = new TestNode();
    private final S3TestServer server =
            S3TestServer.builder().bucket("existing").start();

    @AfterEach
    void close() {
        server.close();
        node.close();
    }

    @Test
    void aStoreThatIgnoresConditionsOfWritesIsRefused() {
        server.faults().ignorePutConditions(true);
        Backend backend = node.open(TestNode.on(server).build());
        assertThat(failure(backend))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("would lose data")
                .hasMessageContaining("If-None-Match");
        assertThat(createRecord(backend, "k", "one")).isInstanceOf(WriteResult.NotApplied.class);
        backend.close();
    }

    @Test
    void aStoreThatComparesQuotesGetsBareETags() {
        server.faults().refuseQuotedETags(true);
        Backend backend = node.ready(TestNode.on(server).build());
        Version version = stored(createRecord(backend, "k", "one"));
        stored(replace(backend, "k", "two", version));
        backend.close();
    }

    @Test
    void whereADeleteIgnoresItsConditionTombstonesStayAndAreNotSeen() {
        server.faults().ignoreDeleteConditions(true);
        Backend backend = node.ready(TestNode.on(server).build());
        Version first = stored(createRecord(backend, "k", "one"));
        Version second = stored(replace(backend, "k", "two", first));
        assertThat(await(backend.delete("k", first, TIMEOUT))).isInstanceOf(WriteResult.Conflict.class);
        stored(await(backend.delete("k", second, TIMEOUT)));
        assertThat(read(backend, "k")).isInstanceOf(ReadResult.Absent.class);
        assertThat(await(backend.list(PageRequest.keys("k", 10), TIMEOUT)).entries())
                .isEmpty();
        assertThat(await(backend.delete("k", second, TIMEOUT))).isInstanceOf(WriteResult.Conflict.class);
        assertThat(stored(createRecord(backend, "k", "one"))).isNotIn(first, second);
        backend.close();
    }

    @Test
    void wrongCredentialsAreNamedButNotShown() {
        try (S3TestServer strict = S3TestServer.builder()
                .credentials("key", Secrets.of("right"))
                .bucket(TestNode.BUCKET)
                .start()) {
            Backend backend = node.open(TestNode.on(strict)
                    .credentials(S3Credentials.of("key", SECRET))
                    .build());
            Throwable failure = failure(backend);
            assertThat(failure)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("s3.credentials")
                    .hasMessageContaining("SignatureDoesNotMatch");
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                assertThat(cause.toString()).doesNotContain(SECRET);
            }
            backend.close();
        }
    }

    @Test
    void aMissingBucketIsNamedAndFoundWhenItIsThere() {
        Backend backend = node.open(TestNode.on(server).createBucket(false).build());
        assertThat(failure(backend))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("s3.createBucket")
                .hasMessageContaining(TestNode.BUCKET);
        node.ready(TestNode.on(server).build()).close();
        Awaitility.await().untilAsserted(() -> stored(createRecord(backend, "k", "one")));
        backend.close();
    }

    @Test
    void aBucketThatExistsIsUsed() {
        Backend backend = node.ready(
                TestNode.on(server).bucket("existing").createBucket(false).build());
        stored(createRecord(backend, "k", "one"));
        backend.close();
    }

    @Test
    void anEndpointThatIsDownIsWaitedFor() {
        server.goDown();
        Backend backend = node.open(TestNode.on(server).build());
        assertThat(failure(backend))
                .isInstanceOf(NotAppliedException.class)
                .hasMessageContaining("s3.endpoint")
                .hasMessageContaining(server.endpoint().toString());
        WriteResult early = createRecord(backend, "k", "one");
        assertThat(((WriteResult.NotApplied) early).retryable()).isTrue();
        server.comeUp();
        Awaitility.await().untilAsserted(() -> stored(createRecord(backend, "k", "one")));
        await(backend.ready());
        backend.close();
    }

    @ParameterizedTest
    @CsvSource({
        "301, PermanentRedirect, s3.region",
        "400, AuthorizationHeaderMalformed, s3.region",
        "403, RequestTimeTooSkewed, clock",
        "403, AccessDenied, s3.credentials",
        "501, NotImplemented, cannot keep records"
    })
    void refusalsSayWhatToFix(int status, String code, String advice) {
        server.faults().next(Operation.LIST, 100, new Fault.Refuse(status, code));
        Backend backend = node.open(TestNode.on(server).build());
        Throwable failure = failure(backend);
        assertThat(failure)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(advice)
                .hasMessageContaining(code);
        assertThat(((DurableServerException) failure).context()).containsEntry("bucket", TestNode.BUCKET);
        backend.close();
    }

    @Test
    void aClosedBackendIsNeverReady() {
        server.goDown();
        Backend backend = node.open(TestNode.on(server).build());
        backend.close();
        assertThat(failure(backend)).isInstanceOf(NotAppliedException.class);
    }

    private static Throwable failure(Backend backend) {
        try {
            backend.ready().toCompletableFuture().join();
        } catch (CompletionException failed) {
            return Objects.requireNonNull(failed.getCause());
        }
        throw new AssertionError("ready");
    }
}
