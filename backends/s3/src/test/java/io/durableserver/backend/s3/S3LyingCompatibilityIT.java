package io.durableserver.backend.s3;

import io.durableserver.s3test.LyingProxy;
import io.durableserver.s3test.RandomLies;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.spi.Backend;
import io.durableserver.testkit.Effort;
import io.durableserver.testkit.store.BackendCompatibilityKit;
import io.durableserver.testkit.store.SettlingBackend;
import io.durableserver.testkit.store.Writers;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;

/**
 * The contract behind something that answers in the store's place: what this backend makes of the lies is unavailable or
 * unknown, so whoever tries again and reads back, as the runtime does, sees the store of the contract.
 */
final class S3LyingCompatibilityIT extends BackendCompatibilityKit {
    private static final int PERCENT = 20;
    private static final TestNode NODE = new TestNode();
    private static final S3TestServer SERVER =
            S3TestServer.builder().bucket(TestNode.BUCKET).start();

    private final RandomLies lies = new RandomLies(Long.getLong("durableserver.seed", Effort.firstSeed()), PERCENT);
    private final LyingProxy proxy = LyingProxy.before(SERVER.endpoint(), lies);
    private final Writers writers = new Writers();

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    @AfterAll
    static void stop() {
        SERVER.close();
        NODE.close();
    }

    /** It is opened in truth: how a store that lies is opened is asserted elsewhere. */
    @Override
    public boolean listsRecords() {
        return false;
    }

    @Override
    protected Backend openBackend() {
        lies.on(false);
        S3Backend backend =
                Hasty.open(NODE, TestNode.on(SERVER).endpoint(proxy.endpoint()).build());
        TestNode.await(backend.ready());
        lies.on(true);
        return new SettlingBackend(backend, NODE.context().scheduler(), writers);
    }

    @Override
    public int seeds() {
        return 2;
    }

    @Override
    public int increments() {
        return 20;
    }

    @Override
    public boolean losersMayBeInDoubt() {
        return true;
    }

    @Override
    protected Optional<Backend> reopen() {
        return Optional.of(openBackend());
    }
}
