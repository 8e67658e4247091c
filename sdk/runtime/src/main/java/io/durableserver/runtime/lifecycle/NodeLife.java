package io.durableserver.runtime.lifecycle;

import io.durableserver.Registration;
import io.durableserver.admin.DrainReport;
import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.call.PendingCalls;
import io.durableserver.runtime.lifecycle.Standing.State;
import io.durableserver.runtime.ownership.NodeLease;
import io.durableserver.runtime.routing.Readiness;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.spi.Backend;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.Membership;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** From start to end of a node: store, lease, serving, drain, goodbye. */
public final class NodeLife implements NodeLease.Listener {
    /** How long a drain that nobody waits for may take for its report. */
    private static final Duration GIVEN_UP = Duration.ofSeconds(2);

    private final NodeScope node;
    private final NodeFacts facts;
    private final Watches watches;
    private final Backend backend;
    private final Activations activations;
    private final PendingCalls calls;
    private final NodeLease lease;
    private final Standing standing;
    private final CompletableFuture<DrainReport> drained = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile DrainReport report = DrainReport.NOTHING;
    private final AtomicBoolean served = new AtomicBoolean();
    private final AtomicBoolean ready = new AtomicBoolean();
    private @Nullable Registration listening;

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
        this.lease = Leases.of(node, backend, this);
        this.standing = new Standing(node, readiness, lease::lastFailure);
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
        return standing.now() == State.STARTING;
    }

    private void storeOpened(@Nullable Throwable failure) {
        standing.storeIs(failure);
        if (failure == null) {
            lease.start();
        }
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

    // The lease.

    @Override
    public void atRisk(@Nullable Throwable cause) {
        standing.risk(true);
    }

    @Override
    public void held() {
        standing.risk(false);
        if (standing.become(State.SERVING, State.STARTING, State.SUSPENDED)) {
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
        standing.become(State.SUSPENDED, State.SERVING);
        activations.fenceAll();
    }

    @Override
    public void revoked() {
        fence("another node ended its lease", ErrorCode.LEASE_ENDED);
    }

    // Readiness.

    public boolean isReady() {
        return standing.isReady();
    }

    /** Runs something when the node takes requests, as one whose lease is at risk still does; else fails at once with what keeps it from that. */
    public <T> CompletionStage<T> whenReady(Supplier<CompletionStage<T>> task) {
        State now = standing.now();
        if (now == State.SERVING) {
            return task.get();
        }
        return CompletableFuture.failedFuture(standing.refusal(now));
    }

    /** Reads something, unless the node has ended: then fails at once. */
    <T> CompletionStage<T> unlessClosed(Supplier<CompletionStage<T>> read) {
        State now = standing.now();
        return now == State.ENDED ? CompletableFuture.failedFuture(standing.refusal(now)) : read.get();
    }

    /** Waits until the node serves; not for one that is closed, or whose configuration keeps it from serving. */
    public void awaitReady(Duration timeout) {
        standing.awaitReady(timeout);
    }

    /** As {@link #awaitReady}, without a thread that waits. */
    public CompletionStage<Void> awaitReadyAsync(Duration timeout) {
        return standing.awaitReadyAsync(timeout);
    }

    /** Tells the host of the node from now on how it stands, the present first. */
    public void watchedBy(NodeWatcher watcher) {
        standing.watchedBy(watcher);
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
        State before = standing.fence(because, unasked != null);
        if (before == State.ENDED) {
            return;
        }
        lease.abandon();
        activations.drain();
        if (unasked != null) {
            facts.lost(unasked, because); // before what follows from it; it waits for nothing
        }
        if (before == State.DRAINING) {
            activations.fenceAll(); // the drain, whose stops end with this, reports what was not stored
            return;
        }
        CompletionStage<DrainReport> fenced = Drain.fence(activations, node.scheduler(), node.config(), node.facts());
        release();
        fenced.thenAccept(this::closed);
    }

    /** Stops everything in good order and leaves; the same report again when it has begun before. */
    public CompletionStage<DrainReport> drain() {
        if (!standing.become(State.DRAINING, State.STARTING, State.SERVING, State.SUSPENDED)) {
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
                    standing.become(State.ENDED, State.DRAINING);
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
