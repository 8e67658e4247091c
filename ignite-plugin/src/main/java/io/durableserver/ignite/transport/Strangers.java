package io.durableserver.ignite.transport;

import io.durableserver.Registration;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Throttle;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.ignite.Ignite;
import org.apache.ignite.internal.util.nio.GridNioServer;
import org.apache.ignite.internal.util.nio.GridNioSession;
import org.apache.ignite.internal.util.typedef.internal.U;
import org.apache.ignite.spi.communication.CommunicationSpi;
import org.apache.ignite.spi.communication.tcp.TcpCommunicationSpi;
import org.apache.ignite.spi.communication.tcp.internal.GridNioServerWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections to the communication port that do not say which node they are: a port scan, a probe, a client that hangs. Ignite
 * gives each of them its buffers and keeps it for ever, since its idle timeout counts for nodes only. This closes them after
 * a while, and the oldest at once when there are many; how many it was is told. Ignite has no hook for that: it looks at the
 * sessions of the server inside {@link TcpCommunicationSpi}, and does nothing where there is none.
 */
@SuppressWarnings("deprecation") // GridNioServerWrapper: there is no other way to the sessions
public final class Strangers implements AutoCloseable {
    /** A node says who it is in its first message, after at most the handshake of TLS. */
    static final Duration GRACE = Duration.ofSeconds(10);

    static final int MOST = 64;
    private static final Logger LOG = LoggerFactory.getLogger(Strangers.class);
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final GridNioServerWrapper server;
    private final Scheduler scheduler;
    private final String node;
    private final Consumer<RuntimeEvent> facts;
    private final Throttle throttle = new Throttle(Duration.ofMinutes(1));
    private long closedCount;
    private String last = "";
    private volatile Registration timer = () -> {};
    private volatile boolean closed;

    private Strangers(GridNioServerWrapper server, Scheduler scheduler, String node, Consumer<RuntimeEvent> facts) {
        this.server = server;
        this.scheduler = scheduler;
        this.node = node;
        this.facts = facts;
        again();
    }

    /** Begins to look; empty when the node's communication is of another kind. */
    public static Optional<Strangers> watch(Ignite ignite, Scheduler scheduler, Consumer<RuntimeEvent> facts) {
        CommunicationSpi<?> spi = ignite.configuration().getCommunicationSpi();
        if (!(spi instanceof TcpCommunicationSpi)) {
            return Optional.empty();
        }
        try {
            Field field = TcpCommunicationSpi.class.getDeclaredField("nioSrvWrapper");
            field.setAccessible(true);
            return Optional.ofNullable((GridNioServerWrapper) field.get(spi))
                    .map(wrapper -> new Strangers(wrapper, scheduler, ignite.name(), facts));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.warn("Connections that do not say who they are cannot be closed with this Ignite: {}", e.toString());
            return Optional.empty();
        }
    }

    private void again() {
        if (!closed) {
            timer = scheduler.schedule(EVERY, this::look);
        }
    }

    private void look() {
        if (closed) {
            return;
        }
        GridNioServer<?> nio = server.nio();
        if (nio != null) {
            sweep(nio, nio.sessions());
        }
        again();
    }

    private void sweep(GridNioServer<?> nio, Collection<? extends GridNioSession> sessions) {
        List<? extends GridNioSession> strangers = sessions.stream()
                .filter(session -> session.accepted() && session.meta(TcpCommunicationSpi.CONN_IDX_META) == null)
                .sorted(Comparator.comparingLong(GridNioSession::createTime))
                .toList();
        long now = U.currentTimeMillis();
        int excess = strangers.size() - MOST;
        for (int i = 0; i < strangers.size(); i++) {
            GridNioSession stranger = strangers.get(i);
            if (i < excess || now - stranger.createTime() > GRACE.toMillis()) {
                nio.close(stranger);
                closedCount++;
                last = String.valueOf(stranger.remoteAddress());
            }
        }
        if (closedCount > 0 && throttle.allows(System.nanoTime())) {
            facts.accept(new ClusterEvent.ConnectionsClosed(node, closedCount, last));
            closedCount = 0;
        }
    }

    @Override
    public void close() {
        closed = true;
        timer.close();
    }
}
