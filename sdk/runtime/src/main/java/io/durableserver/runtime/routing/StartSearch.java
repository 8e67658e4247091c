package io.durableserver.runtime.routing;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.ownership.Directory;
import io.durableserver.runtime.placement.ClusterView;
import io.durableserver.runtime.placement.Placement;
import io.durableserver.runtime.wire.Control;
import io.durableserver.runtime.wire.Start;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Finds a node that arbitrates one start: the owner of the key in the directory, or the next among those that are
 * ready. One that refuses or is lost is not asked again before the others were.
 */
final class StartSearch {
    private final Start request;
    private final long deadlineNanos;
    private final CompletableFuture<Control.Started> end;
    private final Directory directory;
    private final Readiness readiness;
    private final ControlPlane control;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final Set<Session> refused = new HashSet<>();
    private final Map<String, String> refusals = new TreeMap<>();
    private int rounds;
    private @Nullable Throwable last;

    StartSearch(
            Start request,
            CompletableFuture<Control.Started> end,
            Directory directory,
            Readiness readiness,
            ControlPlane control,
            Scheduler scheduler,
            TimeSource time) {
        this.request = request;
        this.deadlineNanos = request.origin().deadlineNanos();
        this.end = end;
        this.directory = directory;
        this.readiness = readiness;
        this.control = control;
        this.scheduler = scheduler;
        this.time = time;
    }

    /** Asks the next one; whatever a step throws ends the search. */
    void next() {
        guarded(this::further);
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error thrown) {
            end.completeExceptionally(Failures.typed(thrown));
        }
    }

    private void further() {
        long left = deadlineNanos - time.nanoTime();
        ClusterView view = readiness.view();
        if (left <= 0) {
            end.completeExceptionally(overdue(view));
            return;
        }
        Optional<Session> arbiter = Placement.arbiter(view, request.key(), owner(), refused);
        if (arbiter.isPresent()) {
            ask(arbiter.get(), left);
        } else {
            refused.clear();
            scheduler.schedule(Backoff.before(rounds++, left), this::next);
        }
    }

    /** The directory may not be able to tell, because it has lost nodes or is closing: any ready node will do. */
    private Optional<Session> owner() {
        try {
            return Optional.of(directory.arbiter(request.key()));
        } catch (RuntimeException unknown) {
            last = unknown;
            return Optional.empty();
        }
    }

    private void ask(Session arbiter, long left) {
        Start leaving = request.leaving(deadlineNanos - left);
        control.ask(arbiter, new Control.StartRequest(leaving), Duration.ofNanos(left))
                .whenComplete((answer, failure) -> guarded(() -> {
                    if (answer instanceof Control.Started started) {
                        end.complete(started);
                    } else if (answer instanceof Control.Failed failed) {
                        DurableServerException error = failed.error().toException();
                        if (Failures.isNotReady(error)) {
                            refuse(arbiter, error);
                        } else {
                            end.completeExceptionally(error);
                        }
                    } else if (failure != null && time.nanoTime() - deadlineNanos >= 0) {
                        end.completeExceptionally(Failures.typed(failure));
                    } else {
                        refuse(arbiter, failure);
                    }
                }));
    }

    private void refuse(Session arbiter, @Nullable Throwable why) {
        refused.add(arbiter);
        last = why;
        refusals.put(arbiter.node(), why instanceof DurableServerException typed ? typed.code() : "does not answer");
        next();
    }

    private NotAppliedException overdue(ClusterView view) {
        if (last == null && rounds == 0) {
            return new NotAppliedException(
                    Reason.DEADLINE_BEFORE_START,
                    "The deadline passed before the start",
                    Map.of("key", request.key(), "type", request.type()));
        }
        Map<String, String> nodes = new TreeMap<>(refusals);
        nodes.putAll(view.notReady());
        return new NotAppliedException(
                Reason.NOT_READY,
                "No node that is ready took the start before the deadline",
                Map.of("key", request.key(), "type", request.type(), "nodes", nodes),
                last);
    }
}
