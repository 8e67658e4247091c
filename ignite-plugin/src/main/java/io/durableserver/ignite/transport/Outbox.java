package io.durableserver.ignite.transport;

import io.durableserver.spi.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.MpscChunkedArrayQueue;

/**
 * A bounded queue of messages with many producers, and one drain at a time on an executor. While a drain works, further
 * messages gather for its next batch.
 */
final class Outbox {
    private static final int FIRST_CHUNK = 128;
    private static final int BATCH_MESSAGES = 1_024;
    private static final int BATCH_BYTES = 256 << 10;

    private static final int IDLE = 0;
    /** A drain works, or is about to. */
    private static final int RUNNING = 1;
    /** The same, and another has to follow. */
    private static final int AGAIN = 2;

    /** Messages in order, and their bytes. */
    record Batch(List<byte[]> messages, long bytes) {}

    private final MpscChunkedArrayQueue<byte[]> queue;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger state = new AtomicInteger(IDLE);
    private final long maxBytes;
    private final Executor executor;
    private final Runnable drain;

    /**
     * @param drain takes batches until there are none, or until it cannot go on; it calls {@link #wake} when it can
     */
    Outbox(int maxMessages, long maxBytes, Executor executor, Runnable drain) {
        this.queue = new MpscChunkedArrayQueue<>(FIRST_CHUNK, maxMessages);
        this.maxBytes = maxBytes;
        this.executor = executor;
        this.drain = drain;
    }

    /** False when the queue is full. One message larger than all the bound fits into an empty queue. */
    boolean offer(byte[] message) {
        long before = bytes.getAndAdd(message.length);
        if ((before > 0 && before + message.length > maxBytes) || !queue.offer(message)) {
            bytes.addAndGet(-message.length);
            return false;
        }
        wake();
        return true;
    }

    /** Asks for a drain that starts after now. Where one is asked for already this only reads: many senders do it at once. */
    void wake() {
        int now = state.get();
        while (now != AGAIN) {
            if (state.compareAndSet(now, now == IDLE ? RUNNING : AGAIN)) {
                if (now == IDLE) {
                    start();
                }
                return;
            }
            now = state.get();
        }
    }

    private void start() {
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException e) {
            // The transport is closed: what is queued is dropped, as messages to a session that is gone are.
            queue.clear();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // only a hint
    private void run() {
        do {
            // Other threads that can run may add to the batch first: on a busy machine frames get larger, on an idle
            // one
            // this costs nothing.
            Thread.yield();
            state.set(RUNNING);
            drain.run();
        } while (!state.compareAndSet(RUNNING, IDLE));
    }

    /** What is queued, roughly; any thread. */
    Transport.Waiting waiting() {
        return new Transport.Waiting(queue.size(), bytes.get());
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** The next messages in order, at least one if there is one. Called by the drain only. */
    Batch nextBatch() {
        List<byte[]> batch = new ArrayList<>();
        long size = 0;
        byte[] next = queue.peek();
        while (next != null
                && batch.size() < BATCH_MESSAGES
                && (batch.isEmpty() || size + next.length <= BATCH_BYTES)) {
            queue.poll();
            batch.add(next);
            size += next.length;
            next = queue.peek();
        }
        bytes.addAndGet(-size);
        return new Batch(batch, size);
    }

    /** Drops what is queued. Called by the drain only. */
    void clear() {
        while (!isEmpty()) {
            nextBatch();
        }
    }
}
