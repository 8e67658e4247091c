package io.durableserver.backend.mirror;

import io.durableserver.Registration;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.Backend;
import io.durableserver.spi.BackendFactory;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import io.durableserver.testkit.backend.FaultPlan;
import io.durableserver.testkit.backend.FaultyBackend;
import io.durableserver.testkit.backend.InMemoryBackend;
import io.durableserver.testkit.backend.StoreContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;

/** A process of a {@link World}: it can be frozen, and dies once. Its clock drifts by up to 2 %. */
final class Node implements Scheduler, TimeSource {
    static final String PREFIX = "app/";

    private final World world;
    private final Session session;
    private final double rate;
    private boolean dead;
    private long frozenUntil;

    Node(World world, String name, String incarnation) {
        this.world = world;
        this.session = new Session(name, incarnation);
        this.rate = 0.98 + world.random.nextDouble() * 0.04;
    }

    /** Options for {@link #mirror}, which puts its own stores in. */
    static MirrorConfig.Builder options() {
        return MirrorConfig.builder(context -> new InMemoryBackend(), context -> new InMemoryBackend());
    }

    /** Opens a mirror, whose stores do what the plans say. */
    Mirror mirror(MirrorConfig.Builder options, FaultPlan sourcePlan, FaultPlan targetPlan) {
        MirrorConfig template = options.build();
        BackendFactory source = context -> store(Side.SOURCE, sourcePlan, template.requestTimeout());
        BackendFactory target = context -> store(Side.TARGET, targetPlan, template.requestTimeout());
        MirrorConfig.Builder mine = MirrorConfig.builder(source, target)
                .mode(template.mode())
                .fullCheckInPause(template.fullCheckInPause())
                .pollEvery(template.pollEvery())
                .phaseValidity(template.phaseValidity())
                .grace(template.grace())
                .pauseLimit(template.pauseLimit())
                .outsiderWatch(template.outsiderWatch())
                .secondLook(template.secondLook())
                .requestTimeout(template.requestTimeout())
                .maxPending(template.maxPending())
                .mirrorWrites(template.mirrorWrites())
                .adoptTarget(template.adoptTarget());
        return Mirror.backend(mine.build());
    }

    /** One of the stores as this process reaches it; the mirror's own requests have this timeout. */
    Backend store(Side side, FaultPlan plan, Duration requestTimeout) {
        Lies lies = side == Side.SOURCE ? world.sourceLies : world.targetLies;
        Backend seen = lies.before(world.removals.watched(side, requestTimeout), new Everywhere());
        return new NodeStore(new FaultyBackend(seen, plan, new Everywhere()), this);
    }

    void crash() {
        dead = true;
    }

    void freeze(Duration time) {
        frozenUntil = world.now() + time.toNanos();
    }

    boolean dead() {
        return dead;
    }

    long frozenUntil() {
        return frozenUntil;
    }

    @Override
    public long nanoTime() {
        return (long) (world.now() * rate) + 12_345;
    }

    @Override
    public long wallMillis() {
        return 1_767_225_600_000L + world.now() / 1_000_000;
    }

    @Override
    public Executor turns() {
        return internal();
    }

    @Override
    public Executor internal() {
        return task -> world.after(this, world.random.nextInt(20_000), task);
    }

    @Override
    public Registration schedule(Duration delay, Runnable task) {
        boolean[] cancelled = new boolean[1];
        world.after(this, (long) Math.ceil(delay.toNanos() / rate), () -> {
            if (!cancelled[0]) {
                task.run();
            }
        });
        return () -> cancelled[0] = true;
    }

    @Override
    public boolean canBlock() {
        return false;
    }

    @Override
    public void close() {}

    Session session() {
        return session;
    }

    /** What it offers to the stores it opens. */
    BackendFactory.Context context() {
        return new StoreContext(PREFIX, session, this, this, List.of(), world.told::add);
    }

    /** Requests on their way to a store arrive whatever happens to the process that sent them. */
    private final class Everywhere implements Scheduler {
        @Override
        public Executor turns() {
            return internal();
        }

        @Override
        public Executor internal() {
            return task -> world.after(null, 0, task);
        }

        @Override
        public Registration schedule(Duration delay, Runnable task) {
            boolean[] cancelled = new boolean[1];
            world.after(null, delay.toNanos(), () -> {
                if (!cancelled[0]) {
                    task.run();
                }
            });
            return () -> cancelled[0] = true;
        }

        @Override
        public boolean canBlock() {
            return false;
        }

        @Override
        public void close() {}
    }
}
