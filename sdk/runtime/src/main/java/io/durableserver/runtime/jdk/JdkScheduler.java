package io.durableserver.runtime.jdk;

import io.durableserver.Registration;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executors and timers of a real JVM: one timer thread, a small pool for internal continuations, and for turns virtual
 * threads where the JVM has them, else a pool that grows while its threads block. Never the common pool.
 */
public final class JdkScheduler implements Scheduler {
    private static final Logger LOG = LoggerFactory.getLogger(JdkScheduler.class);

    private final ScheduledThreadPoolExecutor timer;
    private final ExecutorService internalPool;
    private final Executor internal;
    private final ExecutorService turnPool;
    private final Executor turns;

    private JdkScheduler(String name) {
        timer = new ScheduledThreadPoolExecutor(1, task -> Threads.daemon(task, name + "-timer"));
        timer.setRemoveOnCancelPolicy(true);
        int cores = Runtime.getRuntime().availableProcessors();
        internalPool = Threads.forkJoin(name + "-internal", Math.max(2, cores), Math.max(2, cores) + 2);
        internal = new Relay(internalPool);
        Optional<ExecutorService> virtual = Threads.virtualIfPossible(name + "-turn");
        turnPool = virtual.orElseGet(
                () -> Threads.forkJoin(name + "-turn", Math.max(4, 2 * cores), Threads.MAX_TURN_THREADS));
        // A virtual thread for each turn is what they are for.
        turns = virtual.isPresent() ? turnPool : new Relay(turnPool);
    }

    /** A new scheduler; its name goes into the names of the threads. */
    public static JdkScheduler create(String name) {
        return new JdkScheduler(name);
    }

    /** Whether each turn gets a thread of its own, a virtual one. */
    public static boolean turnsAreVirtual() {
        return Threads.haveVirtual();
    }

    @Override
    public Executor turns() {
        return turns;
    }

    @Override
    public Executor internal() {
        return internal;
    }

    @Override
    public Registration schedule(Duration delay, Runnable task) {
        try {
            Future<?> future = timer.schedule(
                    () -> internal.execute(() -> guarded(task)), TimeSource.nanos(delay), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException e) {
            LOG.debug("Timer refused: the scheduler is closed", e);
            return () -> {};
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("A timer task failed", e);
        }
    }

    @Override
    public boolean canBlock() {
        return true;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        turnPool.shutdown();
        internalPool.shutdown();
    }
}
