package io.durableserver.backend.s3;

import static io.durableserver.backend.s3.TestNode.TIMEOUT;
import static io.durableserver.backend.s3.TestNode.await;
import static io.durableserver.backend.s3.TestNode.bytes;
import static io.durableserver.backend.s3.TestNode.createRecord;
import static io.durableserver.backend.s3.TestNode.read;
import static io.durableserver.backend.s3.TestNode.stored;
import static io.durableserver.backend.s3.TestNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.s3test.Answer;
import io.durableserver.s3test.Lie;
import io.durableserver.s3test.LyingProxy;
import io.durableserver.s3test.Operation;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadResult;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A store that repeats the prefix of a listing as it was sent, and encodes the keys, as Ceph RGW does. */
class S3RawPrefixIT {
    private static final Pattern PREFIX = Pattern.compile("<Prefix>([^<]*)</Prefix>");

    private final TestNode node = new TestNode();
    private final S3TestServer server =
            S3TestServer.builder().bucket(TestNode.BUCKET).start();
    private final LyingProxy store = LyingProxy.before(
            server.endpoint(),
            request -> request.operation() == Operation.LIST ? new Lie.Changed(S3RawPrefixIT::raw) : new Lie.None());
    private final S3Config config = TestNode.on(server)
            .endpoint(store.endpoint())
            .tuning(TestNode.tuning().cacheBytes(0).build())
            .build();
    private final Backend backend = node.ready(config);

    @AfterEach
    void close() {
        backend.close();
        store.close();
        server.close();
        node.close();
    }

    private static Answer raw(Answer answer) {
        String page = text(answer.body());
        Matcher prefix = PREFIX.matcher(page);
        if (!prefix.find()) {
            return answer;
        }
        String decoded = URLDecoder.decode(prefix.group(1), StandardCharsets.UTF_8)
                .replace("&", "&amp;")
                .replace("<", "&lt;");
        return answer.withBody(
                bytes(prefix.replaceFirst(Matcher.quoteReplacement("<Prefix>" + decoded + "</Prefix>"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"p", "a+b/", "100%/", "a%2Bb/", "a b&<c/", "\u00e9/", "a%zz"})
    void everyPrefixIsListed(String prefix) {
        stored(createRecord(backend, prefix + "k+%", "one"));
        assertThat(await(backend.list(PageRequest.keys(prefix, 10), TIMEOUT)).entries())
                .extracting(Backend.Listed::key)
                .containsExactly(prefix + "k+%");
    }

    @Test
    void anObjectThatHasToBeLookedUpInAListingIsRead() {
        try (S3Client raw = Clients.of(config)) {
            raw.putObject(
                    request -> request.bucket(TestNode.BUCKET).key("a+b%/k"),
                    RequestBody.fromBytes(bytes("somebody's")));
        }
        assertThat(read(backend, "a+b%/k"))
                .isInstanceOfSatisfying(
                        ReadResult.Found.class,
                        found -> assertThat(text(found.record())).isEqualTo("somebody's"));
    }
}
