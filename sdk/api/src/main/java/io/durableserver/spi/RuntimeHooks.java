package io.durableserver.spi;

/**
 * Is called for each message, call, turn and write of a node, with primitive values only: nothing is allocated for it, and without hooks no
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

    /** What became of a cast for the node that sent it. */
    enum CastOutcome {
        /** It is in the mailbox of a server on this node. */
        TAKEN,
        /** It left for the node of its server. */
        SENT,
        /** No server took it. Outside of a turn the sender gets the error; else it is told as a fact. */
        DROPPED,
        /** It was dropped with the turn that sent it. */
        WITHDRAWN
    }

    /** What a request to the store was for. */
    enum StoreOperation {
        GET,
        CREATE,
        REPLACE,
        DELETE,
        LIST
    }

    /** How the store answered a request. */
    enum StoreOutcome {
        OK,
        /** There is no such record. */
        ABSENT,
        CONFLICT,
        /** A write that was not applied, or a read that was not answered. */
        REFUSED,
        UNKNOWN
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
     * A call did not find its server where that was looked for, and looks again. Called for each place that was wrong.
     *
     * @param remote whether another node said that it does not have the server; else the server left this node
     */
    default void callRerouted(int type, boolean remote) {}

    /**
     * The way of a cast on this node ended.
     *
     * @param code name of the {@link ErrorCode} of what it was dropped for; empty when it was not
     */
    default void castEnded(int type, CastOutcome outcome, String code) {}

    /**
     * A message left the mailbox of its server, mostly for its turn. Called for one message of {@value #MEASURED_OF}, and for one of a server at
     * a time; not for calls that run in place.
     *
     * @param nanos from when it came into the mailbox
     */
    default void mailWaited(int type, long nanos) {}

    /**
     * A turn ended; an open turn, when its result was there.
     *
     * @param waiting messages in the mailbox of the server after it
     * @param nanos from when it began; -1 when its time was not taken
     */
    default void turnEnded(int type, TurnKind kind, TurnResult result, int waiting, long nanos) {}

    /**
     * An output of a turn, or a turn that wants to call another server, waited until the turns before it were stored. Its time is always
     * taken.
     *
     * @param nanos from when it was held
     */
    default void gateWaited(int type, long nanos) {}

    /**
     * A write of a state ended.
     *
     * @param turns that changed the state and that it covers
     * @param bytes of the state
     * @param nanos from when it began
     */
    default void syncEnded(int type, SyncResult result, long turns, int bytes, long nanos) {}

    /** A request to the store begins; {@link #storeEnded} follows. */
    default void storeBegan(StoreOperation operation) {}

    /**
     * A request to the store ended; one attempt, of whatever the node reads or writes there. Its time is always taken.
     *
     * @param bytes of the record that was written or read; 0 when there was none, and for a listing
     * @param nanos from when it was made
     */
    default void storeEnded(StoreOperation operation, StoreOutcome outcome, int bytes, long nanos) {}

    /**
     * A message went into the queue to another node; requests between runtimes are not counted.
     *
     * @param bytes of the message, without what the network adds
     */
    default void messageSent(int bytes) {}

    /** A message came from another node. */
    default void messageReceived(int bytes) {}

    /**
     * A renewal of the node's lease ended. Its time is always taken.
     *
     * @param nanos from when it began, as the lease counts it: it is safe for {@code lease.time} from there
     */
    default void renewalEnded(boolean renewed, long nanos) {}
}
