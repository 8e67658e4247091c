package io.durableserver.ignite.transport;

import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.Transport;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The sending side towards one session. Ignite's own queues have no bound by default, so at most {@link #WINDOW_BYTES}
 * are under way that the receiver has not handed on; beyond that messages wait in the outbox, which is bounded (P7).
 */
final class Peer {
    private static final int MAX_MESSAGES = 1 << 16;
    private static final long MAX_BYTES = 32L << 20;
    private static final long WINDOW_BYTES = 8L << 20;
    private static final Duration PROBE_AFTER = Duration.ofMillis(500);
    private static final long NOTHING = -1;

    private final FrameChannel channel;
    private final UUID nodeId;
    private final String member;
    private final Scheduler scheduler;
    private final LongAdder frames;
    private final FrameFacts facts;
    private final Outbox outbox;
    private final AtomicBoolean probeScheduled = new AtomicBoolean();
    private final AtomicBoolean probeDue = new AtomicBoolean();
    private final AtomicLong acknowledgementDue = new AtomicLong(NOTHING);
    private volatile long sent;
    private volatile long acknowledged;
    private volatile boolean gone;

    Peer(
            FrameChannel channel,
            Session session,
            Executor executor,
            Scheduler scheduler,
            LongAdder frames,
            FrameFacts facts) {
        this.channel = channel;
        this.nodeId = UUID.fromString(session.incarnation());
        this.member = session.node();
        this.scheduler = scheduler;
        this.frames = frames;
        this.facts = facts;
        this.outbox = new Outbox(MAX_MESSAGES, MAX_BYTES, executor, this::drain);
    }

    /** False when the outbox is full. */
    boolean send(byte[] message) {
        return gone || outbox.offer(message);
    }

    Transport.Waiting waiting() {
        return outbox.waiting();
    }

    /** The other side has handed on our messages up to this offset. */
    void acknowledged(long offset) {
        if (offset > acknowledged && offset <= sent) {
            acknowledged = offset;
            outbox.wake();
        }
    }

    /** Tells the other side that its messages up to this offset are handed on. */
    void acknowledge(long offset) {
        acknowledgementDue.set(offset);
        outbox.wake();
    }

    void gone() {
        gone = true;
        outbox.wake();
    }

    private void drain() {
        long acknowledgement = acknowledgementDue.getAndSet(NOTHING);
        if (acknowledgement != NOTHING) {
            transmit(Frame.control(Frame.ACKNOWLEDGE, acknowledgement));
        }
        if (probeDue.getAndSet(false)) {
            transmit(Frame.control(Frame.PROBE, sent));
        }
        while (!gone && !outbox.isEmpty() && sent - acknowledged < WINDOW_BYTES) {
            Outbox.Batch batch = outbox.nextBatch();
            long end = sent + batch.bytes();
            sent = end;
            transmit(Frame.data(end, batch.messages()));
        }
        if (gone) {
            outbox.clear();
        } else if (!outbox.isEmpty()) {
            probeLater();
        }
    }

    /** Frames can be lost before the other side listens, and acknowledgements with them: ask again instead of waiting. */
    private void probeLater() {
        if (probeScheduled.compareAndSet(false, true)) {
            var unused = scheduler.schedule(PROBE_AFTER, () -> {
                probeScheduled.set(false);
                probeDue.set(true);
                outbox.wake();
            });
        }
    }

    private void transmit(byte[] frame) {
        try {
            if (channel.send(nodeId, frame)) {
                frames.increment();
            } else {
                gone = true;
            }
        } catch (RuntimeException e) {
            facts.lost(member, e.toString());
        }
    }
}
