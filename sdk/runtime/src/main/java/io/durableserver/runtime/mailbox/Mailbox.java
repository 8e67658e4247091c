package io.durableserver.runtime.mailbox;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jctools.queues.MpscChunkedArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * The bounded queue of one server: many producers, one consumer. The array is made when the first message has to wait,
 * so that idle servers do not pay for it.
 */
public final class Mailbox {
    private static final int FIRST_CHUNK = 16;
    private static final VarHandle QUEUE;

    static {
        try {
            QUEUE = MethodHandles.lookup().findVarHandle(Mailbox.class, "queue", MpscChunkedArrayQueue.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int capacity;
    private volatile @Nullable MpscChunkedArrayQueue<Envelope> queue;

    /** An empty mailbox of this bound, rounded up to a power of two. */
    public Mailbox(int capacity) {
        this.capacity = capacity;
    }

    /** Adds a message; false at the bound. Any thread. */
    public boolean offer(Envelope envelope) {
        MpscChunkedArrayQueue<Envelope> present = queue;
        return (present == null ? create() : present).offer(envelope);
    }

    @SuppressWarnings("unchecked")
    private MpscChunkedArrayQueue<Envelope> create() {
        MpscChunkedArrayQueue<Envelope> fresh =
                new MpscChunkedArrayQueue<>(Math.min(FIRST_CHUNK, capacity / 2), capacity);
        Object before = QUEUE.compareAndExchange(this, (MpscChunkedArrayQueue<Envelope>) null, fresh);
        return before == null ? fresh : (MpscChunkedArrayQueue<Envelope>) before;
    }

    /** The next message, or null. The server's own thread only. */
    public @Nullable Envelope poll() {
        MpscChunkedArrayQueue<Envelope> present = queue;
        return present == null ? null : present.poll();
    }

    public boolean isEmpty() {
        MpscChunkedArrayQueue<Envelope> present = queue;
        return present == null || present.isEmpty();
    }

    /** How many messages wait, roughly. */
    public int size() {
        MpscChunkedArrayQueue<Envelope> present = queue;
        return present == null ? 0 : present.size();
    }
}
