package io.durableserver.backend.mirror;

import io.durableserver.spi.StoreEvent;
import io.durableserver.testkit.backend.InMemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Processes, two stores and time, in one thread and from one seed. */
final class World {
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private static final long MAX_EVENTS = 3_000_000;

    private record Event(long at, int tie, @Nullable Node node, Runnable task) {}

    final Random random;
    final InMemoryStore source = new InMemoryStore();
    final InMemoryStore target = new InMemoryStore();
    final Lies sourceLies = new Lies();
    final Lies targetLies = new Lies();
    final Removals removals = new Removals(source, target);
    /** The facts of all nodes. */
    final List<StoreEvent> told = new ArrayList<>();

    private final PriorityQueue<Event> queue =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingInt(Event::tie));
    private long now;
    private int sessions;
    private long events;

    World(long seed) {
        random = new Random(seed * 0x9E3779B97F4A7C15L + 17);
    }

    long now() {
        return now;
    }

    /** A new process with this node name. */
    Node boot(String name) {
        return new Node(this, name, "i" + ++sessions);
    }

    void after(@Nullable Node node, long delayNanos, Runnable task) {
        queue.add(new Event(now + Math.max(0, delayNanos), random.nextInt(), node, task));
    }

    /** Runs events until the condition holds. */
    boolean runUntil(BooleanSupplier condition, Duration limit) {
        long end = now + limit.toNanos();
        while (!condition.getAsBoolean()) {
            Event event = queue.peek();
            if (event == null || event.at() > end) {
                now = end;
                return condition.getAsBoolean();
            }
            queue.remove();
            now = Math.max(now, event.at());
            if (++events > MAX_EVENTS) {
                throw new AssertionError("Something turns in circles at " + now / 1_000_000 + " ms");
            }
            if (event.node() == null) {
                event.task().run();
            } else if (!event.node().dead()) {
                long thaws = event.node().frozenUntil();
                if (thaws > now) {
                    after(event.node(), thaws - now + random.nextInt(1_000_000), event.task());
                } else {
                    event.task().run();
                }
            }
        }
        return true;
    }

    void run(Duration time) {
        runUntil(() -> false, time);
    }

    /** Runs events until a stage is done. */
    <T> T await(CompletionStage<T> stage) {
        var future = stage.toCompletableFuture();
        if (!runUntil(future::isDone, PATIENCE)) {
            throw new AssertionError("Not done after " + PATIENCE);
        }
        try {
            return future.join();
        } catch (CompletionException failure) {
            throw failure.getCause() instanceof RuntimeException known ? known : failure;
        }
    }
}
