package io.durableserver.testkit;

import io.durableserver.runtime.jdk.JdkScheduler;
import io.durableserver.runtime.jdk.JdkTime;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.Membership.Event;
import io.durableserver.spi.Session;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** One node of a cluster in this JVM: its session, its scheduler, and a thread on which the cluster talks to it. */
final class LocalNode {
    private final Session session;
    private final ExecutorService wire;
    private final JdkScheduler scheduler;
    private final LocalTransport transport;
    private final LocalMembership membership;
    private final LocalMap map;
    private final LocalStates states;
    private volatile boolean alive = true;

    LocalNode(LocalNetwork network, Session session) {
        this.session = session;
        this.wire = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "testkit-" + session.node() + "-wire");
            thread.setDaemon(true);
            return thread;
        });
        this.scheduler = JdkScheduler.create("testkit-" + session.node());
        this.transport = new LocalTransport(network, this);
        this.membership = new LocalMembership(network, session);
        this.map = new LocalMap(network, this);
        this.states = new LocalStates(network, this);
    }

    Session session() {
        return session;
    }

    Cluster cluster() {
        return new Cluster(membership, transport, map, states, scheduler, new JdkTime());
    }

    LocalTransport transport() {
        return transport;
    }

    LocalMembership membership() {
        return membership;
    }

    LocalMap map() {
        return map;
    }

    JdkScheduler scheduler() {
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
    }

    /** From now on nothing it does has an effect outside. */
    void die() {
        alive = false;
    }

    /** Ends its threads. */
    void close() {
        alive = false;
        wire.shutdown();
        scheduler.close();
    }
}
