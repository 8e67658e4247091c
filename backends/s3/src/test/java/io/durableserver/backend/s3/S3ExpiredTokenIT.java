package io.durableserver.backend.s3;

import static io.durableserver.backend.s3.TestNode.createRecord;
import static io.durableserver.backend.s3.TestNode.read;
import static io.durableserver.backend.s3.TestNode.record;
import static io.durableserver.backend.s3.TestNode.replace;
import static io.durableserver.backend.s3.TestNode.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.s3test.Fault;
import io.durableserver.s3test.Operation;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** A token that is over is renewed by whoever made it; one that was given to us stays what it is. */
class S3ExpiredTokenIT {
    private final TestNode node = new TestNode();
    private final S3TestServer server = S3TestServer.builder().start();

    @AfterEach
    void close() {
        server.close();
        node.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ExpiredToken", "InvalidToken", "TokenRefreshRequired"})
    void aFixedTokenThatIsOverIsNotTriedAgain(String code) {
        Backend backend = node.ready(TestNode.on(server).build());
        Version version = stored(createRecord(backend, "k", "one"));
        server.faults()
                .next(Operation.GET, 1, new Fault.Refuse(400, code))
                .next(Operation.PUT, 1, new Fault.Refuse(400, code));
        assertThat(read(backend, "k")).isInstanceOfSatisfying(ReadResult.Failed.class, failed -> {
            assertThat(failed.retryable()).isFalse();
            assertThat(failed.cause()).hasMessageContaining("s3.credentials");
        });
        assertThat(replace(backend, "k", "two", version))
                .isInstanceOfSatisfying(
                        WriteResult.NotApplied.class,
                        refused -> assertThat(refused.retryable()).isFalse());
        backend.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ExpiredToken", "InvalidToken", "TokenRefreshRequired"})
    void aTokenThatIsRenewedIsTriedAgain(String code) {
        AwsCredentialsProvider renewing = () -> AwsBasicCredentials.create("test", Secrets.of("renewed"));
        Backend backend = node.ready(TestNode.on(server)
                .client(client -> client.credentialsProvider(renewing))
                .build());
        Version version = stored(createRecord(backend, "k", "one"));
        server.faults()
                .next(Operation.GET, 1, new Fault.Refuse(400, code))
                .next(Operation.PUT, 1, new Fault.Refuse(400, code));
        assertThat(record(backend, "k")).isEqualTo("one");
        stored(replace(backend, "k", "two", version));
        backend.close();
    }
}
