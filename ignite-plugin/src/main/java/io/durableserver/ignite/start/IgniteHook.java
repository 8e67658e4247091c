package io.durableserver.ignite.start;

import io.durableserver.ignite.base.Daemons;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteSystemProperties;
import org.apache.ignite.Ignition;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Starts Ignite without what it would do to the application's process: the shutdown hook, which stops the node beside whatever the
 * application does at that moment, and a dump of all threads into the log at each failure. Ignite has no options for them but system
 * properties, read during each start: they are set while a start of ours is under way, and then are what they were.
 */
public final class IgniteHook {
    private static final String HOOK = IgniteSystemProperties.IGNITE_NO_SHUTDOWN_HOOK;
    private static final String DUMPS = IgniteSystemProperties.IGNITE_DUMP_THREADS_ON_FAILURE;

    private static int starting;
    private static @Nullable String hookBefore;
    private static @Nullable String dumpsBefore;

    private IgniteHook() {}

    /**
     * Starts a node, on a thread of its own: Ignite interrupts the thread that starts a node when it stops that node meanwhile, at times
     * after the start has ended, and it is not meant for the application. An interrupt of the caller ends the start, and stays set.
     */
    public static Ignite start(IgniteConfiguration configuration) {
        FutureTask<Ignite> start = new FutureTask<>(() -> without(() -> Ignition.start(configuration)));
        Thread thread = starter("durable-start-" + configuration.getIgniteInstanceName(), start);
        thread.start();
        boolean interrupted = false;
        while (true) {
            try {
                return start.get();
            } catch (InterruptedException meant) {
                interrupted = true;
                thread.interrupt();
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                throw new IllegalStateException("The node cannot start", failed.getCause());
            } finally {
                if (interrupted && start.isDone()) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Ignite's threads are daemons where the one that makes them is, so this one is what the caller is. */
    private static Thread starter(String name, Runnable task) {
        return Thread.currentThread().isDaemon() ? Daemons.thread(name, task) : Daemons.keeper(name, task);
    }

    public static <T> T without(Supplier<T> start) {
        enter();
        try {
            return start.get();
        } finally {
            leave();
        }
    }

    private static synchronized void enter() {
        if (starting++ == 0) {
            hookBefore = System.getProperty(HOOK);
            dumpsBefore = System.getProperty(DUMPS);
            System.setProperty(HOOK, "true");
            if (dumpsBefore == null) {
                System.setProperty(DUMPS, "false");
            }
        }
    }

    private static synchronized void leave() {
        if (--starting == 0) {
            restore(HOOK, hookBefore);
            restore(DUMPS, dumpsBefore);
        }
    }

    private static void restore(String property, @Nullable String before) {
        if (before == null) {
            System.clearProperty(property);
        } else {
            System.setProperty(property, before);
        }
    }
}
