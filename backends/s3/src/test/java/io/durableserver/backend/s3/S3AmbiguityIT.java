package io.durableserver.backend.s3;

import static io.durableserver.backend.s3.TestNode.TIMEOUT;
import static io.durableserver.backend.s3.TestNode.await;
import static io.durableserver.backend.s3.TestNode.bytes;
import static io.durableserver.backend.s3.TestNode.createRecord;
import static io.durableserver.backend.s3.TestNode.read;
import static io.durableserver.backend.s3.TestNode.record;
import static io.durableserver.backend.s3.TestNode.replace;
import static io.durableserver.backend.s3.TestNode.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.s3test.Counts;
import io.durableserver.s3test.Fault;
import io.durableserver.s3test.Operation;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A write whose answer is lost, or an error, is reported as what it was, or as unknown; never as what it was not (P2). */
class S3AmbiguityIT {
    private static final Fault ERROR_AFTER = new Fault.LieAfter(500, "InternalError");

    private final TestNode node = new TestNode();
    private final S3TestServer server = S3TestServer.builder().start();
    private Backend backend;
    private Backend other;

    @BeforeEach
    void open() {
        backend = node.ready(TestNode.on(server).build());
        other = node.ready(TestNode.on(server).build());
    }

    @AfterEach
    void close() {
        backend.close();
        other.close();
        server.close();
        node.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWriteWhoseAnswerIsLostIsAdopted(boolean connectionBreaks) {
        Fault fault = connectionBreaks ? new Fault.LoseAnswer() : ERROR_AFTER;
        server.faults().next(Operation.PUT, 1, fault);
        Counts before = server.requests().counts();
        Version first = stored(createRecord(backend, "k", "one"));
        Counts spent = server.requests().counts().since(before);
        assertThat(spent.put()).isEqualTo(1);
        assertThat(spent.get()).isEqualTo(1);

        server.faults().next(Operation.PUT, 1, fault);
        Version second = stored(replace(backend, "k", "two", first));
        assertThat(record(backend, "k")).isEqualTo("two");
        assertThat(replace(backend, "k", "three", first)).isInstanceOf(WriteResult.Conflict.class);
        stored(replace(backend, "k", "three", second));
    }

    @Test
    void aDeleteWhoseAnswerIsLostIsAdopted() {
        Version version = stored(createRecord(backend, "k", "one"));
        server.faults().next(Operation.PUT, 1, new Fault.LoseAnswer());
        assertThat(stored(await(backend.delete("k", version, TIMEOUT)))).isEqualTo(version);
        assertThat(read(other, "k")).isInstanceOf(ReadResult.Absent.class);
    }

    @Test
    void aWriteThatFailedBeforeItsEffectIsTriedAgain() {
        server.faults().next(Operation.PUT, 1, Fault.internalError()).next(Operation.PUT, 1, new Fault.Drop());
        Version version = stored(createRecord(backend, "k", "one"));
        server.faults().next(Operation.PUT, 1, new Fault.Refuse(409, "ConditionalRequestConflict"));
        stored(replace(backend, "k", "two", version));
        assertThat(record(other, "k")).isEqualTo("two");
    }

    @Test
    void aWriteThatAnotherOneWasWrittenOverIsNotClaimed() {
        Version first = stored(createRecord(backend, "k", "one"));
        server.faults()
                .next(Operation.PUT, 1, new Fault.LoseAnswer())
                .next(Operation.GET, 1, new Fault.After(() -> overwrite("k"), new Fault.None()));
        assertThat(replace(backend, "k", "two", first)).isInstanceOf(WriteResult.Unknown.class);
        assertThat(record(backend, "k")).isEqualTo("theirs");
    }

    @Test
    void aLostRaceAnsweredWithAnErrorIsAConflictWhereTheWinnerWroteOverTheSame() {
        Version first = stored(createRecord(backend, "k", "one"));
        server.faults()
                .next(Operation.PUT, 1, new Fault.After(() -> overwrite("k"), new Fault.Refuse(500, "UnknownError")));
        assertThat(replace(backend, "k", "two", first)).isInstanceOf(WriteResult.Conflict.class);
        assertThat(record(backend, "k")).isEqualTo("theirs");
    }

    @Test
    void aCreateThatLostARaceWithAnErrorIsUnknownWhereObjectsAreRemoved() {
        Fault lost = new Fault.After(
                () -> stored(createRecord(other, "k", "theirs")), new Fault.Refuse(500, "UnknownError"));
        server.faults().next(Operation.PUT, 1, lost);
        assertThat(createRecord(backend, "k", "ours")).isInstanceOf(WriteResult.Unknown.class);
    }

    @Test
    void aCreateThatLostARaceWithAnErrorIsAConflictWhereTombstonesStay() {
        Backend keeping = node.ready(TestNode.on(server)
                .dialect(S3Dialect.from(S3Dialect.MINIO)
                        .conditionalDelete(ConditionalDelete.OFF)
                        .build())
                .build());
        Fault lost = new Fault.After(
                () -> stored(createRecord(other, "k", "theirs")), new Fault.Refuse(500, "UnknownError"));
        server.faults().next(Operation.PUT, 1, lost);
        assertThat(createRecord(keeping, "k", "ours")).isInstanceOf(WriteResult.Conflict.class);
        keeping.close();
    }

    @Test
    void aThrottledWriteWaitsAndIsNotReadBack() {
        server.faults().next(Operation.PUT, 2, Fault.slowDown());
        Counts before = server.requests().counts();
        stored(createRecord(backend, "k", "one"));
        Counts spent = server.requests().counts().since(before);
        assertThat(spent.put()).isEqualTo(3);
        assertThat(spent.get()).isZero();
    }

    @Test
    void aWriteThatIsAlwaysThrottledIsNotApplied() {
        server.faults().next(Operation.PUT, 100, Fault.slowDown());
        WriteResult result = createRecord(backend, "k", "one");
        assertThat(result).isInstanceOf(WriteResult.NotApplied.class);
        assertThat(((WriteResult.NotApplied) result).retryable()).isTrue();
        assertThat(read(backend, "k")).isInstanceOf(ReadResult.Absent.class);
    }

    @Test
    void aStoreThatIsDownTakesNothingAndComesBackWithEverything() {
        Version version = stored(createRecord(backend, "k", "one"));
        server.goDown();
        WriteResult down = replace(backend, "k", "two", version);
        assertThat(down).isInstanceOfAny(WriteResult.NotApplied.class, WriteResult.Unknown.class);
        assertThat(read(backend, "k")).isInstanceOf(ReadResult.Failed.class);
        server.comeUp();
        Awaitility.await().untilAsserted(() -> assertThat(read(backend, "k")).isInstanceOf(ReadResult.Found.class));
        assertThat(record(backend, "k")).isEqualTo("one");
        stored(replace(backend, "k", "two", version));
    }

    @Test
    void aWriteThatIsLateIsUnknownAndFindsOutLater() {
        Version version = stored(createRecord(backend, "k", "one"));
        server.faults().latency(Duration.ofSeconds(2));
        WriteResult late = await(backend.replace("k", bytes("two"), version, Duration.ofMillis(100)));
        assertThat(late).isInstanceOf(WriteResult.Unknown.class);
        server.faults().clear();
        assertThat(record(backend, "k")).isIn("one", "two");
    }

    /** Another handle writes over whatever is there. */
    private void overwrite(String key) {
        ReadResult.Found found = (ReadResult.Found) read(other, key);
        stored(replace(other, key, "theirs", found.version()));
    }
}
