package io.durableserver.backend.s3;

import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.concurrent.Executor;

/** A scheduler on which pauses between attempts are a twentieth of what they should be. */
record Hasty(Scheduler real) implements Scheduler {
    /** A backend that pauses so; not ready yet. */
    static S3Backend open(TestNode node, S3Config config) {
        S3Backend backend = new S3Backend(Clients.of(config), config, node.hasty());
        backend.start();
        return backend;
    }

    @Override
    public Executor turns() {
        return real.turns();
    }

    @Override
    public Executor internal() {
        return real.internal();
    }

    @Override
    public Registration schedule(Duration delay, Runnable task) {
        return real.schedule(delay.compareTo(TestNode.TIMEOUT) < 0 ? delay.dividedBy(20) : delay, task);
    }

    @Override
    public boolean canBlock() {
        return real.canBlock();
    }

    /** The node closes it. */
    @Override
    public void close() {}
}
