package io.durableserver.runtime.node;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.ServerStatus;
import io.durableserver.StopReason;
import io.durableserver.Termination;
import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.routing.ControlPlane;
import io.durableserver.runtime.routing.Routing;
import io.durableserver.runtime.turn.Rings;
import io.durableserver.runtime.wire.Control;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Stops servers by key, wherever they run. */
final class Terminations {
    private final Activations activations;
    private final Routing routing;
    private final ControlPlane control;
    private final Infos infos;
    private final TimeSource time;
    private final Session self;

    Terminations(
            Activations activations,
            Routing routing,
            ControlPlane control,
            Infos infos,
            TimeSource time,
            Session self) {
        this.activations = activations;
        this.routing = routing;
        this.control = control;
        this.infos = infos;
        this.time = time;
        this.self = self;
    }

    /**
     * Stops a server where the directory says it runs; false when it does not run.
     *
     * @param chain the servers that wait for it, outermost first
     */
    CompletionStage<Boolean> terminate(String key, Termination how, Duration timeout, List<String> chain) {
        Rings.checkLength(key, chain);
        return terminate(key, how, time.nanoTime() + timeout.toNanos(), chain);
    }

    private CompletionStage<Boolean> terminate(String key, Termination how, long deadlineNanos, List<String> chain) {
        Duration left = Duration.ofNanos(deadlineNanos - time.nanoTime());
        if (left.isNegative() || left.isZero()) {
            return CompletableFuture.failedFuture(new NotAppliedException(
                    Reason.DEADLINE_BEFORE_START, "The deadline passed before the stop", Map.of("key", key)));
        }
        return stop(key, how, left, chain)
                .thenCompose(stopped -> stopped || how != Termination.DELETE
                        ? CompletableFuture.completedFuture(stopped)
                        : deleteStored(key, deadlineNanos, chain));
    }

    /** Stops it where it runs; false when it does not, or is there no longer because of a weaker stop. */
    private CompletionStage<Boolean> stop(String key, Termination how, Duration timeout, List<String> chain) {
        if (activations.find(key) != null) {
            return activations.stop(key, reason(how), chain, timeout);
        }
        return routing.entry(key).thenCompose(entry -> {
            if (entry.isEmpty() || entry.get().session().equals(self)) {
                return CompletableFuture.completedFuture(false);
            }
            Control.TerminateRequest request = new Control.TerminateRequest(key, how, timeout.toNanos(), chain);
            return control.ask(entry.get().session(), request, timeout).thenApply(answer -> {
                if (answer instanceof Control.Terminated terminated) {
                    return terminated.stopped();
                }
                if (answer instanceof Control.Failed failed) {
                    throw failed.error().toException();
                }
                throw new NotAppliedException(Reason.NOT_RUNNING, "The server moved meanwhile", Map.of("key", key));
            });
        });
    }

    /** A stored server that does not run is started for its end: only an owner may remove a record (P1). */
    private CompletionStage<Boolean> deleteStored(String key, long deadlineNanos, List<String> chain) {
        return infos.read(key).thenCompose(info -> {
            if (info.isEmpty() || info.get().status() == ServerStatus.DELETING) {
                return CompletableFuture.completedFuture(false);
            }
            Control.StartRequest start = new Control.StartRequest(
                    key, info.get().type(), true, true, "", new byte[0], 1, deadlineNanos - time.nanoTime(), chain);
            return routing.start(start, deadlineNanos)
                    .thenCompose(started -> terminate(key, Termination.DELETE, deadlineNanos, chain));
        });
    }

    static StopReason reason(Termination how) {
        return switch (how) {
            case GRACEFUL -> StopReason.normal();
            case PERMANENT -> StopReason.permanent();
            case DELETE -> StopReason.delete();
        };
    }
}
