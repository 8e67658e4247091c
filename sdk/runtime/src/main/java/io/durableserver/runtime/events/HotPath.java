package io.durableserver.runtime.events;

import io.durableserver.spi.RuntimeHooks;
import io.durableserver.spi.RuntimeHooks.CallOutcome;
import io.durableserver.spi.RuntimeHooks.CastOutcome;
import io.durableserver.spi.RuntimeHooks.StoreOperation;
import io.durableserver.spi.RuntimeHooks.StoreOutcome;
import io.durableserver.spi.RuntimeHooks.SyncResult;
import io.durableserver.spi.RuntimeHooks.TurnKind;
import io.durableserver.spi.RuntimeHooks.TurnResult;
import org.jspecify.annotations.Nullable;

/**
 * The hooks of a node, one after the other. Allocates nothing for a call; what a hook throws stays here, and hooks that a hook
 * would cause are not called.
 */
public final class HotPath {
    /** Of each thread that came here. */
    private static final ThreadLocal<@Nullable Mark> MARK = new ThreadLocal<>();

    /** Set with the first hooks of this process, so that nobody looks for a mark before. */
    private static volatile boolean exists;

    private static final class Mark {
        boolean isInside;
        boolean wasInterrupted;
        /** Not from zero, so that of threads with a single call each one in 64 is measured too. */
        long calls = Thread.currentThread().getId();
        /** Apart from the calls, which come in pairs with them. */
        long mails = calls;
    }

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
        if (!exists) {
            return false;
        }
        Mark mark = MARK.get();
        return mark != null && mark.isInside;
    }

    /** Whether the call that this thread makes is one whose time is taken. */
    public static boolean measures() {
        return isMeasured(mark().calls++);
    }

    /** Whether the message that this thread puts into a mailbox is one whose time is taken. */
    public static boolean measuresMail() {
        return isMeasured(mark().mails++);
    }

    /** Whether the time of a call or turn with this number is taken. */
    public static boolean isMeasured(long number) {
        return number % RuntimeHooks.MEASURED_OF == 0;
    }

    private static Mark mark() {
        Mark mark = MARK.get();
        if (mark == null) {
            mark = new Mark();
            MARK.set(mark);
        }
        return mark;
    }

    /** See {@link RuntimeHooks#callEnded}. */
    public void callEnded(int type, boolean remote, CallOutcome outcome, String code, long nanos) {
        Mark mark = enter();
        for (HotPath one = mark == null ? null : this; one != null; one = one.rest) {
            try {
                one.first.callEnded(type, remote, outcome, code, nanos);
            } catch (Throwable thrown) {
                one.failed(thrown);
            }
        }
        leave(mark);
    }

    /** See {@link RuntimeHooks#callRerouted}. */
    public void callRerouted(int type, boolean remote) {
        Mark mark = enter();
        for (HotPath one = mark == null ? null : this; one != null; one = one.rest) {
            try {
                one.first.callRerouted(type, remote);
            } catch (Throwable thrown) {
                one.failed(thrown);
            }
        }
        leave(mark);
    }

    /** See {@link RuntimeHooks#castEnded}. */
    public void castEnded(int type, CastOutcome outcome, String code) {
        Mark mark = enter();
        for (HotPath one = mark == null ? null : this; one != null; one = one.rest) {
            try {
                one.first.castEnded(type, outcome, code);
            } catch (Throwable thrown) {
                one.failed(thrown);
            }
        }
        leave(mark);
    }

    /** See {@link RuntimeHooks#mailWaited}. */
    public void mailWaited(int type, long nanos) {
        Mark mark = enter();
        for (HotPath one = mark == null ? null : this; one != null; one = one.rest) {
            try {
                one.first.mailWaited(type, nanos);
            } catch (Throwable thrown) {
                one.failed(thrown);
            }
        }
        leave(mark);
    }

    /** See {@link RuntimeHooks#turnEnded}. */
    public void turnEnded(int type, TurnKind kind, TurnResult result, int waiting, long nanos) {
        Mark mark = enter();
        for (HotPath one = mark == null ? null : this; one != null; one = one.rest) {
            try {
                one.first.turnEnded(type, kind, result, waiting, nanos);
            } catch (Throwable thrown) {
                one.failed(thrown);
            }
        }
        leave(mark);
    }

    /** See {@link RuntimeHooks#gateWaited}. */
    public void gateWaited(int type, long nanos) {
        Mark mark = enter();
        for (HotPath one = mark == null ? null : this; one != null; one = one.rest) {
            try {
                one.first.gateWaited(type, nanos);
            } catch (Throwable thrown) {
                one.failed(thrown);
            }
        }
        leave(mark);
    }

    /** See {@link RuntimeHooks#syncEnded}. */
    public void syncEnded(int type, SyncResult result, long turns, int bytes, long nanos) {
        Mark mark = enter();
        for (HotPath one = mark == null ? null : this; one != null; one = one.rest) {
            try {
                one.first.syncEnded(type, result, turns, bytes, nanos);
            } catch (Throwable thrown) {
                one.failed(thrown);
            }
        }
        leave(mark);
    }

    /** See {@link RuntimeHooks#storeBegan}. */
    public void storeBegan(StoreOperation operation) {
        Mark mark = enter();
        for (HotPath one = mark == null ? null : this; one != null; one = one.rest) {
            try {
                one.first.storeBegan(operation);
            } catch (Throwable thrown) {
                one.failed(thrown);
            }
        }
        leave(mark);
    }

    /** See {@link RuntimeHooks#storeEnded}. */
    public void storeEnded(StoreOperation operation, StoreOutcome outcome, int bytes, long nanos) {
        Mark mark = enter();
        for (HotPath one = mark == null ? null : this; one != null; one = one.rest) {
            try {
                one.first.storeEnded(operation, outcome, bytes, nanos);
            } catch (Throwable thrown) {
                one.failed(thrown);
            }
        }
        leave(mark);
    }

    /** See {@link RuntimeHooks#messageSent}. */
    public void messageSent(int bytes) {
        Mark mark = enter();
        for (HotPath one = mark == null ? null : this; one != null; one = one.rest) {
            try {
                one.first.messageSent(bytes);
            } catch (Throwable thrown) {
                one.failed(thrown);
            }
        }
        leave(mark);
    }

    /** See {@link RuntimeHooks#messageReceived}. */
    public void messageReceived(int bytes) {
        Mark mark = enter();
        for (HotPath one = mark == null ? null : this; one != null; one = one.rest) {
            try {
                one.first.messageReceived(bytes);
            } catch (Throwable thrown) {
                one.failed(thrown);
            }
        }
        leave(mark);
    }

    /** See {@link RuntimeHooks#renewalEnded}. */
    public void renewalEnded(boolean renewed, long nanos) {
        Mark mark = enter();
        for (HotPath one = mark == null ? null : this; one != null; one = one.rest) {
            try {
                one.first.renewalEnded(renewed, nanos);
            } catch (Throwable thrown) {
                one.failed(thrown);
            }
        }
        leave(mark);
    }

    /** Of this thread, which is in a hook from here on; null when it is in one already. */
    private static @Nullable Mark enter() {
        Mark mark = mark();
        if (mark.isInside) {
            return null;
        }
        mark.isInside = true;
        mark.wasInterrupted = Thread.currentThread().isInterrupted();
        return mark;
    }

    private void failed(Throwable thrown) {
        if (thrown instanceof InterruptedException) {
            Thread.currentThread().interrupt(); // it was for whoever is measured
        }
        troubles.failed(thrown);
    }

    /** An interrupt that came before is still there after; one that came meanwhile is anybody's, and stays. */
    private static void leave(@Nullable Mark mark) {
        if (mark != null) {
            mark.isInside = false;
            if (mark.wasInterrupted && !Thread.currentThread().isInterrupted()) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
