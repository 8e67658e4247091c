package io.durableserver.testkit.sim;

import java.util.ArrayDeque;
import java.util.Deque;

/** What is on its way from one process to another: first in, first out; nothing is lost unless a wire or an end breaks. */
final class SimLink {
    private static final long RETRY_NANOS = 2_000_000;

    private final Simulation simulation;
    private final SimNode from;
    private final SimNode to;
    private final Deque<byte[]> packets = new ArrayDeque<>();
    private long lastArrival;
    private int stalled;

    SimLink(Simulation simulation, SimNode from, SimNode to) {
        this.simulation = simulation;
        this.from = from;
        this.to = to;
    }

    SimNode from() {
        return from;
    }

    SimNode to() {
        return to;
    }

    boolean send(byte[] message) {
        if (packets.size() >= simulation.config().queueCapacity()) {
            return false;
        }
        packets.add(message);
        long latency = simulation.random().nanos(simulation.config().message());
        lastArrival = Math.max(simulation.now() + latency, lastArrival);
        arriveAfter(lastArrival - simulation.now());
        return true;
    }

    private void arriveAfter(long delay) {
        simulation.after(to, delay, this::arrive);
    }

    /** One event per packet, but each takes the oldest one: that keeps the order whatever is stalled or held back. */
    private void arrive() {
        byte[] head = packets.peek();
        if (head == null) {
            return;
        }
        if (simulation.network().isCut(from.name(), to.name())) {
            stalled++;
        } else if (!to.transport().isListening() || to.membership().hasNotSeen(from.session())) {
            arriveAfter(RETRY_NANOS);
        } else {
            packets.remove();
            to.transport().received(from.session(), head);
        }
    }

    /** The connection either survived the cut, or broke and lost what it held. */
    void healed() {
        int waiting = stalled;
        stalled = 0;
        if (waiting > 0 && simulation.random().chance(0.5)) {
            simulation.trace("lost messages", from.session(), to.session(), packets.size());
            packets.clear();
            return;
        }
        long delay = 0;
        for (int i = 0; i < waiting; i++) {
            arriveAfter(delay += 1_000);
        }
    }

    /** A dead sender's newest packets are lost from some point on. */
    void senderEnded() {
        int kept = simulation.random().between(0, packets.size());
        while (packets.size() > kept) {
            packets.removeLast();
        }
    }
}
