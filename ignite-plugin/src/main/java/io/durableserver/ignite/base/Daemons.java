package io.durableserver.ignite.base;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of this module: for what may block and so cannot run on Ignite's threads or on the scheduler's. */
public final class Daemons {
    private static final long IDLE_SECONDS = 30;

    private Daemons() {}

    /** A pool of as many threads as there are tasks at one time; the tasks are bounded by the caller (one per peer). */
    public static ExecutorService onDemand(String name) {
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> thread(name, task));
    }

    /** A pool of at most this many threads; more tasks wait. */
    public static ExecutorService pool(String name, int threads) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> thread(name + "-" + number.incrementAndGet(), task));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** A timer of one thread for short tasks; one that is cancelled leaves nothing behind. */
    public static ScheduledExecutorService timer(String name) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> thread(name, task));
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        return timer;
    }

    /** A thread that keeps the JVM alive until it ends. */
    public static Thread keeper(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(false);
        return thread;
    }

    /** A thread for the end of the JVM, which waits for it. */
    public static Thread hook(String name, Runnable task) {
        return new Thread(task, name);
    }

    /** A thread that does not keep the JVM alive; not started. */
    public static Thread thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
