package io.durableserver.backend.s3;

import static io.durableserver.backend.s3.TestNode.TIMEOUT;
import static io.durableserver.backend.s3.TestNode.await;
import static io.durableserver.backend.s3.TestNode.bytes;
import static io.durableserver.backend.s3.TestNode.createRecord;
import static io.durableserver.backend.s3.TestNode.read;
import static io.durableserver.backend.s3.TestNode.stored;
import static io.durableserver.backend.s3.TestNode.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.durableserver.NotAppliedException;
import io.durableserver.s3test.Answer;
import io.durableserver.s3test.Lie;
import io.durableserver.s3test.LyingProxy;
import io.durableserver.s3test.Operation;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.s3test.SeenRequest;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** What stands between loses headers, adds them, and unpacks bodies; the record is what it was, or is not told. */
class S3EncodingIT {
    private static final String RECORD = "{\"text\":\"" + "abc".repeat(1_000) + "\"}";

    private final TestNode node = new TestNode();
    private final S3TestServer server = S3TestServer.builder().start();
    private final LyingProxy proxy = LyingProxy.before(server.endpoint(), this::lie);
    private volatile UnaryOperator<Answer> change = UnaryOperator.identity();

    private Lie lie(SeenRequest request) {
        return request.operation() == Operation.GET ? new Lie.Changed(change) : new Lie.None();
    }

    @AfterEach
    void close() {
        proxy.close();
        server.close();
        node.close();
    }

    private S3Config config(S3Compression compression) {
        return TestNode.on(server)
                .endpoint(proxy.endpoint())
                .compression(compression)
                .tuning(TestNode.tuning().compressAboveBytes(0).cacheBytes(0).build())
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void aRecordIsTheSameWhateverAHeaderSaysOfIt(S3Compression compression) {
        Backend backend = node.ready(config(compression));
        Version version = stored(createRecord(backend, "k", RECORD));
        for (String header : new String[] {"", "gzip", "zstd", "br", "identity", "aws-chunked"}) {
            change = answer ->
                    header.isEmpty() ? answer.without("Content-Encoding") : answer.with("Content-Encoding", header);
            assertThat(read(backend, "k")).as(header).isInstanceOfSatisfying(ReadResult.Found.class, found -> {
                assertThat(text(found.record())).isEqualTo(RECORD);
                assertThat(found.version()).isEqualTo(version);
            });
        }
        backend.close();
    }

    @ParameterizedTest
    @EnumSource
    void aStoreWithoutTheHeaderIsReady(S3Compression compression) {
        change = answer -> answer.without("Content-Encoding");
        Backend backend = node.ready(config(compression));
        stored(createRecord(backend, "k", RECORD));
        backend.close();
    }

    /** A record of any bytes, such as a caller of the backend may have. */
    @ParameterizedTest
    @ValueSource(ints = {0x1f8b, 0x28b5})
    void aRecordThatBeginsLikeACompressedOneIsKeptAsItIs(int start) {
        Backend backend = node.ready(config(S3Compression.NONE));
        byte[] record = {(byte) (start >> 8), (byte) start, 0x2f, (byte) 0xfd, 7, 7, 7};
        stored(await(backend.create("k", record, TIMEOUT)));
        assertThat(read(backend, "k"))
                .isInstanceOfSatisfying(
                        ReadResult.Found.class,
                        found -> assertThat(found.record()).isEqualTo(record));
        backend.close();
    }

    /** As an operator puts a record back with another tool. */
    @Test
    void aPackedRecordWithoutATrailerIsHandedUpUnpackedWithTheHeaderOrWithout() {
        Backend backend = node.ready(config(S3Compression.NONE));
        byte[] packed = Encoding.encode(bytes(RECORD), S3Compression.GZIP, 0).bytes();
        try (S3Client raw = Clients.of(config(S3Compression.NONE))) {
            raw.putObject(
                    request -> request.bucket(TestNode.BUCKET).key("with").contentEncoding("gzip"),
                    RequestBody.fromBytes(packed));
            raw.putObject(request -> request.bucket(TestNode.BUCKET).key("without"), RequestBody.fromBytes(packed));
        }
        for (String key : new String[] {"with", "without"}) {
            assertThat(read(backend, key))
                    .isInstanceOfSatisfying(
                            ReadResult.Found.class,
                            found -> assertThat(text(found.record())).isEqualTo(RECORD));
        }
        backend.close();
    }

    /** Each read of a packed record would be one of other bytes than those the store names. */
    @Test
    void whereSomethingUnpacksBodiesTheOpeningSaysSo() {
        change = S3EncodingIT::unpacked;
        Backend backend = node.open(config(S3Compression.GZIP));
        assertThatThrownBy(() -> backend.ready().toCompletableFuture().join())
                .cause()
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        refused -> assertThat(refused.context().get("problem")).contains("unpacks"));
        backend.close();
    }

    private static Answer unpacked(Answer answer) {
        try {
            return answer.withBody(Encoding.decode(answer.body(), 1 << 20)).without("Content-Encoding");
        } catch (IOException damaged) {
            throw new UncheckedIOException(damaged);
        }
    }
}
