package io.durableserver.ignite.transport;

import io.durableserver.Registration;
import io.durableserver.ignite.base.Daemons;
import io.durableserver.ignite.control.ControlPlane;
import io.durableserver.spi.Membership;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import io.durableserver.spi.Transport;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.apache.ignite.Ignite;
import org.jspecify.annotations.Nullable;

/**
 * Messages in frames over Ignite's communication, many in a frame; requests by Ignite compute. Sending needs threads of
 * its own, one per peer that is being sent to, because Ignite connects on the sending thread and may block there for
 * seconds. Frames are received on the thread that reads the connection, in the order in which they were sent.
 */
public final class IgniteTransport implements Transport, AutoCloseable {
    private final Membership membership;
    private final Scheduler scheduler;
    private final FrameChannel channel;
    private final ControlPlane control;
    private final LocalPeer local;
    private final FrameFacts facts;
    private final ExecutorService senders;
    private final Map<Session, Peer> peers = new ConcurrentHashMap<>();
    private final Map<Session, Inbound> inbound = new ConcurrentHashMap<>();
    private final Map<UUID, Session> sessions = new ConcurrentHashMap<>();
    private final LongAdder frames = new LongAdder();
    private final Registration membershipEvents;
    private volatile @Nullable MessageHandler handler;

    /** @param facts is told of messages that are lost */
    public IgniteTransport(
            Ignite ignite,
            String prefix,
            Membership membership,
            Scheduler scheduler,
            TimeSource time,
            Consumer<RuntimeEvent> facts) {
        this.membership = membership;
        this.scheduler = scheduler;
        this.control = new ControlPlane(ignite, prefix, membership, scheduler);
        this.facts = new FrameFacts(membership.self().node(), time, facts);
        this.local = new LocalPeer(membership.self(), scheduler.internal(), () -> handler, this.facts);
        this.senders = Daemons.onDemand("durable-send-" + prefix);
        this.membershipEvents = membership.listen(this::onMembership);
        this.channel = new FrameChannel(ignite, "durableserver:" + prefix, this::onFrame);
    }

    @Override
    public void onMessage(MessageHandler value) {
        handler = value;
    }

    @Override
    public void onRequest(RequestHandler value) {
        control.onRequest(value);
    }

    @Override
    public boolean send(Session to, byte[] message) {
        if (to.equals(membership.self())) {
            return local.send(message);
        }
        Peer peer = peer(to);
        return peer == null || peer.send(message);
    }

    @Override
    public CompletionStage<byte[]> request(Session to, byte[] request, Duration timeout) {
        return control.request(to, request, timeout);
    }

    @Override
    public Waiting waiting() {
        long messages = 0;
        long bytes = 0;
        for (Peer peer : peers.values()) {
            Waiting one = peer.waiting();
            messages += one.messages();
            bytes += one.bytes();
        }
        return new Waiting(messages, bytes);
    }

    /** Frames sent so far. */
    public long framesSent() {
        return frames.sum();
    }

    /** Null when the session is gone. */
    private @Nullable Peer peer(Session session) {
        Peer present = peers.get(session);
        // The view is asked inside, where a leave event either has changed it already or finds the new entry.
        return present != null
                ? present
                : peers.computeIfAbsent(
                        session,
                        key -> membership.view().contains(key)
                                ? new Peer(channel, key, senders, scheduler, frames, facts)
                                : null);
    }

    private void onMembership(Membership.Event event) {
        if (event instanceof Membership.Event.Left left) {
            forget(left.session());
        } else if (event instanceof Membership.Event.Failed failed) {
            forget(failed.session());
        }
    }

    private void forget(Session session) {
        Peer peer = peers.remove(session);
        if (peer != null) {
            peer.gone();
        }
        inbound.remove(session);
        sessions.values().remove(session);
    }

    private void onFrame(UUID sender, byte[] bytes) {
        try {
            Session from = session(sender);
            if (from != null) {
                receive(from, Frame.parse(bytes));
            }
        } catch (RuntimeException e) {
            Session known = sessions.get(sender);
            facts.lost(known == null ? sender.toString() : known.node(), e.toString());
        }
    }

    private void receive(Session from, Frame frame) {
        switch (frame.kind()) {
            case Frame.DATA -> {
                Inbound state = inbound.computeIfAbsent(from, key -> new Inbound());
                if (!state.inOrder(frame.offset())) {
                    // More than one connection per pair of nodes: what was overtaken counts as lost, never as late.
                    facts.lost(from.node(), "they came after later ones");
                    return;
                }
                frame.messages().forEach(message -> deliver(from, message));
                if (state.consumed(frame.offset())) {
                    acknowledge(from, state);
                }
            }
            case Frame.ACKNOWLEDGE -> {
                Peer peer = peers.get(from);
                if (peer != null) {
                    peer.acknowledged(frame.offset());
                }
            }
            default -> {
                // Frames are ordered: what was sent before the probe has arrived or never will.
                Inbound state = inbound.computeIfAbsent(from, key -> new Inbound());
                state.consumed(frame.offset());
                acknowledge(from, state);
            }
        }
    }

    private void acknowledge(Session to, Inbound state) {
        Peer peer = peer(to);
        if (peer != null) {
            peer.acknowledge(state.acknowledge());
        }
    }

    private void deliver(Session from, byte[] message) {
        MessageHandler receiver = handler;
        if (receiver == null) {
            return;
        }
        try {
            receiver.receive(from, message);
        } catch (RuntimeException e) {
            facts.failed(e);
        }
    }

    private @Nullable Session session(UUID sender) {
        Session known = sessions.get(sender);
        if (known != null) {
            return known;
        }
        return sessions.computeIfAbsent(
                sender,
                id -> membership.view().sessions().stream()
                        .filter(session -> session.incarnation().equals(id.toString()))
                        .findFirst()
                        .orElse(null));
    }

    @Override
    public void close() {
        control.close();
        membershipEvents.close();
        channel.close();
        senders.shutdownNow();
    }
}
