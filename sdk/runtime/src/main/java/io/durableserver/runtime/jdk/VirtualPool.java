package io.durableserver.runtime.jdk;

import io.durableserver.spi.Scheduler;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * User code on virtual threads. They have few carriers, which native code, the initialization of a class and plain
 * computing hold: when what is queued has not moved for a while, platform threads run it.
 */
final class VirtualPool implements Pool, PoolWatch.Watched {
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Relay relay;
    private final ElasticPool rescue;
    private long begunBefore;
    private long stillNanos;

    VirtualPool(Executor virtual, ElasticPool rescue, PoolWatch watch) {
        this.relay = new Relay(virtual);
        this.rescue = rescue;
        watch.always(this);
    }

    @Override
    public void execute(Runnable task) {
        relay.execute(task);
    }

    /** The platform threads are those that came to the rescue. */
    @Override
    public Scheduler.PoolUse use(String name) {
        Scheduler.PoolUse threads = rescue.use(name);
        return new Scheduler.PoolUse(
                name, threads.threads(), threads.most(), threads.busy(), threads.waiting() + relay.size());
    }

    @Override
    public boolean look(long elapsedNanos) {
        if (relay.isEmpty()) {
            stillNanos = 0;
            return false;
        }
        long begun = relay.begun();
        stillNanos = begun == begunBefore ? stillNanos + elapsedNanos : 0;
        begunBefore = begun;
        if (stillNanos >= PATIENCE_NANOS) {
            // One more thread per look from here on, until it moves.
            rescue.execute(relay::drain);
        }
        return true;
    }
}
