package io.durableserver.ignite;

import io.durableserver.DurableServer;
import io.durableserver.Handlers;
import io.durableserver.ServerType;

/** A type to configure. */
public final class TestServer extends DurableServer<TestServer.State> {
    public record State(long count) {}

    public static final ServerType<State> TYPE = ServerType.of("test", State.class, TestServer::new);

    @Override
    protected void handlers(Handlers<State> on) {}
}
