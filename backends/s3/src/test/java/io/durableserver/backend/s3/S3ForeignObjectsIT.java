package io.durableserver.backend.s3;

import static io.durableserver.backend.s3.TestNode.TIMEOUT;
import static io.durableserver.backend.s3.TestNode.await;
import static io.durableserver.backend.s3.TestNode.bytes;
import static io.durableserver.backend.s3.TestNode.createRecord;
import static io.durableserver.backend.s3.TestNode.read;
import static io.durableserver.backend.s3.TestNode.record;
import static io.durableserver.backend.s3.TestNode.replace;
import static io.durableserver.backend.s3.TestNode.stored;
import static io.durableserver.backend.s3.TestNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.NotAppliedException;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.WriteResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Objects as other tools see and write them. */
class S3ForeignObjectsIT {
    private final TestNode node = new TestNode();
    private final S3TestServer server = S3TestServer.builder().start();
    private S3Client raw;
    private Backend backend;

    @BeforeEach
    void open() {
        S3Config config = TestNode.on(server)
                .tuning(TestNode.tuning().maxRecordBytes(64 << 10).build())
                .objectPrefix("app/")
                .build();
        backend = node.ready(config);
        raw = Clients.of(config);
    }

    @AfterEach
    void close() {
        backend.close();
        raw.close();
        server.close();
        node.close();
    }

    @Test
    void anObjectIsReadableWithAnyClient() {
        stored(createRecord(backend, "k", "{\"count\":7}"));
        String[] lines = body("app/k").split("\n");
        assertThat(lines).hasSize(2);
        assertThat(lines[0]).isEqualTo("{\"count\":7}");
        assertThat(lines[1]).startsWith("{\"object\":1,\"nonce\":").endsWith("}");
    }

    @Test
    void anotherApplicationsObjectIsHandedUpAsItIsAndNeverWrittenOverBlindly() {
        put("app/k", "somebody's notes");
        ReadResult.Found found = (ReadResult.Found) read(backend, "k");
        assertThat(text(found.record())).isEqualTo("somebody's notes");
        assertThat(createRecord(backend, "k", "ours")).isInstanceOf(WriteResult.Conflict.class);
        assertThat(body("app/k")).isEqualTo("somebody's notes");
        stored(replace(backend, "k", "ours", found.version()));
    }

    @Test
    void aDamagedObjectIsNeverTakenForARecord() {
        stored(createRecord(backend, "k", "{\"count\":7}"));
        put("app/k", body("app/k").replace("7", "8"));
        NotAppliedException cause = refused("k");
        assertThat(cause.reason()).isEqualTo(NotAppliedException.Reason.RECORD_CORRUPT);
        assertThat(cause.context()).containsEntry("key", "k");
    }

    @Test
    void anObjectOfANewerReleaseIsLeftAlone() {
        put("app/k", "?\n{\"object\":2}\n");
        assertThat(refused("k").reason()).isEqualTo(NotAppliedException.Reason.RECORD_NEWER);
    }

    @Test
    void anObjectOverTheLimitIsNotLoaded() {
        put("app/k", "x".repeat(100 << 10));
        assertThat(refused("k").reason()).isEqualTo(NotAppliedException.Reason.STATE_TOO_LARGE);
        assertThat(createRecord(backend, "big", "x".repeat(65 << 10))).isInstanceOf(WriteResult.NotApplied.class);
    }

    @Test
    void aSmallObjectThatExpandsWithoutEndIsNotLoaded() {
        byte[] zeros = new byte[1 << 20];
        Encoding.Encoded bomb = Encoding.encode(zeros, S3Compression.GZIP, 0);
        raw.putObject(
                request -> request.bucket(TestNode.BUCKET).key("app/k").contentEncoding("gzip"),
                RequestBody.fromBytes(bomb.bytes()));
        assertThat(refused("k").reason()).isEqualTo(NotAppliedException.Reason.RECORD_CORRUPT);
    }

    @ParameterizedTest
    @EnumSource(S3Compression.class)
    void everyCompressionIsReadWhateverIsConfigured(S3Compression compression) {
        Backend writer = node.ready(TestNode.on(server)
                .objectPrefix("app/")
                .compression(compression)
                .build());
        String long1 = "{\"text\":\"" + "abc".repeat(10_000) + "\"}";
        stored(createRecord(writer, "long", long1));
        stored(createRecord(writer, "short", "{}"));
        assertThat(record(backend, "long")).isEqualTo(long1);
        assertThat(record(backend, "short")).isEqualTo("{}");
        long size = raw.headObject(request -> request.bucket(TestNode.BUCKET).key("app/long"))
                .contentLength();
        assertThat(size < 1_000).isEqualTo(compression != S3Compression.NONE);
        writer.close();
    }

    @Test
    void aForeignObjectIsListedLikeAnyOther() {
        put("app/p/foreign", "x".repeat(ObjectFormat.TOMBSTONE_BYTES));
        stored(createRecord(backend, "p/ours", "one"));
        assertThat(await(backend.list(PageRequest.keys("p/", 10), TIMEOUT)).entries())
                .extracting(Backend.Listed::key)
                .containsExactlyInAnyOrder("p/foreign", "p/ours");
    }

    private NotAppliedException refused(String key) {
        ReadResult.Failed failed = (ReadResult.Failed) read(backend, key);
        assertThat(failed.retryable()).isFalse();
        return (NotAppliedException) failed.cause();
    }

    private void put(String object, String body) {
        raw.putObject(request -> request.bucket(TestNode.BUCKET).key(object), RequestBody.fromBytes(bytes(body)));
    }

    private String body(String object) {
        return raw.getObjectAsBytes(request -> request.bucket(TestNode.BUCKET).key(object))
                .asUtf8String();
    }
}
