package io.durableserver.runtime.events;

import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.NodeGauges;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.RuntimeEvents;
import io.durableserver.spi.RuntimeEvents.Fact;
import io.durableserver.spi.RuntimeHooks;
import io.durableserver.spi.TimeSource;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One listener of a node and the facts that wait for it. At most one thread is with it, so it is told in order; it can hold up
 * that thread only, and nothing of it runs with a lock.
 */
final class Listening {
    private final RuntimeEvents listener;
    private final Executor executor;
    private final TimeSource time;
    private final Troubles troubles;
    private final Function<RuntimeEvent, Fact> facts;
    private final CompletableFuture<Void> removed = new CompletableFuture<>();

    // Guarded by this.
    private final ArrayDeque<Fact> waiting = new ArrayDeque<>();
    /** Says that facts are missing, and so has a place of its own. */
    private @Nullable Fact gap;

    /** From the start, so that nothing is told before the installation. */
    private boolean running = true;

    private @Nullable Runnable first;
    private @Nullable Runnable last;
    private boolean ended;
    private long beganNanos;

    /** What is wrong with it is told to {@code others}, which must not come back here. */
    Listening(
            RuntimeEvents listener,
            Executor executor,
            TimeSource time,
            Function<RuntimeEvent, Fact> facts,
            BiConsumer<RuntimeEvent, Listening> others) {
        this.listener = listener;
        this.executor = executor;
        this.time = time;
        this.facts = facts;
        this.troubles = new Troubles(listener.getClass().getName(), time, event -> {
            others.accept(event, this);
            if (event instanceof NodeEvent.ListenerBehind) {
                hasGap(event);
            }
        });
    }

    /** Makes the listener known to the node; facts wait until it is done. */
    void install(NodeGauges node, BiConsumer<RuntimeHooks, Troubles> hooks) {
        synchronized (this) {
            first = () -> {
                RuntimeHooks own = Objects.requireNonNull(listener.installed(node), "no hooks: RuntimeHooks.NONE");
                if (own != RuntimeHooks.NONE) {
                    hooks.accept(own, troubles);
                }
            };
            beganNanos = time.nanoTime();
        }
        run();
    }

    /**
     * Nothing is told any more but what waits and a last fact, then {@link RuntimeEvents#removed}; ends when that returned.
     *
     * @param node as it was installed; null when it never was, and so hears nothing
     * @param end the last fact, for which there is room; null for none
     */
    CompletionStage<Void> remove(@Nullable NodeGauges node, @Nullable Fact end) {
        synchronized (this) {
            if (ended) {
                return removed;
            }
            ended = true;
            if (node == null) {
                waiting.clear();
                removed.complete(null);
                return removed;
            }
            if (end != null) {
                waiting.add(end);
            }
            last = () -> {
                try {
                    listener.removed(node);
                } finally {
                    removed.complete(null);
                }
            };
            if (running) {
                return removed;
            }
            begin();
        }
        run();
        return removed;
    }

    /** Tells it a fact, soon. Any thread, never waits. */
    void tell(Fact fact) {
        RuntimeEvent.Severity severity = fact.event().severity();
        boolean fits;
        boolean runs;
        long stuckNanos;
        int count;
        synchronized (this) {
            if (ended) {
                return;
            }
            count = waiting.size();
            fits = count < room(severity);
            if (fits) {
                waiting.add(fact);
            }
            runs = running;
            stuckNanos = runs ? time.nanoTime() - beganNanos : 0;
            if (!runs) {
                begin();
            }
        }
        if (!runs) {
            run();
        }
        if (!fits) {
            troubles.missed(severity);
        }
        if (count > 0 && stuckNanos >= Troubles.PAUSE.toNanos()) {
            troubles.stuck(stuckNanos, count);
        }
    }

    /** The course of things must not push out what went wrong. */
    private static int room(RuntimeEvent.Severity severity) {
        return switch (severity) {
            case ERROR -> RuntimeEvents.ROOM;
            case WARN -> RuntimeEvents.ROOM / 8 * 7;
            case INFO -> RuntimeEvents.ROOM / 4 * 3;
            case DEBUG -> RuntimeEvents.ROOM / 2;
        };
    }

    private synchronized void hasGap(RuntimeEvent event) {
        gap = facts.apply(event);
    }

    private void begin() {
        running = true;
        beganNanos = time.nanoTime();
    }

    private void run() {
        try {
            executor.execute(this::tellAll);
        } catch (Throwable noThread) {
            synchronized (this) {
                running = false; // the next fact tries again
                if (ended) {
                    removed.complete(null);
                }
            }
            troubles.failed(noThread);
        }
    }

    private void tellAll() {
        boolean through = false;
        try {
            for (Runnable next = next(); next != null; next = next()) {
                try {
                    next.run();
                } catch (Throwable thrown) {
                    troubles.failed(thrown);
                } finally {
                    Thread.interrupted(); // an interrupt of its own is not for the next
                }
                troubles.tellMissed();
            }
            through = true;
        } finally {
            if (!through) {
                stop();
            }
        }
    }

    private synchronized void stop() {
        running = false;
    }

    private synchronized @Nullable Runnable next() {
        beganNanos = time.nanoTime();
        Runnable install = first;
        first = null;
        if (install != null) {
            return install;
        }
        Fact fact = gap != null ? gap : waiting.poll();
        gap = null;
        if (fact != null) {
            return () -> listener.happened(fact);
        }
        Runnable remove = last;
        last = null;
        if (remove == null) {
            running = false;
        }
        return remove;
    }
}
