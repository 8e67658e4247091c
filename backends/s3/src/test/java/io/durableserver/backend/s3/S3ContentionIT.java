package io.durableserver.backend.s3;

import static io.durableserver.backend.s3.TestNode.createRecord;
import static io.durableserver.backend.s3.TestNode.record;
import static io.durableserver.backend.s3.TestNode.replace;
import static io.durableserver.backend.s3.TestNode.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.s3test.Fault;
import io.durableserver.s3test.Operation;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.spi.Backend;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A write that is refused since another one is under way may have met its own twin: it is never told as not applied unseen (P2). */
class S3ContentionIT {
    private final TestNode node = new TestNode();
    private final S3TestServer server = S3TestServer.builder().start();
    private final Backend backend = node.ready(
            TestNode.on(server).tuning(TestNode.tuning().attempts(1).build()).build());

    @AfterEach
    void close() {
        backend.close();
        server.close();
        node.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ConditionalRequestConflict", "OperationAborted"})
    void aWriteThatMetItsTwinIsAdopted(String code) {
        Version first = stored(createRecord(backend, "k", "one"));
        server.faults().next(Operation.PUT, 1, new Fault.LieAfter(409, code));
        stored(replace(backend, "k", "two", first));
        assertThat(record(backend, "k")).isEqualTo("two");
    }

    @Test
    void aWriteThatMetItsTwinAndCannotBeLookedAtIsUnknown() {
        Version first = stored(createRecord(backend, "k", "one"));
        server.faults()
                .next(Operation.PUT, 1, new Fault.LieAfter(409, "ConditionalRequestConflict"))
                .next(Operation.GET, 1, new Fault.Refuse(403, "AccessDenied"));
        assertThat(replace(backend, "k", "two", first)).isInstanceOf(WriteResult.Unknown.class);
    }

    /** Its twin may be on its way still. */
    @Test
    void aWriteThatMetAnotherOneAndChangedNothingYetIsUnknown() {
        Version first = stored(createRecord(backend, "k", "one"));
        server.faults().next(Operation.PUT, 1, new Fault.Refuse(409, "ConditionalRequestConflict"));
        assertThat(replace(backend, "k", "two", first)).isInstanceOf(WriteResult.Unknown.class);
    }
}
