package io.durableserver.runtime.lifecycle;

import io.durableserver.OutcomeUnknownException;
import io.durableserver.OutcomeUnknownException.Reason;
import io.durableserver.admin.DrainReport;
import io.durableserver.runtime.server.NodeScope;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A thread that waits for the end of a node, and what it is told. */
public final class Closing {
    /** How long the listeners may still take. */
    private static final Duration LISTENERS = Duration.ofSeconds(1);

    private final NodeScope node;
    private final NodeLife life;
    private final AtomicBoolean told = new AtomicBoolean();

    public Closing(NodeScope node, NodeLife life) {
        this.node = node;
        this.life = life;
    }

    /** Drains, waits for it, and says so once when something could not be stored. */
    public void close() {
        DrainReport result = awaitDrained();
        if (!result.isClean() && !told.getAndSet(true)) {
            throw Drain.notStored(result, node.config().prefix());
        }
    }

    public DrainReport awaitDrained() {
        Duration budget =
                node.config().timeouts().drain().plus(node.config().lease().time());
        try {
            DrainReport report = life.drain().toCompletableFuture().get(budget.toMillis(), TimeUnit.MILLISECONDS);
            awaitListeners();
            return report;
        } catch (TimeoutException | ExecutionException e) {
            life.giveUp();
            throw new OutcomeUnknownException(
                    Reason.DEADLINE,
                    "The node did not drain in time",
                    Map.of("prefix", node.config().prefix(), "budget", budget),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            life.giveUp();
            throw new OutcomeUnknownException(
                    Reason.INTERRUPTED,
                    "The thread was interrupted while the node drained",
                    Map.of("prefix", node.config().prefix()),
                    e);
        }
    }

    /** Waits until the listeners have heard the end, before the process may go; one that blocks is left behind. */
    private void awaitListeners() {
        try {
            node.facts().close().toCompletableFuture().get(LISTENERS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException theirs) {
            return; // what they do is not our result
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
