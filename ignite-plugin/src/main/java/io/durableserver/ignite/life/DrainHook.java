package io.durableserver.ignite.life;

import io.durableserver.ignite.base.Daemons;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.RuntimeEvent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Closes a node when the JVM is told to end: its servers are stored before the process goes. Installed before the node starts, so
 * that a signal during the start is not lost; gone when the node is closed.
 */
public final class DrainHook {
    /** A start that takes longer is cut off: the JVM ends without it. */
    private static final Duration START = Duration.ofSeconds(30);

    private final CompletableFuture<@Nullable Runnable> started = new CompletableFuture<>();
    private final Thread thread;

    /** The JVM ends: a start that only waits is not waited for. */
    private final CountDownLatch ending;

    private final Duration start;
    private final String node;
    private final Consumer<RuntimeEvent> facts;

    DrainHook(String node, CountDownLatch ending, Consumer<RuntimeEvent> facts, Duration start) {
        this.start = start;
        this.node = node;
        this.facts = facts;
        this.ending = ending;
        thread = Daemons.hook("durable-shutdown-" + node, this::run);
    }

    /** Null when the JVM ends already: then the start has to see to itself. */
    public static @Nullable DrainHook install(String node, CountDownLatch ending, Consumer<RuntimeEvent> facts) {
        DrainHook hook = new DrainHook(node, ending, facts, START);
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

    void run() {
        ending.countDown();
        try {
            Runnable close = started.get(start.toMillis(), TimeUnit.MILLISECONDS);
            if (close != null) {
                close.run();
            }
        } catch (TimeoutException e) {
            facts.accept(new ClusterEvent.StopHangs(node, "its start, which the JVM does not wait for any more"));
        } catch (ExecutionException | RuntimeException e) {
            facts.accept(new NodeEvent.Defect("a node could not be closed in good order", e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
