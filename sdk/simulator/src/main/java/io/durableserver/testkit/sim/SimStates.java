package io.durableserver.testkit.sim;

import io.durableserver.spi.NodeStates;
import io.durableserver.spi.Session;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the processes say about themselves, as one of them sees it: late, later while the map fails or the two are cut
 * off, and what a process says last reaches all in the end.
 */
final class SimStates implements NodeStates {
    private static final long RETRY_NANOS = 100_000_000;

    private final Simulation simulation;
    private final SimNode node;
    private final Map<Session, Long> revisions = new HashMap<>();
    private Map<Session, byte[]> rows = Map.of();
    private byte @Nullable [] own;
    private long revision;

    SimStates(Simulation simulation, SimNode node) {
        this.simulation = simulation;
        this.node = node;
    }

    @Override
    public void publish(byte[] row) {
        own = row.clone();
        revision++;
        for (SimNode member : node.topology().members()) {
            send(member);
        }
    }

    @Override
    public Map<Session, byte[]> rows() {
        return rows;
    }

    /** A process joined, here or elsewhere: each learns what the other said so far. */
    void met(SimNode other) {
        if (own != null) {
            send(other);
        }
    }

    private void send(SimNode to) {
        byte[] row = own;
        long number = revision;
        if (row == null || to.isDead()) {
            return;
        }
        if (node.maps().directory().fails() || !simulation.network().reaches(node, to)) {
            simulation.after(node, RETRY_NANOS, () -> send(to));
        } else {
            long lag = simulation.random().nanos(simulation.config().viewLag());
            simulation.after(to, lag, () -> to.states().heard(node.session(), number, row));
        }
    }

    private void heard(Session from, long number, byte[] row) {
        if (revisions.merge(from, number, Math::max) == number) {
            Map<Session, byte[]> next = new HashMap<>(rows);
            next.put(from, row);
            rows = Map.copyOf(next);
        }
    }
}
