package io.durableserver.backend.s3;

import io.durableserver.s3test.S3TestServer;
import io.durableserver.spi.Backend;
import io.durableserver.testkit.Effort;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The store behind something that answers in its place, changes what it says, repeats requests and gives up on them. */
class S3LyingStoreIT {
    private static final int SEEDS = 5;
    private static final int STEPS = 20;

    private final TestNode node = new TestNode();
    private final S3TestServer server =
            S3TestServer.builder().bucket(TestNode.BUCKET).start();

    @AfterEach
    void close() {
        server.close();
        node.close();
    }

    @Test
    void nothingIsToldOfAStoreThatLiesWhatIsNotTrue() {
        // A machine that is busy is no fault of the store.
        Backend honest = node.ready(TestNode.on(server)
                .tuning(TestNode.tuning()
                        .cacheBytes(0)
                        .attemptTimeout(Duration.ofSeconds(20))
                        .build())
                .build());
        long first = Long.getLong("durableserver.seed", Effort.firstSeed());
        int seeds = Long.getLong("durableserver.seed") == null ? Effort.count(SEEDS) : 1;
        for (long seed = first; seed < first + seeds; seed++) {
            try {
                run(honest, seed);
            } catch (AssertionError broken) {
                throw new AssertionError("seed " + seed + ", " + broken.getMessage(), broken);
            }
        }
        honest.close();
    }

    private void run(Backend honest, long seed) {
        LyingSequence sequence = new LyingSequence(honest, server.endpoint(), seed, "lies-" + seed + "/");
        // On half of the seeds the store is opened through the lies as well.
        sequence.honest(seed % 2 == 0);
        S3Config config = config(sequence.proxy().endpoint(), seed);
        S3Backend lied = Hasty.open(node, config);
        for (int tries = 0; !opened(lied); tries++) {
            sequence.honest(tries > 4);
        }
        sequence.honest(false);
        try {
            sequence.run(lied, STEPS);
        } finally {
            lied.close();
            sequence.proxy().close();
        }
    }

    private static boolean opened(Backend backend) {
        return backend.ready()
                .handle((done, failure) -> failure == null)
                .toCompletableFuture()
                .join();
    }

    private S3Config config(URI endpoint, long seed) {
        return TestNode.on(server)
                .createBucket(false)
                .endpoint(endpoint)
                .tuning(TestNode.tuning()
                        .cacheBytes(seed % 3 == 0 ? 0 : 1 << 20)
                        .build())
                .dialect(S3Dialect.from(S3Dialect.MINIO)
                        .conditionalDelete(seed % 5 == 0 ? ConditionalDelete.OFF : ConditionalDelete.PROBE)
                        .build())
                .compression(seed % 7 == 0 ? S3Compression.GZIP : S3Compression.NONE)
                .build();
    }
}
