package io.durableserver.testkit;

import io.durableserver.runtime.jdk.JdkScheduler;
import io.durableserver.runtime.jdk.JdkTime;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.Membership.Event;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.SharedMap;
import io.durableserver.spi.TimeSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One node of a cluster in this JVM: its session, its scheduler, and a thread on which the cluster talks to it. */
final class LocalNode {
    private final Session session;
    private final ExecutorService wireThread;
    private final Executor wire;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final LocalTransport transport;
    private final LocalMembership membership;
    private final Cluster cluster;
    private final List<LocalMap> maps = new CopyOnWriteArrayList<>();
    private final LocalStates states;
    private final Consumer<RuntimeEvent> facts;
    private volatile boolean alive = true;

    /** @param facts told what the cluster tells of this node; any thread, never blocks */
    LocalNode(LocalNetwork network, Session session, @Nullable VirtualTime virtual, Consumer<RuntimeEvent> facts) {
        this.session = session;
        this.facts = facts;
        this.wireThread = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "testkit-" + session.node() + "-wire");
            thread.setDaemon(true);
            return thread;
        });
        JdkScheduler threads = JdkScheduler.create("testkit-" + session.node());
        if (virtual == null) {
            this.wire = wireThread;
            this.scheduler = threads;
            this.time = new JdkTime();
        } else {
            VirtualScheduler counting = new VirtualScheduler(virtual, threads);
            this.wire = virtual.counted(counting, wireThread);
            this.scheduler = counting;
            this.time = virtual;
        }
        this.transport = new LocalTransport(network, this);
        this.membership = new LocalMembership(network, session);
        this.states = new LocalStates(network, this);
        this.cluster = Cluster.of(membership, transport, spec -> open(network.rows(spec)), states, scheduler, time);
    }

    Session session() {
        return session;
    }

    Cluster cluster() {
        return cluster;
    }

    void tell(RuntimeEvent event) {
        facts.accept(event);
    }

    private SharedMap open(LocalRows rows) {
        LocalMap map = new LocalMap(rows, this);
        maps.removeIf(LocalMap::isClosed);
        maps.add(map);
        return map;
    }

    LocalTransport transport() {
        return transport;
    }

    LocalMembership membership() {
        return membership;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    boolean isAlive() {
        return alive;
    }

    /** Runs something on this node's wire thread, after everything given before; not at all once it is dead. */
    void wire(Runnable task) {
        try {
            wire.execute(() -> {
                if (alive) {
                    task.run();
                }
            });
        } catch (RejectedExecutionException e) {
            if (alive) {
                throw e;
            }
        }
    }

    /** Waits until the wire thread has done what it was given before; not for a node that ends meanwhile. */
    void settle() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        try {
            wire.execute(() -> done.complete(null));
        } catch (RejectedExecutionException ended) {
            return;
        }
        done.join();
    }

    void told(Event event) {
        membership.apply(event);
        if (event instanceof Event.Left left) {
            transport.lost(left.session());
        } else if (event instanceof Event.Failed failed) {
            transport.lost(failed.session());
        }
        maps.forEach(LocalMap::membersChanged);
    }

    /** From now on nothing it does has an effect outside. */
    void die() {
        alive = false;
        maps.forEach(LocalMap::close);
    }

    /** Ends its threads. */
    void close() {
        die();
        wireThread.shutdown();
        scheduler.close();
    }
}
