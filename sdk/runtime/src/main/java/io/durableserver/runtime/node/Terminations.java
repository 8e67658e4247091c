package io.durableserver.runtime.node;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.StopReason;
import io.durableserver.Termination;
import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.routing.ControlPlane;
import io.durableserver.runtime.routing.Routing;
import io.durableserver.runtime.wire.Control;
import io.durableserver.spi.Session;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Stops servers by key, wherever they run. */
final class Terminations {
    private final Activations activations;
    private final Routing routing;
    private final ControlPlane control;
    private final Session self;

    Terminations(Activations activations, Routing routing, ControlPlane control, Session self) {
        this.activations = activations;
        this.routing = routing;
        this.control = control;
        this.self = self;
    }

    /** Stops a server where the directory says it runs; false when it does not run. */
    CompletionStage<Boolean> terminate(String key, Termination how, Duration timeout) {
        if (activations.find(key) != null) {
            return activations.stop(key, reason(how));
        }
        return routing.entry(key).thenCompose(entry -> {
            if (entry.isEmpty() || entry.get().session().equals(self)) {
                return CompletableFuture.completedFuture(false);
            }
            Control.TerminateRequest request = new Control.TerminateRequest(key, how, timeout.toNanos(), true);
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

    static StopReason reason(Termination how) {
        return switch (how) {
            case GRACEFUL -> StopReason.normal();
            case PERMANENT -> StopReason.permanent();
            case DELETE -> StopReason.delete();
        };
    }
}
