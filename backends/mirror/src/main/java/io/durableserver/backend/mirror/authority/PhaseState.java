package io.durableserver.backend.mirror.authority;

import io.durableserver.backend.mirror.rollout.Phase;
import io.durableserver.backend.mirror.rollout.Side;
import java.util.Optional;

/**
 * What one handle may do, as a state without I/O or clock of its own (P1, P2). It may write to the authority for
 * {@code validity} after it began to read the phase, and acknowledge what it wrote for {@code grace} longer. A handover
 * waits until the handle reports that it is drained, or, when it is silent, longer than both together. So no write
 * that the old authority stored after the change is ever acknowledged, not even by a process that was frozen in between. Writes
 * to the mirror end with the validity too: the mirror of a process that was frozen may be the authority by now.
 * Thread-safe.
 */
public final class PhaseState {
    private final long validityNanos;
    private final long graceNanos;

    private Phase phase = Phase.SHADOW;
    private long revision;
    private boolean confirmed;
    private long confirmedAt;
    /** The marker was there, and no span as long as the validity has passed without a look since. */
    private boolean marked;

    private long lookedAt;
    private long pausedAt;
    private long generation;
    private int writing;
    private boolean closed;
    private boolean sealed;

    public PhaseState(long validityNanos, long graceNanos) {
        this.validityNanos = validityNanos;
        this.graceNanos = graceNanos;
    }

    public synchronized Phase phase() {
        return phase;
    }

    public synchronized long revision() {
        return revision;
    }

    /** Whether the phase was ever read. */
    public synchronized boolean known() {
        return revision > 0;
    }

    /**
     * The phase was read.
     *
     * @param startedNanos when the read began: what it saw was so at that time or later
     */
    synchronized void observed(Phase seen, long seenRevision, long startedNanos, long nowNanos) {
        if (seenRevision < revision) {
            return;
        }
        if (revision > 0 && seen.holder() != phase.holder()) {
            leave();
        }
        if (seen.paused()) {
            if (!phase.paused() || seenRevision != revision) {
                pausedAt = nowNanos;
                closed = false;
                sealed = false;
            }
            // After a silence the marker may be gone, and only a look at an owner finds out.
            marked &= startedNanos - lookedAt < validityNanos;
        } else {
            closed = false;
            sealed = false;
            confirmed = true;
            confirmedAt = startedNanos;
            marked = true;
        }
        lookedAt = startedNanos;
        phase = seen;
        revision = seenRevision;
    }

    /** The handle's marker is gone: the handover that removed it relies on this handle's silence. */
    synchronized void doubted() {
        confirmed = false;
        marked = false;
    }

    /** Begins a write, when that is allowed. */
    synchronized Optional<WritePermit> enter(long nowNanos) {
        Optional<WritePermit> permit = read(nowNanos);
        if (permit.isPresent()) {
            writing++;
        }
        return permit;
    }

    /** Begins a strong read, when the authority is certain. */
    public synchronized Optional<WritePermit> read(long nowNanos) {
        boolean valid = phase == Phase.RETIRED || nowNanos - confirmedAt < validityNanos;
        return confirmed && valid
                ? phase.authority().map(side -> new WritePermit(side, generation, phase.mirrors()))
                : Optional.empty();
    }

    /** Ends a write. */
    public synchronized void exit(WritePermit permit) {
        if (permit.generation() == generation) {
            writing--;
        }
    }

    /** Whether what the authority answered under this permit still holds: the other store cannot have become the authority meanwhile. */
    public synchronized boolean holds(WritePermit permit, long nowNanos) {
        return permit.generation() == generation
                && confirmed
                && (phase == Phase.RETIRED || nowNanos - confirmedAt < validityNanos + graceNanos);
    }

    /** Whether what this side holds may be written to the other one by this handle, also while a pause goes on. */
    public synchronized boolean mayMirror(Side from, long nowNanos) {
        return phase.holder() == from && phase.mirrors() && !sealed && marked && nowNanos - lookedAt < validityNanos;
    }

    /**
     * In a pause: ends the span of authority when no write is on its way, or when the grace is over. What the authority
     * answers from now on is not acknowledged any more.
     *
     * @return whether it has ended
     */
    synchronized boolean closeWhenQuiet(long nowNanos) {
        if (phase.paused() && !closed && (writing == 0 || nowNanos - pausedAt >= graceNanos)) {
            leave();
            closed = true;
        }
        return closed;
    }

    /** How long the pause has lasted on this handle's clock; zero outside of one. */
    synchronized long pausedNanos(long nowNanos) {
        return phase.paused() ? nowNanos - pausedAt : 0;
    }

    /** Forbids this handle to write to the mirror until the pause is over. */
    synchronized void seal() {
        sealed = closed;
    }

    synchronized boolean sealed() {
        return sealed;
    }

    private void leave() {
        generation++;
        writing = 0;
        confirmed = false;
    }
}
