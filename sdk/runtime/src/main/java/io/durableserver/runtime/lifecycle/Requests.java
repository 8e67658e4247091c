package io.durableserver.runtime.lifecycle;

import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.ownership.Acquisition;
import io.durableserver.runtime.routing.Arbiter;
import io.durableserver.runtime.routing.ControlPlane;
import io.durableserver.runtime.wire.Control;
import io.durableserver.runtime.wire.Origin;
import io.durableserver.runtime.wire.Start;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers the requests of the control plane on this node. */
public final class Requests implements Function<Control.Request, CompletionStage<Control.Answer>> {
    private record Rooms(Activations activations, Arbiter arbiter, NodeLife life, TimeSource time) {}

    private volatile @Nullable Rooms rooms;

    /** Begins to answer requests. */
    public void serve(Activations activations, Arbiter arbiter, NodeLife life, TimeSource time) {
        rooms = new Rooms(activations, arbiter, life, time);
    }

    public static Acquisition.OwnerQuery ownerQuery(ControlPlane control, Duration timeout) {
        return (owner, key) -> control.ask(owner, new Control.ServingRequest(key), timeout)
                .thenApply(answer -> {
                    if (answer instanceof Control.Serving serving) {
                        return serving.serving();
                    }
                    throw new NotAppliedException(
                            Reason.OWNER_LEASE_ACTIVE, "The owner does not say whether it serves", Map.of("key", key));
                });
    }

    @Override
    public CompletionStage<Control.Answer> apply(Control.Request request) {
        Rooms present = rooms;
        if (present == null) {
            return CompletableFuture.failedFuture(
                    new NotAppliedException(Reason.NOT_READY, "The node is starting", Map.of()));
        }
        long now = present.time().nanoTime();
        if (request instanceof Control.StartRequest asked) {
            Start start = asked.start().arrived(now);
            return present.life().whenReady(() -> present.arbiter().start(start));
        }
        if (request instanceof Control.ActivateRequest chosen) {
            return present.activations().activate(chosen.start().arrived(now)).thenApply(placed -> placed);
        }
        if (request instanceof Control.TerminateRequest terminate) {
            Origin origin = terminate.origin();
            return present.activations()
                    .stop(
                            terminate.key(),
                            Terminations.reason(terminate.how()),
                            origin.chain(),
                            Duration.ofNanos(origin.deadlineNanos()))
                    .thenApply(Control.Terminated::new);
        }
        if (request instanceof Control.InterruptRequest interrupt) {
            return CompletableFuture.completedFuture(
                    new Control.Interrupted(present.activations().interrupt(interrupt.key())));
        }
        String key = ((Control.ServingRequest) request).key();
        return CompletableFuture.completedFuture(
                new Control.Serving(present.activations().owns(key)));
    }
}
