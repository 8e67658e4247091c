package io.durableserver.benchmarks.node;

import io.durableserver.Registration;
import io.durableserver.spi.Membership;
import io.durableserver.spi.NodeStates;
import io.durableserver.spi.Session;
import io.durableserver.spi.Transport;
import io.durableserver.spi.View;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The cluster of a node that is alone: what is not under test costs as little as it can. */
final class SoloCluster implements Membership, Transport, NodeStates {
    private final Session self = new Session("solo", "1");
    private final View view = View.of(1, List.of(self));

    @Override
    public Session self() {
        return self;
    }

    @Override
    public View view() {
        return view;
    }

    @Override
    public Registration listen(Consumer<Event> listener) {
        return () -> {};
    }

    @Override
    public String endpoint() {
        return "none";
    }

    @Override
    public CompletionStage<Boolean> provablyGone(Session session, String endpoint) {
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public void onMessage(MessageHandler handler) {}

    @Override
    public void onRequest(RequestHandler handler) {}

    @Override
    public boolean send(Session to, byte[] message) {
        throw new IllegalStateException("There is nobody to send to");
    }

    @Override
    public CompletionStage<byte[]> request(Session to, byte[] request, Duration timeout) {
        throw new IllegalStateException("There is nobody to ask");
    }

    @Override
    public void publish(byte[] row) {}

    @Override
    public Map<Session, byte[]> rows() {
        return Map.of();
    }
}
