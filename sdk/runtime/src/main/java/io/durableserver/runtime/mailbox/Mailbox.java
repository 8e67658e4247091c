package io.durableserver.runtime.mailbox;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jctools.queues.MpscChunkedArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * The bounded queue of one server: many producers, one consumer. A message that finds the queue empty takes a place of its
 * own; the array behind it is made when the first message has to wait behind another one, so that servers without a queue
 * pay neither for its memory nor for the garbage collector's look at one more old object that points to a new one.
 */
public final class Mailbox {
    private static final int FIRST_CHUNK = 16;
    private static final VarHandle QUEUE;
    private static final VarHandle FIRST;

    static {
        try {
            QUEUE = MethodHandles.lookup().findVarHandle(Mailbox.class, "queue", MpscChunkedArrayQueue.class);
            FIRST = MethodHandles.lookup().findVarHandle(Mailbox.class, "first", Envelope.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int capacity;
    private volatile @Nullable MpscChunkedArrayQueue<Envelope> queue;

    /** Ahead of the queue: filled only while that one is empty. */
    private volatile @Nullable Envelope first;

    /** An empty mailbox of this bound, rounded up to a power of two, and one more. */
    public Mailbox(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Adds a message; false at the bound. Any thread. What one thread adds, and what is added after an earlier message is
     * there, comes out in that order: a sender that finds the queue empty has nothing of its own in it.
     */
    public boolean offer(Envelope envelope) {
        MpscChunkedArrayQueue<Envelope> present = queue;
        if (isQueueEmpty(present) && first == null && FIRST.compareAndSet(this, (Envelope) null, envelope)) {
            return true;
        }
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
        Envelope ahead = takeFirst();
        MpscChunkedArrayQueue<Envelope> present = queue;
        if (ahead != null || present == null || present.isEmpty()) {
            return ahead;
        }
        // Whatever was added before what the queue holds now is visible by now.
        ahead = takeFirst();
        return ahead == null ? present.poll() : ahead;
    }

    private @Nullable Envelope takeFirst() {
        Envelope ahead = first;
        if (ahead != null) {
            first = null;
        }
        return ahead;
    }

    public boolean isEmpty() {
        return first == null && isQueueEmpty(queue);
    }

    private static boolean isQueueEmpty(@Nullable MpscChunkedArrayQueue<Envelope> present) {
        return present == null || present.isEmpty();
    }

    /** How many messages wait, roughly. */
    public int size() {
        MpscChunkedArrayQueue<Envelope> present = queue;
        return (first == null ? 0 : 1) + (present == null ? 0 : present.size());
    }
}
