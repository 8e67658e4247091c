package io.durableserver.runtime.events;

import io.durableserver.spi.NodeGauges;
import io.durableserver.spi.RuntimeEvents;
import io.durableserver.spi.RuntimeEvents.Fact;
import io.durableserver.spi.RuntimeHooks;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One listener of a node and the facts that wait for it. At most one thread is with it, so it is told in order; it can hold up
 * that thread only.
 */
final class Listening {
    private final RuntimeEvents listener;
    private final Executor executor;
    private final Troubles troubles;

    // Guarded by this.
    private final ArrayDeque<Fact> waiting = new ArrayDeque<>();
    private boolean running;
    private @Nullable Runnable install;

    Listening(RuntimeEvents listener, Executor executor, Troubles troubles) {
        this.listener = listener;
        this.executor = executor;
        this.troubles = troubles;
    }

    RuntimeEvents listener() {
        return listener;
    }

    /** Makes the listener known to the node; facts from now on wait until it is done. */
    void install(NodeGauges node, Consumer<RuntimeHooks> hooks) {
        synchronized (this) {
            install = () -> {
                RuntimeHooks own = Objects.requireNonNull(listener.installed(node), "no hooks: RuntimeHooks.NONE");
                if (own != RuntimeHooks.NONE) {
                    hooks.accept(own);
                }
            };
            running = true;
        }
        run();
    }

    /** Tells it a fact, soon. Any thread, never waits. */
    void tell(Fact fact) {
        synchronized (this) {
            if (waiting.size() >= RuntimeEvents.ROOM) {
                troubles.missed();
                return;
            }
            waiting.add(fact);
            if (running) {
                return;
            }
            running = true;
        }
        run();
    }

    private void run() {
        try {
            executor.execute(this::tellAll);
        } catch (RuntimeException | Error noThread) {
            synchronized (this) {
                running = false; // the next fact tries again
            }
            troubles.failed(noThread);
        }
    }

    private void tellAll() {
        Runnable next = next();
        while (next != null) {
            try {
                next.run();
            } catch (RuntimeException | Error thrown) {
                troubles.failed(thrown);
            } finally {
                Thread.interrupted(); // an interrupt of its own is not for the next
            }
            troubles.tellMissed();
            next = next();
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable first = install;
        install = null;
        if (first != null) {
            return first;
        }
        Fact fact = waiting.poll();
        if (fact == null) {
            running = false;
            return null;
        }
        return () -> listener.happened(fact);
    }
}
