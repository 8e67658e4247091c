package io.durableserver.runtime.node;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.ownership.StoreKeys;
import io.durableserver.runtime.routing.ControlPlane;
import io.durableserver.runtime.routing.Routing;
import io.durableserver.runtime.wire.Control;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Interrupts turns, wherever they run: the node that has the server does it. */
record Interrupts(Activations activations, Routing routing, ControlPlane control, Duration timeout) {
    CompletionStage<Boolean> interrupt(String key) {
        StoreKeys.check(key);
        if (activations.find(key) != null) {
            try {
                return CompletableFuture.completedFuture(activations.interrupt(key));
            } catch (RuntimeException refused) {
                return CompletableFuture.failedFuture(refused);
            }
        }
        return routing.entry(key).thenCompose(entry -> {
            if (entry.isEmpty()) {
                return CompletableFuture.completedFuture(false);
            }
            return control.ask(entry.get().session(), new Control.InterruptRequest(key), timeout)
                    .thenApply(answer -> interrupted(key, answer));
        });
    }

    private static boolean interrupted(String key, Control.Answer answer) {
        if (answer instanceof Control.Interrupted interrupted) {
            return interrupted.interrupted();
        }
        if (answer instanceof Control.Failed failed) {
            throw failed.error().toException();
        }
        throw new NotAppliedException(Reason.NOT_RUNNING, "The server moved meanwhile", Map.of("key", key));
    }
}
