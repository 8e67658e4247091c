package io.durableserver.backend.s3;

import static io.durableserver.backend.s3.TestNode.createRecord;
import static io.durableserver.backend.s3.TestNode.record;
import static io.durableserver.backend.s3.TestNode.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.s3test.S3TestServer;
import io.durableserver.spi.Backend;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/** An HTTP client of the application's own: whoever made it closes it. */
class HttpClientIT {
    private final TestNode node = new TestNode();
    private final S3TestServer server = S3TestServer.builder().start();
    private final Counting http = new Counting();

    @AfterEach
    void close() {
        node.close();
        server.close();
        http.real.close();
    }

    @Test
    void aClientThatIsHandedOverIsUsedAndLeftOpen() {
        S3Config config =
                TestNode.on(server).client(sdk -> sdk.httpClient(http)).build();
        useOnce(config);
        try (S3Client client = Clients.of(config)) {
            assertThat(client.serviceName()).isEqualTo("s3");
        }
        assertThat(http.closed).hasValue(0);
        // Still good for the next backend.
        useOnce(config);
    }

    @Test
    void aClientThatIsBuiltForABackendIsUsedAndClosedWithIt() {
        useOnce(TestNode.on(server)
                .client(sdk -> sdk.httpClientBuilder(defaults -> http))
                .build());
        Awaitility.await().untilAsserted(() -> assertThat(http.closed).hasValue(1));
    }

    private void useOnce(S3Config config) {
        int before = http.requests.get();
        long served = server.requests().counts().total();
        try (Backend backend = node.ready(config)) {
            String key = "k" + before;
            stored(createRecord(backend, key, "one"));
            assertThat(record(backend, key)).isEqualTo("one");
        }
        assertThat(http.requests.get() - before).isGreaterThan(5);
        // And no other client is.
        Awaitility.await()
                .untilAsserted(() -> assertThat(server.requests().counts().total() - served)
                        .isEqualTo(http.requests.get() - before));
    }

    /** Counts what a real one does. */
    private static final class Counting implements SdkHttpClient {
        final SdkHttpClient real = Apache5HttpClient.create();
        final AtomicInteger requests = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();

        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            requests.incrementAndGet();
            return real.prepareRequest(request);
        }

        @Override
        public String clientName() {
            return "counting";
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }
}
