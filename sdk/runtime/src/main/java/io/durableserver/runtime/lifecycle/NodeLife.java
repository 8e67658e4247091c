package io.durableserver.runtime.lifecycle;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.Registration;
import io.durableserver.admin.DrainReport;
import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.call.PendingCalls;
import io.durableserver.runtime.ownership.NodeLease;
import io.durableserver.runtime.routing.Failures;
import io.durableserver.runtime.routing.Readiness;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.runtime.wire.NodeState;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.Membership;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** From start to end of a node: store, lease, serving, drain, goodbye. */
public final class NodeLife implements NodeLease.Listener {
    private enum State {
        STARTING,
        SERVING,
        /** The lease ran out; serving resumes when it is renewed. */
        SUSPENDED,
        DRAINING,
        ENDED
    }

    /** How long a drain that nobody waits for may take for its report. */
    private static final Duration GIVEN_UP = Duration.ofSeconds(2);

    private final NodeScope node;
    private final NodeFacts facts;
    private final Watches watches;
    private final Backend backend;
    private final Activations activations;
    private final PendingCalls calls;
    private final NodeLease lease;
    private final Readiness readiness;
    private final CompletableFuture<DrainReport> drained = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile DrainReport report = DrainReport.NOTHING;
    private State state = State.STARTING;
    private final AtomicBoolean served = new AtomicBoolean();
    private final AtomicBoolean ready = new AtomicBoolean();
    private volatile boolean atRisk;
    private volatile @Nullable Throwable storeFailure;
    private String fencedBecause = "";
    private CompletableFuture<Void> change = new CompletableFuture<>();
    private @Nullable Registration listening;
    private boolean lost;
    private NodeWatcher watcher = NodeWatcher.NOBODY;

    public NodeLife(
            NodeScope node,
            Watches watches,
            Backend backend,
            Activations activations,
            PendingCalls calls,
            Readiness readiness) {
        this.node = node;
        this.facts = new NodeFacts(node);
        this.watches = watches;
        this.backend = backend;
        this.activations = activations;
        this.calls = calls;
        this.readiness = readiness;
        this.lease = Leases.of(node, backend, this);
    }

    public void start() {
        facts.born();
        listening = node.membership().listen(event -> {
            facts.member(event);
            node.scheduler().internal().execute(() -> onMember(event));
        });
        new StoreOpening(backend, node.scheduler(), node.config().prefix(), node.facts())
                .open(this::isStarting, this::storeOpened);
    }

    private boolean isStarting() {
        return current() == State.STARTING;
    }

    private void storeOpened(@Nullable Throwable failure) {
        storeIs(failure);
        if (failure == null) {
            lease.start();
        }
    }

    private synchronized void storeIs(@Nullable Throwable failure) {
        storeFailure = failure;
        say();
    }

    private void onMember(Membership.Event event) {
        if (event instanceof Membership.Event.Left left) {
            calls.onLost(left.session());
        } else if (event instanceof Membership.Event.Failed failed) {
            calls.onLost(failed.session());
        } else if (event instanceof Membership.Event.Segmented) {
            fence("it was cut off from the cluster", ErrorCode.CUT_OFF);
        }
    }

    // The state.

    private synchronized State current() {
        return state;
    }

    /** Changes the state; false when the present one does not lead there. */
    private synchronized boolean become(State next, State... from) {
        if (!List.of(from).contains(state)) {
            return false;
        }
        state = next;
        say();
        return true;
    }

    /** Tells the others what is, and wakes who waits for a change. Holds the lock, so that the last word is the newest. */
    private void say() {
        NodeState now = standing();
        readiness.say(now);
        watcher.says(now);
        // Nothing is chained on it: this only wakes threads.
        change.complete(null);
        change = new CompletableFuture<>();
    }

    /** Tells somebody from now on, the present first. */
    public synchronized void watchedBy(NodeWatcher who) {
        watcher = who;
        who.says(standing());
        if (lost) {
            who.lost(fencedBecause);
        }
    }

    private NodeState standing() {
        Throwable store = storeFailure;
        Throwable renewal = lease.lastFailure();
        return switch (state) {
            case STARTING -> store == null ? NodeState.STARTING : NodeState.broken(store);
            case SERVING -> atRisk ? NodeState.broken("its lease is at risk") : NodeState.READY;
            case SUSPENDED -> renewal == null ? NodeState.broken("its lease ran out") : NodeState.broken(renewal);
            case DRAINING -> NodeState.DRAINING;
            case ENDED -> fencedBecause.isEmpty() ? NodeState.DRAINING : NodeState.broken(fencedBecause);
        };
    }

    // The lease.

    @Override
    public void atRisk(@Nullable Throwable cause) {
        risk(true);
    }

    /** Others start nothing here that may be fenced in a moment. */
    private synchronized void risk(boolean now) {
        if (atRisk != now) {
            atRisk = now;
            say();
        }
    }

    @Override
    public void held() {
        risk(false);
        if (become(State.SERVING, State.STARTING, State.SUSPENDED)) {
            served.set(true);
        }
    }

    @Override
    public void settled() {
        if (served.get() && !ready.getAndSet(true)) {
            facts.ready();
            Leases.removePast(node, backend);
        }
    }

