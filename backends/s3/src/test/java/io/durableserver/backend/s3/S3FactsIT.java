package io.durableserver.backend.s3;

import static io.durableserver.backend.s3.TestNode.TIMEOUT;
import static io.durableserver.backend.s3.TestNode.await;
import static io.durableserver.backend.s3.TestNode.bytes;
import static io.durableserver.backend.s3.TestNode.createRecord;
import static io.durableserver.backend.s3.TestNode.record;
import static io.durableserver.backend.s3.TestNode.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.s3test.Fault;
import io.durableserver.s3test.Operation;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.WriteResult;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** What the store tells, each kind by what makes it happen. */
class S3FactsIT {
    private static final String SECRET = Secrets.of("facts");

    private final TestNode node = new TestNode();
    private final S3TestServer server =
            S3TestServer.builder().bucket(TestNode.BUCKET).start();

    @AfterEach
    void close() {
        server.close();
        node.close();
    }

    private <E extends StoreEvent> E only(Class<E> kind) {
        assertThat(node.told(kind)).as(kind.getSimpleName()).hasSize(1);
        E event = node.told(kind).get(0);
        assertThat(event.store()).isEqualTo("s3");
        assertThat(event.place()).isEqualTo(TestNode.BUCKET);
        return event;
    }

    @Test
    void aStoreThatThrottlesIsToldOnceForManyRequests() {
        Backend backend = node.ready(TestNode.on(server).build());
        server.faults().next(Operation.PUT, 3, Fault.slowDown());
        for (int i = 0; i < 3; i++) {
            stored(createRecord(backend, "k" + i, "one"));
        }
        assertThat(only(StoreEvent.StoreThrottles.class).requests()).isEqualTo(1);
        backend.close();
    }

    /** In time that is turned by hand. */
    @Test
    void whatWasThrottledMeanwhileIsToldWithTheNext() {
        AtomicLong nanos = new AtomicLong();
        BucketFacts facts = new BucketFacts(TestNode.on(server).build(), node.at(nanos::get));
        facts.throttled();
        facts.throttled();
        nanos.addAndGet(BucketFacts.PAUSE.toNanos() - 1);
        facts.throttled();
        assertThat(node.told(StoreEvent.StoreThrottles.class)).hasSize(1);
        nanos.incrementAndGet();
        facts.throttled();
        assertThat(node.told(StoreEvent.StoreThrottles.class))
                .extracting(StoreEvent.StoreThrottles::requests)
                .containsExactly(1L, 3L);
    }

    @Test
    void missingCredentialsAreToldOnceWithoutASecretAndThatTheyAreBack() {
        boolean[] missing = new boolean[1];
        AwsCredentialsProvider provider = () -> {
            if (missing[0]) {
                throw SdkClientException.create("of " + SECRET);
            }
            return AwsBasicCredentials.create("key", SECRET);
        };
        Backend backend = node.ready(S3Config.builder()
                .bucket(TestNode.BUCKET)
                .endpoint(server.endpoint())
                .dialect(S3Dialect.MINIO)
                .client(client -> client.credentialsProvider(provider))
                .build());
        missing[0] = true;
        for (int i = 0; i < 2; i++) {
            assertThat(createRecord(backend, "k", "one")).isInstanceOf(WriteResult.NotApplied.class);
        }
        StoreEvent.CredentialsMissing told = only(StoreEvent.CredentialsMissing.class);
        assertThat(told.text()).contains("SdkClientException").doesNotContain(SECRET);
        assertThat(told.severity()).isEqualTo(RuntimeEvent.Severity.ERROR);
        assertThat(node.told(StoreEvent.CredentialsBack.class)).isEmpty();
        missing[0] = false;
        stored(createRecord(backend, "k", "one"));
        assertThat(record(backend, "k")).isEqualTo("one");
        only(StoreEvent.CredentialsBack.class);
        backend.close();
    }

    @Test
    void anObjectThatIsNoRecordIsToldWithTheFirstListing() {
        S3Config config = TestNode.on(server).objectPrefix("app/").build();
        Backend backend = node.ready(config);
        try (S3Client raw = Clients.of(config)) {
            raw.putObject(
                    request -> request.bucket(TestNode.BUCKET).key("app/p//b"), RequestBody.fromBytes(bytes("x")));
        }
        for (int i = 0; i < 2; i++) {
            assertThat(await(backend.list(PageRequest.keys("p/", 10), TIMEOUT)).entries())
                    .isEmpty();
        }
        assertThat(only(StoreEvent.StrangeObject.class).object()).isEqualTo("app/p//b");
        backend.close();
    }

    @Test
    void anObjectThatCannotBeDeletedIsTold() {
        Backend backend = node.ready(TestNode.on(server).build());
        var version = stored(createRecord(backend, "k", "one"));
        server.faults().next(Operation.DELETE, 1, Fault.internalError());
        stored(await(backend.delete("k", version, TIMEOUT)));
        Awaitility.await().until(() -> !node.told(StoreEvent.ObjectLeft.class).isEmpty());
        assertThat(only(StoreEvent.ObjectLeft.class).object()).contains("k");
        assertThat(node.told(StoreEvent.ObjectLeft.class))
                .extracting(StoreEvent.ObjectLeft::severity)
                .isEqualTo(List.of(RuntimeEvent.Severity.DEBUG));
        backend.close();
    }
}
