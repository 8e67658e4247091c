package io.durableserver.runtime.call;

import io.durableserver.runtime.wire.Message;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.maps.NonBlockingHashMapLong;

/**
 * The calls of this node that wait: each ends by its reply, its deadline, the loss of the node it is with, or the end of
 * this one.
 */
public final class PendingCalls {
    private final NonBlockingHashMapLong<RemoteCall> remote = new NonBlockingHashMapLong<>();
    private final AtomicLong ids = new AtomicLong();
    private final Deadlines deadlines;

    PendingCalls(Scheduler scheduler, TimeSource time, int bound) {
        this.deadlines = new Deadlines(scheduler, time, bound);
    }

    /** The correlation id of a further call to another node. */
    long nextId() {
        return ids.incrementAndGet();
    }

    /** From here on the call waits; throws {@code OVERLOADED} at the bound. */
    void add(LocalCall call) {
        deadlines.add(call);
    }

    /** From here on the call waits, and a reply finds it by its id; throws {@code OVERLOADED} at the bound. */
    void add(RemoteCall call) {
        deadlines.add(call);
        remote.put(call.id, call);
    }

    void ended(LocalCall call) {
        deadlines.remove(call);
    }

    void ended(RemoteCall call) {
        remote.remove(call.id);
        deadlines.remove(call);
    }

    /** An answer arrived from another node. */
    void onReply(Message message) {
        if (message instanceof Message.ReplyMessage reply) {
            RemoteCall call = remote.get(reply.id());
            if (call != null) {
                call.replied(reply.payload());
            }
        } else if (message instanceof Message.ErrorMessage error) {
            RemoteCall call = remote.get(error.id());
            if (call != null) {
                call.refused(error.error().toException());
            }
        } else if (message instanceof Message.NotHereMessage notHere) {
            RemoteCall call = remote.get(notHere.id());
            if (call != null) {
                call.notHere();
            }
        }
    }

    /** A session is gone: the calls that are with it end with an unknown outcome. */
    public void onLost(Session session) {
        remote.values().forEach(call -> call.lost(session));
    }

    /** The node is closed: what waits ends, and nothing waits from now on. */
    public void close() {
        deadlines.close();
    }
}