    @Override
    public void expired() {
        become(State.SUSPENDED, State.SERVING);
        activations.fenceAll();
    }

    @Override
    public void revoked() {
        fence("another node ended its lease", ErrorCode.LEASE_ENDED);
    }

    // Readiness.

    public boolean isReady() {
        return current() == State.SERVING && !atRisk;
    }

    /** Runs something when the node takes requests, as one whose lease is at risk still does; else fails at once with what keeps it from that. */
    public <T> CompletionStage<T> whenReady(Supplier<CompletionStage<T>> task) {
        State now = current();
        if (now == State.SERVING) {
            return task.get();
        }
        return CompletableFuture.failedFuture(refusal(now));
    }

    /** Reads something, unless the node has ended: then fails at once. */
    <T> CompletionStage<T> unlessClosed(Supplier<CompletionStage<T>> read) {
        State now = current();
        return now == State.ENDED ? CompletableFuture.failedFuture(refusal(now)) : read.get();
    }

    private NotAppliedException notReady(String message, @Nullable Throwable cause) {
        return refused(Reason.NOT_READY, message, cause);
    }

    private NotAppliedException refused(Reason reason, String message, @Nullable Throwable cause) {
        return new NotAppliedException(
                reason,
                message,
                Map.of("node", node.session(), "prefix", node.config().prefix()),
                cause);
    }

    private NotAppliedException refusal(State now) {
        Throwable cause = storeFailure != null ? storeFailure : lease.lastFailure();
        return switch (now) {
            case STARTING -> notReady("The node is not ready yet", cause);
            case SUSPENDED -> notReady("The node's lease ran out; it waits for the store", cause);
            case SERVING -> notReady("The node's lease is at risk: it was not renewed in time", cause);
            case DRAINING -> refused(Reason.DRAINING, "The node is draining", null);
            case ENDED -> notReady(ended(), null);
        };
    }

    private synchronized String ended() {
        return fencedBecause.isEmpty() ? "The node is closed" : "The node serves no more: " + fencedBecause;
    }

    /** Waits until the node serves; not for one that is closed, or whose configuration keeps it from serving. */
    public void awaitReady(Duration timeout) {
        long start = node.time().nanoTime();
        for (long left = TimeSource.nanos(timeout);
                ;
                left = TimeSource.nanos(timeout) - (node.time().nanoTime() - start)) {
            State now;
            CompletableFuture<Void> changed;
            synchronized (this) {
                now = state;
                changed = change;
            }
            if (now == State.SERVING && !atRisk) {
                return;
            }
            if (now == State.STARTING && storeFailure instanceof ConfigurationException wrong) {
                throw Failures.forCaller(wrong);
            }
            if (now == State.DRAINING || now == State.ENDED || left <= 0 || !Waits.forChange(changed, left)) {
                throw refusal(now);
            }
        }
    }

    // The end.

    /** Stops serving at once and for good. */
    public void fence() {
        fence("it was fenced", null);
    }

    /**
     * Stops serving.
     *
     * @param unasked the code of why, where nobody here wanted it and so has to be told; else null
     */
    private void fence(String because, @Nullable ErrorCode unasked) {
        boolean drains;
        synchronized (this) {
            if (state == State.ENDED) {
                return;
            }
            drains = state == State.DRAINING;
            fencedBecause = because;
            state = State.ENDED;
            say();
            if (unasked != null) {
                lost = true;
                watcher.lost(because);
            }
        }
        lease.abandon();
        activations.drain();
        if (unasked != null) {
            facts.lost(unasked, because); // before what follows from it; it waits for nothing
        }
        if (drains) {
            activations.fenceAll(); // the drain, whose stops end with this, reports what was not stored
            return;
        }
        CompletionStage<DrainReport> fenced = Drain.fence(activations, node.scheduler(), node.config(), node.facts());
        release();
        fenced.thenAccept(this::closed);
    }

    /** Stops everything in good order and leaves; the same report again when it has begun before. */
    public CompletionStage<DrainReport> drain() {
        if (!become(State.DRAINING, State.STARTING, State.SERVING, State.SUSPENDED)) {
            return drained;
        }
        facts.draining(activations.count());
        activations.drain();
        Drain.run(activations, node.scheduler(), node.time(), node.config(), node.facts())
                .thenCompose(result -> {
                    report = result;
                    activations.fenceAll();
                    return lease.goodbye();
                })
                .whenComplete((done, failure) -> {
                    become(State.ENDED, State.DRAINING);
                    if (failure != null) {
                        facts.goodbyeFailed(failure);
                    }
                    finish();
                });
        return drained;
    }

    private void finish() {
        release();
        closed(report);
    }

    /** Whoever waits for the drain does so no more: it is cut short, and reports by itself. */
    void giveUp() {
        fence();
        release();
        node.scheduler().schedule(GIVEN_UP, this::finish);
    }

    private void closed(DrainReport end) {
        if (!closed.getAndSet(true)) {
            facts.closed(end);
            drained.complete(end);
        }
    }

    private void release() {
        if (listening != null) {
            listening.close();
        }
        activations.close();
        node.background().close();
        watches.close();
        calls.close();
        backend.close();
    }
}
