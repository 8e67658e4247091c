package io.durableserver.ignite.life;

import io.durableserver.ignite.base.Daemons;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a node when the JVM is told to end: its servers are stored before the process goes. Installed before the node starts, so
 * that a signal during the start is not lost; gone when the node is closed.
 */
public final class DrainHook {
    private static final Logger LOG = LoggerFactory.getLogger(DrainHook.class);
    /** A start that takes longer is cut off: the JVM ends without it. */
    private static final long START_SECONDS = 30;

    private final CompletableFuture<@Nullable Runnable> started = new CompletableFuture<>();
    private final Thread thread;

    /** The JVM ends: a start that only waits is not waited for. */
    private final CountDownLatch ending;

    private DrainHook(String node, CountDownLatch ending) {
        this.ending = ending;
        thread = Daemons.hook("durable-shutdown-" + node, this::run);
    }

    /** Null when the JVM ends already: then the start has to see to itself. */
    public static @Nullable DrainHook install(String node, CountDownLatch ending) {
        DrainHook hook = new DrainHook(node, ending);
        try {
            Runtime.getRuntime().addShutdownHook(hook.thread);
            return hook;
        } catch (IllegalStateException e) {
            return null;
        }
    }

    /** The node has started, and is closed by this. */
    public void started(Runnable close) {
        started.complete(close);
    }

    /** The node did not start, or is closed. */
    public void remove() {
        started.complete(null);
        try {
            Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException e) {
            // The JVM is ending: the hook runs, or has nothing to do.
        }
    }

    private void run() {
        ending.countDown();
        try {
            Runnable close = started.get(START_SECONDS, TimeUnit.SECONDS);
            if (close != null) {
                close.run();
            }
        } catch (TimeoutException e) {
            LOG.error("The JVM ends while a node is still starting");
        } catch (ExecutionException | RuntimeException e) {
            LOG.error("The node could not be closed in good order", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
