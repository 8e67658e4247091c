package io.durableserver.runtime.jdk;

import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executors and timers of a real JVM. User code has pools of its own that grow while their threads are held up: turns,
 * starts, stages of applications, and stages that turns may wait for. Turns and starts run on virtual threads where these
 * leave their carriers when they wait (Java 24), else on platform threads. The runtime's own work, and the node's lease and
 * deadlines, have threads that user code never sees. Never the common pool.
 */
public final class JdkScheduler implements Scheduler {
    private static final Logger LOG = LoggerFactory.getLogger(JdkScheduler.class);
    private static final int CORES = Math.max(2, Runtime.getRuntime().availableProcessors());

    /** Turns that may be held up at the same time on platform threads. */
    public static final int MAX_TURNS = 256;

    private static final int MAX_STARTS = 64;
    private static final int MAX_STAGES = 256;
    private static final int VITAL_THREADS = 2;

    private final PoolWatch watch;
    private final ScheduledThreadPoolExecutor timer;
    private final ElasticPool internal;
    private final ElasticPool turnPool;
    private final ElasticPool startPool;
    private final ElasticPool application;
    private final ElasticPool turnStages;
    private final Pool turns;
    private final Pool starts;
    private final Vital vital;

    private JdkScheduler(String name) {
        watch = new PoolWatch(name + "-watch");
        timer = timer(name + "-timer", 1);
        internal = new ElasticPool(name + "-internal", CORES, CORES + 6, true, watch);
        turnPool = new ElasticPool(name + "-turn", CORES, MAX_TURNS, true, watch);
        startPool = new ElasticPool(name + "-start", CORES, MAX_STARTS, true, watch);
        // These serve when they are closed, too: each waiting stage gets its end.
        application = new ElasticPool(name + "-application", CORES, MAX_STAGES, false, watch);
        turnStages = new ElasticPool(name + "-stage", CORES, MAX_STAGES, false, watch);
        Optional<Executor> virtual = Threads.virtualIfPossible(name + "-virtual");
        turns = virtual.<Pool>map(threads -> new VirtualPool(threads, turnPool, watch))
                .orElse(turnPool);
        starts = virtual.<Pool>map(threads -> new VirtualPool(threads, startPool, watch))
                .orElse(startPool);
        vital = new Vital(timer(name + "-vital", VITAL_THREADS));
        watch.start();
    }

    private static ScheduledThreadPoolExecutor timer(String name, int threads) {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(threads, task -> Threads.daemon(task, name));
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** A new scheduler; its name goes into the names of the threads. */
    public static JdkScheduler create(String name) {
        return new JdkScheduler(name);
    }

    /** Whether turns run on virtual threads. */
    public static boolean turnsAreVirtual() {
        return Threads.haveVirtual();
    }

    @Override
    public Executor turns() {
        return turns;
    }

    @Override
    public Executor starts() {
        return starts;
    }

    @Override
    public Executor application() {
        return application;
    }

    @Override
    public Executor turnStages() {
        return turnStages;
    }

    @Override
    public Executor internal() {
        return internal;
    }

    @Override
    public Scheduler vital() {
        return vital;
    }

    @Override
    public Registration schedule(Duration delay, Runnable task) {
        return schedule(timer, delay, () -> internal.execute(() -> guarded(task)));
    }

    private static Registration schedule(ScheduledThreadPoolExecutor timer, Duration delay, Runnable task) {
        try {
            Future<?> future = timer.schedule(task, TimeSource.nanos(delay), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException e) {
            LOG.debug("Timer refused: the scheduler is closed", e);
            return () -> {};
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("A timer task failed", e);
        }
    }

    @Override
    public List<Scheduler.PoolUse> pools() {
        return List.of(
                turns.use("turn"),
                starts.use("start"),
                application.use("application"),
                turnStages.use("stage"),
                internal.use("internal"));
    }

    @Override
    public boolean canBlock() {
        return true;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        vital.close();
        turnPool.close();
        startPool.close();
        internal.close();
        application.close();
        turnStages.close();
        watch.close();
    }

    /** What the node's life depends on: its timers run their tasks themselves, so that no other task can be ahead of them. */
    private final class Vital implements Scheduler {
        private final ScheduledThreadPoolExecutor threads;

        Vital(ScheduledThreadPoolExecutor threads) {
            this.threads = threads;
        }

        @Override
        public Executor turns() {
            return turns;
        }

        @Override
        public Executor internal() {
            return threads;
        }

        @Override
        public Registration schedule(Duration delay, Runnable task) {
            return JdkScheduler.schedule(threads, delay, () -> guarded(task));
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
