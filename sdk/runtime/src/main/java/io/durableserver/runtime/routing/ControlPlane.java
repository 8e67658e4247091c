package io.durableserver.runtime.routing;

import io.durableserver.runtime.wire.Control;
import io.durableserver.runtime.wire.WireError;
import io.durableserver.runtime.wire.WireFormat;
import io.durableserver.spi.Session;
import io.durableserver.spi.Transport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** Asks nodes for starts, stops and ownership, and answers them. A request to this node itself takes no detour. */
public final class ControlPlane {
    private final Transport transport;
    private final Session self;
    private final Function<Control.Request, CompletionStage<Control.Answer>> handler;

    /**
     * Takes the requests of the transport from now on.
     *
     * @param handler answers a request on this node; what it throws is sent as a typed error
     */
    public ControlPlane(
            Transport transport, Session self, Function<Control.Request, CompletionStage<Control.Answer>> handler) {
        this.transport = transport;
        this.self = self;
        this.handler = handler;
        transport.onRequest((from, request) -> serve(request));
    }

    private CompletionStage<byte[]> serve(byte[] request) {
        return answer(() -> WireFormat.decodeControl(request)).thenApply(WireFormat::encode);
    }

    private CompletionStage<Control.Answer> answer(Supplier<Control> request) {
        CompletionStage<Control.Answer> answer;
        try {
            answer = handler.apply((Control.Request) request.get());
        } catch (RuntimeException | Error failure) {
            answer = CompletableFuture.failedFuture(failure);
        }
        return answer.exceptionally(failure -> new Control.Failed(WireError.of(failure)));
    }

    /**
     * Asks a node. Fails as {@link Transport#request} does; an error of the node itself is a {@link Control.Failed}. Another node
     * gets a little less time than this one has, so that what it knows comes before this one gives up.
     */
    public CompletionStage<Control.Answer> ask(Session to, Control.Request request, Duration timeout) {
        if (to.equals(self)) {
            return answer(() -> request);
        }
        return transport
                .request(to, WireFormat.encode(request.beforeTheAskerGivesUp()), timeout)
                .thenApply(bytes -> (Control.Answer) WireFormat.decodeControl(bytes));
    }
}
