package io.durableserver.runtime.jdk;

import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How threads are made. */
final class Threads {
    /** Turns that may block at the same time on a JVM without virtual threads. */
    static final int MAX_TURN_THREADS = 256;

    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);
    private static final int FIRST_VERSION_WITH_VIRTUAL_THREADS = 21;

    private Threads() {}

    static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    static ExecutorService forkJoin(String name, int parallelism, int maximum) {
        AtomicInteger number = new AtomicInteger();
        ForkJoinPool.ForkJoinWorkerThreadFactory factory = pool -> {
            ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
            thread.setName(name + "-" + number.getAndIncrement());
            thread.setContextClassLoader(Threads.class.getClassLoader());
            return thread;
        };
        return new ForkJoinPool(
                parallelism,
                factory,
                (thread, error) -> LOG.error("Uncaught on {}", thread.getName(), error),
                true,
                0,
                maximum,
                1,
                pool -> true,
                30,
                TimeUnit.SECONDS);
    }

    /** Whether this JVM has virtual threads. */
    static boolean haveVirtual() {
        return Runtime.version().feature() >= FIRST_VERSION_WITH_VIRTUAL_THREADS;
    }

    /** Virtual threads exist since Java 21; this library is compiled for 17, hence the reflection. */
    static Optional<ExecutorService> virtualIfPossible(String name) {
        if (!haveVirtual()) {
            return Optional.empty();
        }
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            builder = type.getMethod("name", String.class, long.class).invoke(builder, name + "-", 0L);
            ThreadFactory factory = (ThreadFactory) type.getMethod("factory").invoke(builder);
            return Optional.of((ExecutorService) Executors.class
                    .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
                    .invoke(null, factory));
        } catch (NoSuchMethodException | ClassNotFoundException | IllegalAccessException e) {
            throw new IllegalStateException("Virtual threads are missing on Java " + Runtime.version(), e);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("Virtual threads cannot be made", e.getCause());
        }
    }
}
