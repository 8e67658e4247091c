package io.durableserver.backend.s3;

import io.durableserver.Registration;
import io.durableserver.s3test.S3TestServer;
import io.durableserver.spi.Backend;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.TimeSource;
import io.durableserver.testkit.Effort;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The store behind something that answers in its place, changes what it says, repeats requests and gives up on them. */
class S3LyingStoreIT {
    private static final int SEEDS = 5;
    private static final int STEPS = 20;

    private static final TimeSource TIME = new TimeSource() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }
    };

    private final TestNode node = new TestNode();
    private final Hasty hasty = new Hasty();
    private final S3TestServer server =
            S3TestServer.builder().bucket(TestNode.BUCKET).start();

    @AfterEach
    void close() {
        server.close();
        node.close();
        hasty.close();
    }

    @Test
    void nothingIsToldOfAStoreThatLiesWhatIsNotTrue() {
        // A machine that is busy is no fault of the store.
        Backend honest = node.ready(TestNode.on(server)
                .cacheBytes(0)
                .attemptTimeout(Duration.ofSeconds(20))
                .build());
        long first = Long.getLong("durableserver.seed", 0);
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
        S3Backend lied = new S3Backend(Clients.of(config), config, "test/", hasty, TIME);
        lied.start();
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

    private static S3Config config(URI endpoint, long seed) {
        return S3Config.builder()
                .bucket(TestNode.BUCKET)
                .endpoint(endpoint)
                .pathStyle(true)
                .credentials(S3Credentials.of("test", "test-secret"))
                .attemptTimeout(Duration.ofSeconds(5))
                .cacheBytes(seed % 3 == 0 ? 0 : 1 << 20)
                .conditionalDelete(seed % 5 == 0 ? ConditionalDelete.OFF : ConditionalDelete.PROBE)
                .compression(seed % 7 == 0 ? S3Compression.GZIP : S3Compression.NONE)
                .build();
    }

    /** Pauses between attempts are a twentieth of what they should be. */
    private static final class Hasty implements Scheduler {
        private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);

        @Override
        public Executor turns() {
            return threads;
        }

        @Override
        public Executor internal() {
            return threads;
        }

        @Override
        public Registration schedule(Duration delay, Runnable task) {
            Duration real = delay.compareTo(TestNode.TIMEOUT) < 0 ? delay.dividedBy(20) : delay;
            ScheduledFuture<?> future = threads.schedule(task, real.toNanos(), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        }

        @Override
        public boolean canBlock() {
            return true;
        }

        @Override
        public void close() {
            threads.shutdownNow();
        }
    }
}
