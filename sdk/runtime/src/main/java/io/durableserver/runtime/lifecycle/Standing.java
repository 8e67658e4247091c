package io.durableserver.runtime.lifecycle;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.Registration;
import io.durableserver.runtime.routing.Failures;
import io.durableserver.runtime.routing.Readiness;
import io.durableserver.runtime.server.NodeScope;
import io.durableserver.runtime.wire.NodeState;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of a node's life: tells each change to the other nodes, to the host and to the callers that wait for the node, and
 * makes the errors of requests that come too early or too late. Thread-safe.
 */
final class Standing {
    enum State {
        STARTING,
        SERVING,
        /** The lease ran out; serving resumes when it is renewed. */
        SUSPENDED,
        DRAINING,
        ENDED
    }

    /** A wait for the node. Ends with nothing when it serves, else with the state in which there is no more to wait for. */
    private record Wait(CompletableFuture<Optional<State>> end) {}

    private final NodeScope node;
    private final Readiness readiness;
    private final Supplier<@Nullable Throwable> renewal;
    private final List<Wait> waiting = new ArrayList<>();
    private State state = State.STARTING;
    private volatile boolean atRisk;
    private volatile @Nullable Throwable storeFailure;
    private String fencedBecause = "";
    private boolean lost;
    private NodeWatcher watcher = NodeWatcher.NOBODY;

    /** @param renewal why the lease was not renewed the last time, or null */
    Standing(NodeScope node, Readiness readiness, Supplier<@Nullable Throwable> renewal) {
        this.node = node;
        this.readiness = readiness;
        this.renewal = renewal;
    }

    synchronized State now() {
        return state;
    }

    /** Changes the state; false when the present one does not lead there. */
    synchronized boolean become(State next, State... from) {
        if (!List.of(from).contains(state)) {
            return false;
        }
        state = next;
        say();
        return true;
    }

    /**
     * Ends the node for good, whatever its state.
     *
     * @param unasked whether it ends against the will of the host, which then is told
     * @return the state before
     */
    synchronized State fence(String because, boolean unasked) {
        State before = state;
        if (before == State.ENDED) {
            return before;
        }
        fencedBecause = because;
        state = State.ENDED;
        say();
        if (unasked) {
            lost = true;
            watcher.lost(because);
        }
        return before;
    }

    /** The last answer of the store to its opening; null when it is open. */
    synchronized void storeIs(@Nullable Throwable failure) {
        storeFailure = failure;
        say();
    }

    /** A node that may be fenced in a moment is given no servers. */
    synchronized void risk(boolean now) {
        if (atRisk != now) {
            atRisk = now;
            say();
        }
    }

    /** Tells the host from now on, the present first. */
    synchronized void watchedBy(NodeWatcher who) {
        watcher = who;
        who.says(said());
        if (lost) {
            who.lost(fencedBecause);
        }
    }

    /** Holds the lock, so that the last word is the newest. */
    private void say() {
        NodeState now = said();
        readiness.say(now);
        watcher.says(now);
        wakeIfOver();
    }

    private NodeState said() {
        Throwable store = storeFailure;
        Throwable failed = renewal.get();
        return switch (state) {
            case STARTING -> store == null ? NodeState.STARTING : NodeState.broken(store);
            case SERVING -> atRisk ? NodeState.broken("its lease is at risk") : NodeState.READY;
            case SUSPENDED -> failed == null ? NodeState.broken("its lease ran out") : NodeState.broken(failed);
            case DRAINING -> NodeState.DRAINING;
            case ENDED -> fencedBecause.isEmpty() ? NodeState.DRAINING : NodeState.broken(fencedBecause);
        };
    }

    // Readiness.

    boolean isReady() {
        return now() == State.SERVING && !atRisk;
    }

    /** Waits until the node serves; not for one that is closed, or whose configuration keeps it from serving. */
    void awaitReady(Duration timeout) {
        Wait wait = begin();
        Waits.forEnd(wait.end(), TimeSource.nanos(timeout));
        orRefused(end(wait));
    }

    /** As {@link #awaitReady}, without a thread. */
    CompletionStage<Void> awaitReadyAsync(Duration timeout) {
        Wait wait = begin();
        Registration timer = node.scheduler().schedule(timeout, () -> end(wait));
        CompletionStage<Void> stage = wait.end().thenAccept(this::orRefused);
        stage.whenComplete((done, failure) -> {
            timer.close();
            end(wait); // where the caller has cancelled the stage
        });
        return stage;
    }

    private synchronized Wait begin() {
        Wait wait = new Wait(new CompletableFuture<>());
        waiting.add(wait);
        wakeIfOver();
        return wait;
    }

    /** Ends the waits when the node serves, or there is nothing more to wait for. Wakes threads and executors only. */
    private void wakeIfOver() {
        boolean serves = isReady();
        if (serves || state == State.DRAINING || state == State.ENDED || misconfigured() != null) {
            List<Wait> over = List.copyOf(waiting);
            waiting.clear();
            over.forEach(wait -> wait.end().complete(serves ? Optional.empty() : Optional.of(state)));
        }
    }

    /** How a wait ended; ends it where it has not. */
    private synchronized Optional<State> end(Wait wait) {
        waiting.remove(wait);
        wait.end().complete(Optional.of(state));
        return wait.end().getNow(Optional.of(state));
    }

    private void orRefused(Optional<State> end) {
        if (end.isPresent()) {
            ConfigurationException wrong = misconfigured();
            throw wrong == null ? refusal(end.get()) : Failures.forCaller(wrong);
        }
    }

    /** The configuration that keeps the node from serving, or null. */
    private synchronized @Nullable ConfigurationException misconfigured() {
        return state == State.STARTING && storeFailure instanceof ConfigurationException wrong ? wrong : null;
    }

    // Refusals.

    /** Why a request is refused in this state. */
    NotAppliedException refusal(State now) {
        Throwable cause = storeFailure != null ? storeFailure : renewal.get();
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
}
