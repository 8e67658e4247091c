package io.durableserver.ignite.life;

import io.durableserver.Registration;
import io.durableserver.ignite.around.Outskirts;
import io.durableserver.ignite.state.NodeWatch;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Looks, now and then, whether the node is {@link Stranded}: its shell. */
final class StrandedWatch implements AutoCloseable {
    /** The patience, in lease times. */
    private static final int PATIENCE = 3;
    /** How much more often a node that serves nothing looks where it could. */
    private static final int HASTE = 4;

    private final String node;
    private final Consumer<RuntimeEvent> facts;
    private final Outskirts outskirts;
    private final List<String> peers;
    private final BooleanSupplier serves;
    private final NodeWatch watch;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final Duration every;
    private final Stranded steps;
    private volatile boolean closed;
    private volatile @Nullable Registration timer;

    StrandedWatch(
            String node,
            Consumer<RuntimeEvent> facts,
            Outskirts outskirts,
            List<String> peers,
            BooleanSupplier serves,
            NodeWatch watch,
            Scheduler scheduler,
            TimeSource time,
            Duration leaseTime) {
        this.node = node;
        this.facts = facts;
        this.outskirts = outskirts;
        this.peers = peers;
        this.serves = serves;
        this.watch = watch;
        this.scheduler = scheduler;
        this.time = time;
        this.every = leaseTime;
        this.steps = new Stranded(leaseTime.multipliedBy(PATIENCE).toNanos());
        later(every);
    }

    private void later(Duration pause) {
        if (!closed) {
            timer = scheduler.schedule(pause, this::look);
        }
    }

    private void look() {
        if (closed) {
            return;
        }
        if (!steps.wonders(serves.getAsBoolean(), time.nanoTime())) {
            later(every);
            return;
        }
        outskirts.answering(peers).whenComplete((answering, failure) -> {
            if (failure == null) {
                go(answering); // else there is no node to be asked now
            }
            later(every.dividedBy(HASTE));
        });
    }

    private void go(Set<String> answering) {
        List<String> there = steps.look(answering);
        if (!there.isEmpty()) {
            facts.accept(new ClusterEvent.NodeStranded(node, there.toString()));
            watch.stepDown(there, "This node could not serve where it was, and nodes outside its cluster answered");
        }
    }

    @Override
    public void close() {
        closed = true;
        Registration next = timer;
        if (next != null) {
            next.close();
        }
    }
}
