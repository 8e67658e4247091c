package io.durableserver.runtime.call;

import io.durableserver.runtime.wire.Message;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import java.util.Map;

/**
 * The calls of this node that wait: each ends by its reply, its deadline, the loss of the node it is with, or the end of
 * this one.
 */
public final class PendingCalls {
    private static final int CROWD = 16 * Runtime.getRuntime().availableProcessors();

    private final CallTable table;

    PendingCalls(Scheduler scheduler, TimeSource time, int bound, Map<String, ?> node) {
        this.table = new CallTable(scheduler.vital(), time, bound, node);
    }

    /** Throws {@code NOT_READY} when the node is closed. */
    void checkOpen() {
        table.checkOpen();
    }

    /** Adds a call, which a reply then finds by its id; throws {@code OVERLOADED} at the bound. */
    void add(PendingCall call) {
        table.add(call);
    }

    /**
     * Many calls wait for each processor there is: then one more thread that is ready to run holds up what the others wait
     * for. Measured on two: with 16 callers nothing is gained yet by letting them run, with 64 a fifth of the CPU.
     */
    boolean isCrowd() {
        return table.size() >= CROWD;
    }

    /** How many wait now. */
    public int count() {
        return table.size();
    }

    void ended(PendingCall call) {
        table.remove(call);
    }

    /** An answer arrived from another node; none waits for one that comes too late. */
    void onAnswer(long id, Message answer) {
        PendingCall call = table.find(id);
        if (call != null) {
            call.answered(answer);
        }
    }

    /** A session is gone: the calls that are with it end with an unknown outcome. */
    public void onLost(Session session) {
        table.forEach(call -> call.lost(session));
    }

    /** The node is closed: what waits ends, and nothing waits from now on. */
    public void close() {
        table.close();
    }
}
