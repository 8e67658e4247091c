package io.durableserver.ignite.life;

import io.durableserver.ignite.NodeState;
import io.durableserver.ignite.base.Daemons;
import io.durableserver.ignite.life.LifeSteps.Effect;
import io.durableserver.ignite.life.LifeSteps.Event;
import io.durableserver.ignite.life.LifeSteps.Leaving;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.TimeSource;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The life of an embedded node from its first join to its end: the shell of {@link LifeSteps}. Everything that blocks happens on
 * one thread of its own, which keeps the JVM alive while there is no Ignite node that does; never on a thread of Ignite, which would
 * wait for itself. Thread-safe.
 */
final class Life {
    private static final int ANY = -1;

    /** What happened to the how-manieth Ignite node. */
    private record News(int node, Event event) {}

    private final String name;
    private final Seat seat;
    private final TimeSource time;
    private final LifeSteps steps;
    private final Consumer<RuntimeEvent> facts;
    private final BlockingQueue<News> news = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final Thread thread;
    private final AtomicInteger node = new AtomicInteger();
    /** The time at which a pause ends; only the thread of this life uses it. */
    private @Nullable Long due;

    private boolean joining;
    private boolean closing;

    Life(String name, Seat seat, LifeSteps steps, TimeSource time, Consumer<RuntimeEvent> facts) {
        this.name = name;
        this.seat = seat;
        this.steps = steps;
        this.time = time;
        this.facts = facts;
        this.thread = Daemons.keeper("durable-life-" + name, this::run);
    }

    /** An Ignite node has joined. */
    void start() {
        thread.start();
    }

    /** The number of the Ignite node that is there, or that is started now. */
    int node() {
        return node.get();
    }

    /** Each attempt to start an Ignite node has a number of its own: what happened to one that failed is not heard. */
    void attempt() {
        node.incrementAndGet();
    }

    /** Something happened to an Ignite node; of one that is gone it is not heard. Does not block. */
    void happened(int which, Event event) {
        news.add(new News(which, event));
    }

    /** Ends when the node is over for good. */
    CompletableFuture<Void> over() {
        return over;
    }

    /** Asks for the end; does not wait for it. */
    void close() {
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
            if (joining) {
                thread.interrupt();
            }
        }
        news.add(new News(ANY, new Event.Close()));
    }

    private void run() {
        try {
            while (!steps.isOver()) {
                live();
            }
        } catch (Throwable defect) {
            // An error of this library: the node is not served by any thread any more, and its
            // callers must not wait for ever.
            facts.accept(new NodeEvent.Defect("the life of a node ended", defect));
            seat.told(NodeState.Phase.STOPPED, "A defect ended it: " + defect, false);
        } finally {
            over.complete(null);
        }
    }

    private void live() throws InterruptedException {
        News next = due == null ? news.take() : news.poll(due - time.nanoTime(), TimeUnit.NANOSECONDS);
        Event event;
        if (next == null) {
            due = null;
            event = new Event.Due();
        } else if (next.node() == ANY || next.node() == node.get()) {
            event = next.event();
        } else {
            return;
        }
        while (true) {
            Effect effect = on(event);
            if (effect instanceof Effect.Leave leave) {
                event = new Event.Stopped(seat.leave(leave.how()));
            } else if (effect instanceof Effect.Join join) {
                event = join(join.alone());
            } else {
                settle(effect);
                return;
            }
        }
    }

    private void settle(Effect effect) {
        if (effect instanceof Effect.Pause pause) {
            due = time.nanoTime() + pause.time().toNanos();
        } else if (effect instanceof Effect.End end) {
            due = null;
            over.complete(null);
            if (end.exit()) {
                seat.exit();
            }
        }
    }

    private Effect on(Event event) {
        Effect effect = steps.on(
                event,
                time.nanoTime(),
                Instant.ofEpochMilli(time.wallMillis()),
                ThreadLocalRandom.current().nextDouble());
        String cause = steps.cause();
        if (!(effect instanceof Effect.Wait) && !cause.isEmpty()) {
            facts.accept(new ClusterEvent.NodeMoves(name, steps.phase().name(), cause));
            seat.told(steps.phase(), cause, effect instanceof Effect.Leave leave && leave.how() == Leaving.IN_ORDER);
        }
        return effect;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only this thread changes it
    private Event join(boolean alone) {
        synchronized (this) {
            if (closing) {
                return new Event.Failed("it is being closed");
            }
            joining = true;
        }
        node.incrementAndGet();
        try {
            seat.join(alone);
            facts.accept(new ClusterEvent.NodeRejoined(name));
            return new Event.Joined();
        } catch (RuntimeException failure) {
            facts.accept(new ClusterEvent.RejoinFailed(name, failure));
            return new Event.Failed(String.valueOf(failure.getMessage()));
        } finally {
            synchronized (this) {
                joining = false;
            }
            // Of the close that ended the join, which is in the news as well.
            Thread.interrupted();
        }
    }
}
