package io.durableserver.spi;

/**
 * Is called for each call, turn and write of a node, with primitive values only: nothing is allocated for it, and without hooks no
 * clock is read. Runs on the thread of the runtime or of the caller, inside what it measures: it must return at once. What it throws
 * is contained, blocking methods of the runtime are refused in it, and for what it causes itself no hooks are called.
 *
 * <p>Time is taken of one call and one turn of {@value #MEASURED_OF}, as looking at a clock costs more than a hook: {@code nanos} of the others
 * is {@code -1}. Count all, and measure those that have a time.
 *
 * <p>A type is given by its place in {@link NodeGauges#types}.
 */
public interface RuntimeHooks {
    /** Does nothing, and costs nothing. */
    RuntimeHooks NONE = new RuntimeHooks() {};

    /** Of so many calls, and of so many turns of a server, the time of one is taken. */
    int MEASURED_OF = 64;

    /** How a call ended for its caller. */
    enum CallOutcome {
        OK,
        /** The handler refused the message. */
        REJECTED,
        NOT_APPLIED,
        UNKNOWN,
        HANDLER_FAILED,
        /** The caller gave up and is told nothing. */
        WITHDRAWN
    }

    /** What a turn was for. */
    enum TurnKind {
        CALL,
        QUERY,
        CAST,
        INFO,
        CONTINUATION,
        TIMEOUT
    }

    /** What became of a turn. */
    enum TurnResult {
        DONE,
        REJECTED,
        /** User code failed, or its result cannot be: the server crashes. */
        FAILED,
        /** It did not begin, or nothing of it counts: its server or its deadline was over. */
        VOID
    }

    /** What became of a write of the state. */
    enum SyncResult {
        STORED,
        CONFLICT,
        NOT_APPLIED,
        UNKNOWN
    }

    /**
     * A call of this node ended.
     *
     * @param remote whether it had to look for its server or went to another node
     * @param code name of the {@link ErrorCode} of the error; empty when there is none
     * @param nanos from when it was made until its end was known; -1 when its time was not taken
     */
    default void callEnded(int type, boolean remote, CallOutcome outcome, String code, long nanos) {}

    /**
     * A turn ended; an open turn, when its result was there.
     *
     * @param waiting messages in the mailbox of the server after it
     * @param nanos from when it began; -1 when its time was not taken
     */
    default void turnEnded(int type, TurnKind kind, TurnResult result, int waiting, long nanos) {}

    /**
     * A write of a state ended.
     *
     * @param turns that changed the state and that it covers
     * @param bytes of the state
     * @param nanos from when it began
     */
    default void syncEnded(int type, SyncResult result, long turns, int bytes, long nanos) {}

    /**
     * A renewal of the node's lease ended. Its time is always taken.
     *
     * @param nanos from when it began, as the lease counts it: it is safe for {@code lease.time} from there
     */
    default void renewalEnded(boolean renewed, long nanos) {}
}
