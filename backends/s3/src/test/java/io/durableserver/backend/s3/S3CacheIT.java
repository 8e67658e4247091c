package io.durableserver.backend.s3;

import static io.durableserver.backend.s3.TestNode.TIMEOUT;
import static io.durableserver.backend.s3.TestNode.await;
import static io.durableserver.backend.s3.TestNode.createRecord;
import static io.durableserver.backend.s3.TestNode.read;
import static io.durableserver.backend.s3.TestNode.record;
import static io.durableserver.backend.s3.TestNode.replace;
import static io.durableserver.backend.s3.TestNode.stored;
import static io.durableserver.backend.s3.TestNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.s3test.Counts;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests and bodies, counted at the server. */
class S3CacheIT {
    private final TestNode node = new TestNode();
    private final S3TestServer server = S3TestServer.builder().start();

    @AfterEach
    void close() {
        server.close();
        node.close();
    }

    @Test
    void everyWriteIsOneRequestAndADeleteIsTwo() {
        Backend backend = node.ready(TestNode.on(server).build());
        Counts start = server.requests().counts();
        Version first = stored(createRecord(backend, "k", "one"));
        Version second = stored(replace(backend, "k", "two", first));
        Counts writes = server.requests().counts().since(start);
        assertThat(writes.put()).isEqualTo(2);
        assertThat(writes.total()).isEqualTo(2);
        stored(await(backend.delete("k", second, TIMEOUT)));
        Awaitility.await().untilAsserted(() -> {
            Counts all = server.requests().counts().since(start);
            assertThat(all.put()).isEqualTo(3);
            assertThat(all.delete()).isEqualTo(1);
            assertThat(all.total()).isEqualTo(4);
        });
        backend.close();
    }

    @Test
    void aStrongReadOfAnUnchangedRecordMovesNoBody() {
        Backend backend = node.ready(TestNode.on(server).build());
        stored(createRecord(backend, "k", "x".repeat(100_000)));
        Counts start = server.requests().counts();
        for (int i = 0; i < 3; i++) {
            assertThat(record(backend, "k")).hasSize(100_000);
        }
        Counts spent = server.requests().counts().since(start);
        assertThat(spent.get()).isEqualTo(3);
        assertThat(spent.notModified()).isEqualTo(3);
        assertThat(spent.bytesOut()).isLessThan(1_000);
        backend.close();
    }

    @Test
    void aStrongReadSeesWhatAnotherNodeWrote() {
        Backend backend = node.ready(TestNode.on(server).build());
        Backend other = node.ready(TestNode.on(server).build());
        Version version = stored(createRecord(backend, "k", "one"));
        stored(replace(other, "k", "two", version));
        assertThat(record(backend, "k")).isEqualTo("two");
        backend.close();
        other.close();
    }

    @Test
    void aWeakReadOfARecordSeenLatelyAsksNobody() {
        Backend backend = node.ready(TestNode.on(server).build());
        stored(createRecord(backend, "k", "one"));
        Counts start = server.requests().counts();
        assertThat(weak(backend, "k")).isEqualTo("one");
        assertThat(server.requests().counts().since(start).total()).isZero();
        backend.close();
    }

    @Test
    void aWeakReadOfAnOldRecordAsksAgain() {
        Backend backend = node.ready(TestNode.on(server)
                .tuning(TestNode.tuning().weakReadAge(Duration.ZERO).build())
                .build());
        stored(createRecord(backend, "k", "one"));
        Counts start = server.requests().counts();
        assertThat(weak(backend, "k")).isEqualTo("one");
        assertThat(server.requests().counts().since(start).notModified()).isEqualTo(1);
        backend.close();
    }

    @Test
    void withoutACacheEveryReadMovesTheBody() {
        Backend backend = node.ready(TestNode.on(server)
                .tuning(TestNode.tuning().cacheBytes(0).build())
                .build());
        stored(createRecord(backend, "k", "one"));
        Counts start = server.requests().counts();
        assertThat(weak(backend, "k")).isEqualTo("one");
        assertThat(record(backend, "k")).isEqualTo("one");
        Counts spent = server.requests().counts().since(start);
        assertThat(spent.get()).isEqualTo(2);
        assertThat(spent.notModified()).isZero();
        backend.close();
    }

    @Test
    void aPageOfAListingIsOneRequestAndATombstoneOneMoreOnce() {
        Backend backend = node.ready(TestNode.on(server)
                .dialect(S3Dialect.from(S3Dialect.MINIO)
                        .conditionalDelete(ConditionalDelete.OFF)
                        .build())
                .build());
        for (int i = 0; i < 5; i++) {
            stored(createRecord(backend, "p/" + i, "record"));
        }
        stored(await(backend.delete("p/gone", stored(createRecord(backend, "p/gone", "record")), TIMEOUT)));
        Backend cold = node.ready(TestNode.on(server).build());
        Counts start = server.requests().counts();
        for (int i = 0; i < 2; i++) {
            assertThat(await(cold.list(PageRequest.keys("p/", 100), TIMEOUT)).entries())
                    .hasSize(5);
        }
        Counts spent = server.requests().counts().since(start);
        assertThat(spent.list()).isEqualTo(2);
        assertThat(spent.get()).isEqualTo(1);
        backend.close();
        cold.close();
    }

    @Test
    void strongRequestsCarryTheHeaderOfTigris() {
        Backend backend = node.ready(TestNode.on(server)
                .dialect(S3Dialect.from(S3Dialect.MINIO).tigrisConsistent(true).build())
                .tuning(TestNode.tuning().cacheBytes(0).build())
                .build());
        stored(createRecord(backend, "k", "one"));
        List<Boolean> consistent = new CopyOnWriteArrayList<>();
        server.requests()
                .onRequest(request -> consistent.add(request.consistent().equals(Optional.of("true"))));
        assertThat(record(backend, "k")).isEqualTo("one");
        assertThat(weak(backend, "k")).isEqualTo("one");
        assertThat(consistent).containsExactly(true, false);
        backend.close();
    }

    @Test
    void aReadArrayBelongsToItsReader() {
        Backend backend = node.ready(TestNode.on(server).build());
        stored(createRecord(backend, "k", "one"));
        ((ReadResult.Found) read(backend, "k")).record()[0] = 'X';
        assertThat(weak(backend, "k")).isEqualTo("one");
        backend.close();
    }

    private static String weak(Backend backend, String key) {
        return text(((ReadResult.Found) await(backend.get(key, ReadMode.WEAK, TIMEOUT))).record());
    }
}
