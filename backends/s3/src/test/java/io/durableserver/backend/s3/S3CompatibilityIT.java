package io.durableserver.backend.s3;

import io.durableserver.s3test.S3TestServer;
import io.durableserver.spi.Backend;
import io.durableserver.testkit.store.BackendCompatibilityKit;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;

/** The contract on the embedded server with signatures checked, and across a restart of every handle. */
final class S3CompatibilityIT extends BackendCompatibilityKit {
    private static final TestNode NODE = new TestNode();
    private static final S3TestServer SERVER = S3TestServer.builder()
            .credentials("test", Secrets.of("test"))
            .bucket(TestNode.BUCKET)
            .start();

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
        return NODE.open(TestNode.on(SERVER).build());
    }

    @Override
    public int seeds() {
        return 80;
    }

    @Override
    protected Optional<Backend> reopen() {
        return Optional.of(openBackend());
    }
}
