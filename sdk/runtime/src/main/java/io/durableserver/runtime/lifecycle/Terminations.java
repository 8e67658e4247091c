package io.durableserver.runtime.lifecycle;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerStatus;
import io.durableserver.StopReason;
import io.durableserver.Termination;
import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.ownership.AcquireSteps.Result;
import io.durableserver.runtime.ownership.Acquisition;
import io.durableserver.runtime.routing.ControlPlane;
import io.durableserver.runtime.routing.Routing;
import io.durableserver.runtime.turn.NodeFuture;
import io.durableserver.runtime.turn.Rings;
import io.durableserver.runtime.wire.Control;
import io.durableserver.runtime.wire.Origin;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Ends servers by key: wherever they run, and what is stored of those that do not. */
public final class Terminations {
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Activations activations;
    private final Routing routing;
    private final ControlPlane control;
    private final Infos infos;
    private final Acquisition acquisition;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final Session self;

    public Terminations(
            Activations activations,
            Routing routing,
            ControlPlane control,
            Infos infos,
            Acquisition acquisition,
            Cluster cluster) {
        this.activations = activations;
        this.routing = routing;
        this.control = control;
        this.infos = infos;
        this.acquisition = acquisition;
        this.scheduler = cluster.scheduler();
        this.time = cluster.time();
        this.self = cluster.membership().self();
    }

    /**
     * Ends a server: where it runs, or what is stored of it; false when there was nothing to end.
     *
     * @param origin the callers that wait for it
     */
    CompletionStage<Boolean> terminate(String key, Termination how, Duration timeout, Origin origin) {
        Rings.checkLength(key, origin.chain());
        return terminate(key, how, origin.until(time.nanoTime() + timeout.toNanos()));
    }

    private CompletionStage<Boolean> terminate(String key, Termination how, Origin origin) {
        if (origin.deadlineNanos() - time.nanoTime() <= 0) {
            return CompletableFuture.failedFuture(new NotAppliedException(
                    Reason.DEADLINE_BEFORE_START, "The deadline passed before the stop", Map.of("key", key)));
        }
        return stop(key, how, origin)
                .thenCompose(stopped -> stopped || how == Termination.GRACEFUL
                        ? CompletableFuture.completedFuture(stopped)
                        : endStored(key, how, origin));
    }

    /** Stops it where it runs; false when it does not, or is there no longer because of a weaker stop. */
    private CompletionStage<Boolean> stop(String key, Termination how, Origin origin) {
        if (activations.find(key) != null) {
            Duration left = Duration.ofNanos(origin.deadlineNanos() - time.nanoTime());
            return activations.stop(key, reason(how), origin.chain(), left);
        }
        return routing.entry(key).thenCompose(entry -> {
            if (entry.isEmpty() || entry.get().session().equals(self)) {
                return CompletableFuture.completedFuture(false);
            }
            return stopAt(entry.get().session(), key, how, origin);
        });
    }

    private CompletionStage<Boolean> stopAt(Session owner, String key, Termination how, Origin origin) {
        long now = time.nanoTime();
        Control.TerminateRequest request = new Control.TerminateRequest(key, how, origin.leaving(now));
        return control.ask(owner, request, Duration.ofNanos(Math.max(1, origin.deadlineNanos() - now)))
                .thenApply(answer -> {
                    if (answer instanceof Control.Terminated terminated) {
                        return terminated.stopped();
                    }
                    if (answer instanceof Control.Failed failed) {
                        throw failed.error().toException();
                    }
                    throw new NotAppliedException(Reason.NOT_RUNNING, "The server moved meanwhile", Map.of("key", key));
                });
    }

    /** A stored server that does not run is claimed for its end: only an owner may change a record (P1). No user code runs. */
    private CompletionStage<Boolean> endStored(String key, Termination how, Origin origin) {
        ServerStatus status = how == Termination.DELETE ? ServerStatus.DELETING : ServerStatus.STOPPED_PERMANENT;
        return infos.read(key).thenCompose(info -> {
            if (info.isEmpty() || isOver(info.get().status(), how)) {
                return CompletableFuture.completedFuture(false);
            }
            return acquisition
                    .end(key, info.get().type(), status, origin.deadlineNanos())
                    .thenCompose(result -> ended(result, key, how, origin));
        });
    }

    private static boolean isOver(ServerStatus status, Termination how) {
        return status == ServerStatus.DELETING
                || (how == Termination.PERMANENT
                        && (status == ServerStatus.STOPPED_PERMANENT || status == ServerStatus.PERMANENTLY_CRASHED));
    }

    private CompletionStage<Boolean> ended(Result result, String key, Termination how, Origin origin) {
        if (result instanceof Result.Failed failed) {
            boolean gone =
                    failed.error() instanceof NotAppliedException refused && refused.reason() == Reason.NOT_FOUND;
            return gone ? CompletableFuture.completedFuture(false) : CompletableFuture.failedFuture(failed.error());
        }
        if (result instanceof Result.Elsewhere running) {
            return stopAt(running.owner(), key, how, origin)
                    .thenCompose(
                            stopped -> stopped ? CompletableFuture.completedFuture(true) : again(key, how, origin));
        }
        return CompletableFuture.completedFuture(true);
    }

    /** It comes and goes: looks again. */
    private CompletionStage<Boolean> again(String key, Termination how, Origin origin) {
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        scheduler.schedule(PAUSE, () -> NodeFuture.relay(terminate(key, how, origin), end));
        return end;
    }

    static StopReason reason(Termination how) {
        return switch (how) {
            case GRACEFUL -> StopReason.normal();
            case PERMANENT -> StopReason.permanent();
            case DELETE -> StopReason.delete();
        };
    }
}
