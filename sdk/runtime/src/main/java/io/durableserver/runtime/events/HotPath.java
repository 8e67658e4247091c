package io.durableserver.runtime.events;

import io.durableserver.spi.RuntimeHooks;
import io.durableserver.spi.RuntimeHooks.CallOutcome;
import io.durableserver.spi.RuntimeHooks.SyncResult;
import io.durableserver.spi.RuntimeHooks.TurnKind;
import io.durableserver.spi.RuntimeHooks.TurnResult;
import org.jspecify.annotations.Nullable;

/** The hooks of a node, one after the other. Allocates nothing; what a hook throws stays here. */
public final class HotPath {
    private static final ThreadLocal<@Nullable Boolean> INSIDE = new ThreadLocal<>();

    /** Set with the first hooks of this process, so that nobody looks for them before. */
    private static volatile boolean exists;

    private final RuntimeHooks first;
    private final Troubles troubles;
    private final @Nullable HotPath rest;

    private HotPath(RuntimeHooks first, Troubles troubles, @Nullable HotPath rest) {
        this.first = first;
        this.troubles = troubles;
        this.rest = rest;
    }

    static HotPath of(RuntimeHooks hooks, Troubles troubles) {
        exists = true;
        return new HotPath(hooks, troubles, null);
    }

    HotPath and(RuntimeHooks hooks, Troubles theirs) {
        return new HotPath(hooks, theirs, this);
    }

    /** Whether this thread is in a hook, where nothing may wait. */
    public static boolean isInside() {
        return exists && INSIDE.get() != null;
    }

    /** See {@link RuntimeHooks#callEnded}. */
    public void callEnded(int type, boolean remote, CallOutcome outcome, String code, long nanos) {
        for (HotPath one = this; one != null; one = one.rest) {
            INSIDE.set(Boolean.TRUE);
            try {
                one.first.callEnded(type, remote, outcome, code, nanos);
            } catch (RuntimeException | Error thrown) {
                one.troubles.failed(thrown);
            } finally {
                INSIDE.set(null);
            }
        }
    }

    /** See {@link RuntimeHooks#turnEnded}. */
    public void turnEnded(int type, TurnKind kind, TurnResult result, int waiting, long nanos) {
        for (HotPath one = this; one != null; one = one.rest) {
            INSIDE.set(Boolean.TRUE);
            try {
                one.first.turnEnded(type, kind, result, waiting, nanos);
            } catch (RuntimeException | Error thrown) {
                one.troubles.failed(thrown);
            } finally {
                INSIDE.set(null);
            }
        }
    }

    /** See {@link RuntimeHooks#syncEnded}. */
    public void syncEnded(int type, SyncResult result, long turns, int bytes, long nanos) {
        for (HotPath one = this; one != null; one = one.rest) {
            INSIDE.set(Boolean.TRUE);
            try {
                one.first.syncEnded(type, result, turns, bytes, nanos);
            } catch (RuntimeException | Error thrown) {
                one.troubles.failed(thrown);
            } finally {
                INSIDE.set(null);
            }
        }
    }
}
