package io.durableserver.runtime.jdk;

import java.lang.reflect.InvocationTargetException;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/** How threads are made: each begins with nothing of the thread that happened to make it. */
final class Threads {
    /** The first version in which a virtual thread that waits in {@code synchronized} leaves its carrier (JEP 491). */
    private static final int FIRST_VERSION_WITHOUT_PINNING = 24;

    private Threads() {}

    /**
     * A daemon in the topmost group, with this library's class loader, and with no inheritable thread locals and no access
     * control context of the thread that makes it.
     */
    @SuppressWarnings({"removal", "ThreadPriorityCheck"
    }) // the context is kept while there are such; the priority is the normal one
    static Thread daemon(Runnable task, String name) {
        return AccessController.doPrivileged((PrivilegedAction<Thread>) () -> {
            Thread thread = new Thread(topGroup(), task, name, 0, false);
            thread.setDaemon(true);
            thread.setPriority(Thread.NORM_PRIORITY);
            thread.setContextClassLoader(Threads.class.getClassLoader());
            return thread;
        });
    }

    private static ThreadGroup topGroup() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        for (ThreadGroup parent = group.getParent(); parent != null; parent = parent.getParent()) {
            group = parent;
        }
        return group;
    }

    /** Whether turns run on virtual threads on this JVM. */
    static boolean haveVirtual() {
        return Runtime.version().feature() >= FIRST_VERSION_WITHOUT_PINNING;
    }

    /** Virtual threads, one per task; this library is compiled for Java 17, hence the reflection. */
    static Optional<Executor> virtualIfPossible(String name) {
        if (!haveVirtual()) {
            return Optional.empty();
        }
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder$OfVirtual");
            builder = type.getMethod("name", String.class, long.class).invoke(builder, name + "-", 0L);
            builder = type.getMethod("inheritInheritableThreadLocals", boolean.class)
                    .invoke(builder, false);
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
