package io.durableserver.runtime.activation;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServers;
import io.durableserver.Registration;
import io.durableserver.ServerContext;
import io.durableserver.ServerRef;
import io.durableserver.runtime.mailbox.Envelope;
import io.durableserver.runtime.persistence.RecordKeeper;
import io.durableserver.runtime.server.Refusals;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.turn.Turn;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;

/** What user code sees of its server. */
final class Context implements ServerContext {
    private final ServerState<?> server;
    private final RecordKeeper<?> keeper;
    private final Mail mail;
    private final Timers timers;
    private final Turn.Owner owner;

    Context(ServerState<?> server, RecordKeeper<?> keeper, Mail mail, Timers timers, Turn.Owner owner) {
        this.server = server;
        this.keeper = keeper;
        this.mail = mail;
        this.timers = timers;
        this.owner = owner;
    }

    @Override
    public String key() {
        return server.key;
    }

    @Override
    public String type() {
        return server.type.name();
    }

    @Override
    public long epoch() {
        return keeper.epoch();
    }

    @Override
    public ServerRef self() {
        return server.node.servers().ref(server.type.type(), key());
    }

    @Override
    public DurableServers servers() {
        return server.node.servers();
    }

    @Override
    public <T> T service(Class<T> type) {
        Object service = server.node.config().services().get(type);
        if (service == null) {
            throw ConfigurationException.option("service", type.getName(), "configured on this node");
        }
        return type.cast(service);
    }

    @Override
    public Map<String, String> metadata() {
        return keeper.metadata();
    }

    @Override
    public Map<String, String> headers() {
        Turn turn = Turn.current();
        return turn != null && turn.isOf(owner) ? turn.headers() : Map.of();
    }

    @Override
    public void send(Object message) {
        mayAct();
        Envelope sent = mail.toItself(message, headers());
        whenTakenBack(() -> mail.withdraw(sent));
    }

    @Override
    public Registration sendAfter(Duration delay, Object message) {
        mayAct();
        if (server.type.table().info(message.getClass()) == null) {
            throw Refusals.noHandler(server, message);
        }
        LaterMail later = new LaterMail(mail, message);
        Registration timer = timers.arm(server.node.scheduler(), delay, later::due);
        whenTakenBack(() -> {
            timer.close();
            later.takeBack();
        });
        return timer;
    }

    @Override
    public Executor executor() {
        Turn turn = Turn.current();
        Turn.Parts parts = turn == null ? null : turn.parts();
        if (turn == null || parts == null || turn.owner() != owner) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.NOT_ALLOWED_HERE,
                    "Only a turn that is open has an executor: that of a handler registered with an ...Async method",
                    Map.of("key", server.key, "method", "executor"));
        }
        return parts.forApplication();
    }

    /** What a turn of this server that refuses its message did here is as if it had not been. */
    private void whenTakenBack(Runnable step) {
        Turn turn = Turn.current();
        if (turn != null && !turn.isOver() && turn.owner() == owner) {
            turn.onTakeBack(step);
        }
    }

    /** {@code dump} has the context, and may only compute. */
    private static void mayAct() {
        Turn turn = Turn.current();
        if (turn != null && !turn.isOver()) {
            turn.mayAct();
        }
    }
}
