package io.durableserver.s3test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What the server adds to S3Proxy: atomic conditions, keys that are prefixes, and faults. */
class S3TestServerIT {
    private static final String BUCKET = "bucket";
    private static final int RACERS = 16;

    private final S3TestServer server =
            S3TestServer.builder().credentials("key", "secret").bucket(BUCKET).start();
    private S3Client client;

    @BeforeEach
    void connect() {
        client = client("secret");
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void oneOfManyConditionalWritesAndDeletesWins() throws Exception {
        String eTag = put("k", "start", null);
        ExecutorService threads = Executors.newFixedThreadPool(RACERS);
        try {
            for (int round = 0; round < 20; round++) {
                String expected = eTag;
                List<Future<Boolean>> racers = new ArrayList<>();
                for (int i = 0; i < RACERS; i++) {
                    int racer = i;
                    // Equal bytes have equal ETags: the next round must not be won twice.
                    String body = "by " + racer + " in round " + round;
                    racers.add(threads.submit(() -> racer == 0
                            ? succeeds(() -> client.deleteObject(
                                    request -> request.bucket(BUCKET).key("k").ifMatch(expected)))
                            : succeeds(() -> put("k", body, expected))));
                }
                int winners = 0;
                for (Future<Boolean> racer : racers) {
                    winners += racer.get() ? 1 : 0;
                }
                boolean gone = keys("k").isEmpty();
                assertThat(winners).as("round %d", round).isEqualTo(1);
                eTag = gone ? put("k", "again " + round, null) : head("k");
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aKeyMayBeThePrefixOfAnother() {
        for (String key : List.of("a", "a/b", "a/b/c", "ab")) {
            put(key, key, null);
        }
        assertThat(keys("a")).containsExactlyInAnyOrder("a", "a/b", "a/b/c", "ab");
        assertThat(keys("a/")).containsExactlyInAnyOrder("a/b", "a/b/c");
        assertThat(client.listObjectsV2Paginator(
                                request -> request.bucket(BUCKET).prefix("a").maxKeys(1))
                        .contents())
                .extracting(S3Object::key)
                .containsExactlyInAnyOrder("a", "a/b", "a/b/c", "ab");
    }

    @Test
    void faultsHappenBeforeOrAfterTheEffect() {
        server.faults().next(Operation.PUT, 1, Fault.slowDown());
        assertThatThrownBy(() -> put("before", "x", null)).isInstanceOfSatisfying(S3Exception.class, refused -> {
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("SlowDown");
        });
        server.faults().next(Operation.PUT, 1, new Fault.Drop());
        assertThatThrownBy(() -> put("before", "x", null)).isInstanceOf(SdkClientException.class);
        server.faults().next(Operation.PUT, 1, new Fault.LoseAnswer());
        assertThatThrownBy(() -> put("after-1", "x", null)).isInstanceOf(SdkClientException.class);
        server.faults().next(Operation.PUT, 1, new Fault.LieAfter(500, "InternalError"));
        assertThatThrownBy(() -> put("after-2", "x", null)).isInstanceOf(S3Exception.class);
        assertThat(keys("")).containsExactlyInAnyOrder("after-1", "after-2");
    }

    @Test
    void requestsAreCounted() {
        Counts start = server.requests().counts();
        String eTag = put("k", "twelve bytes", null);
        client.getObjectAsBytes(request -> request.bucket(BUCKET).key("k"));
        assertThatThrownBy(() -> client.getObjectAsBytes(
                request -> request.bucket(BUCKET).key("k").ifNoneMatch(eTag)));
        keys("");
        Counts spent = server.requests().counts().since(start);
        assertThat(spent.put()).isEqualTo(1);
        assertThat(spent.get()).isEqualTo(2);
        assertThat(spent.notModified()).isEqualTo(1);
        assertThat(spent.list()).isEqualTo(1);
        assertThat(spent.total()).isEqualTo(4);
        assertThat(spent.bytesIn()).isEqualTo(12);
        assertThat(spent.bytesOut()).isGreaterThan(12);
    }

    @Test
    void aServerThatWasDownHasItsObjectsOnTheSamePort() {
        put("k", "x", null);
        server.goDown();
        assertThatThrownBy(() -> put("k2", "x", null)).isInstanceOf(SdkClientException.class);
        server.comeUp();
        assertThat(keys("")).containsExactly("k");
    }

    @Test
    void signaturesAreChecked() {
        try (S3Client wrong = client("wrong")) {
            assertThatThrownBy(() -> wrong.listObjectsV2(request -> request.bucket(BUCKET)))
                    .isInstanceOfSatisfying(
                            S3Exception.class,
                            refused -> assertThat(refused.awsErrorDetails().errorCode())
                                    .isEqualTo("SignatureDoesNotMatch"));
        }
    }

    @Test
    void aDelayedRequestIsAnsweredAllTheSame() {
        server.faults().latency(Duration.ofMillis(20));
        put("k", "x", null);
        assertThat(keys("")).containsExactly("k");
    }

    @Test
    void onlyAServerThatIsToldSoListensOnAllAddresses() throws IOException {
        String other = "127.0.0.2";
        Assumptions.assumeTrue(isOurs(other), "no second loopback address: add 127.0.0.2 to the loopback interface");
        try (S3TestServer everywhere =
                        S3TestServer.of(List.of("*:0", BUCKET), Map.of()).start();
                S3Client there = client(at(other, everywhere), "any")) {
            assertThat(there.listBuckets().buckets()).extracting(Bucket::name).containsExactly(BUCKET);
        }
        assertThatThrownBy(() -> new Socket(other, server.endpoint().getPort()).close())
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void aServerFromTheCommandLineTakesItsKeyPairFromTheEnvironment() {
        Map<String, String> environment = Map.of("S3_ACCESS_KEY", "key", "S3_SECRET_KEY", "another");
        try (S3TestServer locked =
                        S3TestServer.of(List.of("0", BUCKET), environment).start();
                S3Client right = client(locked.endpoint(), "another");
                S3Client wrong = client(locked.endpoint(), "secret")) {
            assertThat(right.listBuckets().buckets()).extracting(Bucket::name).containsExactly(BUCKET);
            assertThatThrownBy(wrong::listBuckets).isInstanceOf(S3Exception.class);
        }
    }

    private static boolean isOurs(String address) {
        try (ServerSocket bound = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            return bound.isBound();
        } catch (IOException notOurs) {
            return false;
        }
    }

    private static URI at(String host, S3TestServer server) {
        return URI.create("http://" + host + ":" + server.endpoint().getPort());
    }

    private static boolean succeeds(Runnable request) {
        try {
            request.run();
            return true;
        } catch (S3Exception refused) {
            assertThat(refused.statusCode()).isIn(404, 412);
            return false;
        }
    }

    private String put(String key, String body, @Nullable String ifMatch) {
        return client.putObject(
                        request -> request.bucket(BUCKET).key(key).ifMatch(ifMatch), RequestBody.fromString(body))
                .eTag();
    }

    private String head(String key) {
        return client.headObject(request -> request.bucket(BUCKET).key(key)).eTag();
    }

    private List<String> keys(String prefix) {
        return client.listObjectsV2(request -> request.bucket(BUCKET).prefix(prefix)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    private S3Client client(String secret) {
        return client(server.endpoint(), secret);
    }

    private static S3Client client(URI endpoint, String secret) {
        return S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", secret)))
                .serviceConfiguration(configuration -> configuration.chunkedEncodingEnabled(false))
                .overrideConfiguration(override -> override.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build();
    }
}
