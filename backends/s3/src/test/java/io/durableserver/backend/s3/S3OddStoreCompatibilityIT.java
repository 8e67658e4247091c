package io.durableserver.backend.s3;

import io.durableserver.s3test.S3TestServer;
import io.durableserver.spi.Backend;
import io.durableserver.testkit.store.BackendCompatibilityKit;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on a store like Ceph RGW 16: ETags only without quotes, and a DELETE that ignores its condition. */
final class S3OddStoreCompatibilityIT extends BackendCompatibilityKit {
    private static final TestNode NODE = new TestNode();
    private static final S3TestServer SERVER = S3TestServer.builder().start();

    @BeforeAll
    static void makeOdd() {
        SERVER.faults().refuseQuotedETags(true).ignoreDeleteConditions(true);
    }

    @AfterAll
    static void stop() {
        SERVER.close();
        NODE.close();
    }

    @Override
    public boolean listsRecords() {
        return false;
    }

    @Override
    protected Backend openBackend() {
        return NODE.open(TestNode.on(SERVER)
                .compression(S3Compression.GZIP)
                .tuning(TestNode.tuning().compressAboveBytes(0).cacheBytes(0).build())
                .build());
    }

    @Override
    public int seeds() {
        return 30;
    }

    @Override
    public int increments() {
        return 500;
    }

    @Override
    protected Optional<Backend> reopen() {
        return Optional.of(openBackend());
    }
}
