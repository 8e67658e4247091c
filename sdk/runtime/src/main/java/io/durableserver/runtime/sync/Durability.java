package io.durableserver.runtime.sync;

import io.durableserver.DurableServerException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The output gate of one server: holds what left its turns until the write that covers it is stored (P2, P3), and lets it
 * go in the order in which it was made.
 *
 * <p>Turns report here from the server's own thread, finished writes from any thread. While nothing is held and no write
 * is in flight ({@code busy} is false) only the server's thread comes here, and takes no lock. Outputs are emitted
 * without the lock, by one thread at a time.
 */
public final class Durability {
    /** An output that waits until a turn is stored, and since when. */
    private record Held(long turn, Output output, long sinceNanos) {}

    private final SyncSteps steps = new SyncSteps();
    private final Outputs outputs;
    private final GateWatch watch;
    private @Nullable ArrayDeque<Held> held;
    private boolean emitting;
    private volatile boolean busy;
    /** When the oldest change was made that no write covers yet; only where there is one. */
    private long changedAtNanos;
    /** When the oldest change was made that the write in flight covers. */
    private long coveredAtNanos;

    /** A gate that lets outputs go there. */
    public Durability(Outputs outputs, GateWatch watch) {
        this.outputs = outputs;
        this.watch = watch;
    }

    /** A turn is done. Returns the turn its outputs must wait for, or 0: hand it to {@link #leave}. */
    public long turnDone(boolean changed, Demand demand) {
        if (!busy) {
            return done(changed, demand);
        }
        synchronized (this) {
            return done(changed, demand);
        }
    }

    private long done(boolean changed, Demand demand) {
        boolean covered = steps.isCovered();
        long gate = steps.turnDone(changed, demand);
        if (covered && !steps.isCovered()) {
            changedAtNanos = watch.nowNanos();
        }
        return gate;
    }

    /** Emits an output, now or when the turn it waits for is stored. */
    public void leave(long gate, Output output) {
        if (gate == 0 && !busy) {
            outputs.emit(output);
            return;
        }
        boolean ready;
        synchronized (this) {
            if (held == null) {
                held = new ArrayDeque<>();
            }
            held.add(new Held(gate, output, watch.waitBegins()));
            busy = true;
            ready = gate <= steps.stored();
        }
        if (ready) {
            emitReady();
        }
    }

    /** The turn that outputs made now would wait for, or 0. */
    public synchronized long gate() {
        return steps.gate();
    }

    public synchronized boolean isDirty() {
        return steps.isDirty();
    }

    /** For how long the oldest change waits to be stored, as seen at this time; 0 when all are. Any thread. */
    public synchronized long unsavedNanos(long nowNanos) {
        if (!steps.isDirty()) {
            return 0;
        }
        return Math.max(0, nowNanos - (steps.covered() > 0 ? coveredAtNanos : changedAtNanos));
    }

    public synchronized boolean isInFlight() {
        return steps.isInFlight();
    }

    public boolean wantsWrite() {
        if (!busy) {
            return steps.wantsWrite();
        }
        synchronized (this) {
            return steps.wantsWrite();
        }
    }

    public synchronized void demandBehind() {
        steps.demandBehind();
    }

    /** Whether nothing waits and no write is in flight; exact on the server's own thread, a hint elsewhere. */
    public boolean isQuiet() {
        return !busy;
    }

    /** How many outputs wait. */
    public synchronized int heldCount() {
        return held == null ? 0 : held.size();
    }

    /** A write begins; see {@link SyncSteps#begin}. */
    public synchronized boolean begin() {
        busy = true;
        coveredAtNanos = changedAtNanos;
        return steps.begin();
    }

    /** How many turns that changed the state the write in flight covers. */
    public synchronized long coveredTurns() {
        return steps.covered();
    }

    /** The write in flight is stored: what it covers goes out. */
    public void written() {
        synchronized (this) {
            steps.written();
        }
        emitReady();
    }

    /** The write in flight failed; what waits goes on waiting. */
    public synchronized void abandoned() {
        if (steps.covered() > 0) {
            changedAtNanos = coveredAtNanos;
        }
        steps.abandoned();
    }

    /** How many writes failed since one was stored. */
    public synchronized int failures() {
        return steps.failures();
    }

    /** Drops everything that waits; false when nothing did. */
    public boolean failAll(DurableServerException error) {
        List<Held> dropped;
        synchronized (this) {
            dropped = held == null ? List.of() : new ArrayList<>(held);
            held = null;
        }
        dropped.forEach(h -> outputs.fail(h.output(), error));
        return !dropped.isEmpty();
    }

    private void emitReady() {
        synchronized (this) {
            if (emitting) {
                return;
            }
            emitting = true;
        }
        while (true) {
            Held next;
            synchronized (this) {
                ArrayDeque<Held> waiting = held;
                Held first = waiting == null ? null : waiting.peek();
                if (waiting == null || first == null || first.turn() > steps.stored()) {
                    emitting = false;
                    busy = first != null || steps.isInFlight();
                    if (first == null) {
                        held = null;
                    }
                    return;
                }
                waiting.remove();
                next = first;
            }
            watch.waitEnded(next.sinceNanos());
            outputs.emit(next.output());
        }
    }
}
