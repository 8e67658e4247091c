package io.durableserver.backend.ignite;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sends writes in the batches that {@link Lanes} decides. What a request costs in Ignite (messages, hops between threads,
 * futures, the flush of the log) is paid once for a batch. Nothing waits for a batch to fill.
 */
final class Batcher {
    /**
     * Two: one batch travels while the other is applied, and yet enough gathers. The locks of a batch's entries are held
     * together, which its size bounds.
     */
    private static final Lanes.Limits LIMITS = new Lanes.Limits(2, 128, 256 << 10);

    private final RecordCache cache;
    private final WriteSender sender;
    private final Executor threads;
    private final Queue<WriteRequest> arrived = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Lanes<WriteRequest> lanes = new Lanes<>(LIMITS);

    Batcher(RecordCache cache, WriteSender sender, Executor threads) {
        this.cache = cache;
        this.sender = sender;
        this.threads = threads;
    }

    /** Takes a write; it is refused when the threads are closed. */
    void add(WriteRequest write) {
        arrived.add(write);
        wake();
    }

    private void wake() {
        if (woken.compareAndSet(false, true)) {
            try {
                threads.execute(this::go);
            } catch (RejectedExecutionException closed) {
                woken.set(false);
                refuseAll();
            }
        }
    }

    private void go() {
        woken.set(false);
        List<WriteRequest> writes = new ArrayList<>();
        List<UUID> primaries = new ArrayList<>();
        for (WriteRequest next = arrived.poll(); next != null; next = arrived.poll()) {
            writes.add(next);
            primaries.add(cache.primaryOf(next.key()));
        }
        List<Lanes.Batch<WriteRequest>> due;
        synchronized (lanes) {
            for (int i = 0; i < writes.size(); i++) {
                lanes.add(primaries.get(i), writes.get(i));
            }
            due = lanes.due();
        }
        // A batch for this node is applied on the thread that sends it: the others must not wait for it.
        for (int i = 1; i < due.size(); i++) {
            sendElsewhere(due.get(i));
        }
        if (!due.isEmpty()) {
            send(due.get(0));
        }
    }

    private void send(Lanes.Batch<WriteRequest> batch) {
        sender.send(batch.writes().values(), () -> ended(batch));
    }

    private void sendElsewhere(Lanes.Batch<WriteRequest> batch) {
        try {
            threads.execute(() -> send(batch));
        } catch (RejectedExecutionException closed) {
            ended(batch);
            sender.refuse(batch.writes().values());
        }
    }

    /** Called on any thread, also on one of Ignite's. */
    private void ended(Lanes.Batch<WriteRequest> batch) {
        synchronized (lanes) {
            lanes.ended(batch.primary());
        }
        wake();
    }

    private void refuseAll() {
        List<WriteRequest> left = new ArrayList<>();
        for (WriteRequest next = arrived.poll(); next != null; next = arrived.poll()) {
            left.add(next);
        }
        synchronized (lanes) {
            left.addAll(lanes.clear());
        }
        sender.refuse(left);
    }
}
