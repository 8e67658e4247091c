package io.durableserver.testkit.store;

import io.durableserver.spi.Backend;
import io.durableserver.spi.Scheduler;
import io.durableserver.testkit.Effort;
import io.durableserver.testkit.backend.Lie;
import io.durableserver.testkit.backend.LyingBackend;
import io.durableserver.testkit.backend.LyingPlan;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The contract through an unreliable way to the store, which loses, delays, repeats and cuts requests and answers by seed
 * ({@link Lie#passing}): who tries again and reads back, as the runtime does, sees the very store of the contract. Writers
 * that raced may stay in doubt.
 */
public abstract class LyingCompatibilityKit extends BackendCompatibilityKit {
    private static final int PERCENT = 30;
    private static final Duration LONGEST = Duration.ofMillis(3);

    private final Writers writers = new Writers();
    private final AtomicLong seed = new AtomicLong(Long.getLong("durableserver.seed", Effort.firstSeed()));

    /** Opens a handle on the store under test, as {@link #openBackend} of a reliable one. */
    protected abstract Backend openStore();

    /** Where what is late waits. */
    protected abstract Scheduler scheduler();

    @Override
    protected final Backend openBackend() {
        return lied(openStore());
    }

    /** Puts the unreliable way, and a caller who gets through it, before a handle. */
    protected final Backend lied(Backend store) {
        LyingPlan plan = new LyingPlan(seed.incrementAndGet(), PERCENT, Lie.passing(), LONGEST);
        return new SettlingBackend(new LyingBackend(store, plan, scheduler()), scheduler(), writers);
    }

    @Override
    public int seeds() {
        return 20;
    }

    @Override
    public int increments() {
        return 200;
    }

    @Override
    public final boolean losersMayBeInDoubt() {
        return true;
    }
}
