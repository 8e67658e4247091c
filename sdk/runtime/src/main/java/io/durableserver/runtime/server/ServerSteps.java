package io.durableserver.runtime.server;

/**
 * The life of one server as pure steps: where it stands, and what each event means there. Phases only go forward. Events come
 * from the server's own thread; where it stands is read by any.
 */
public final class ServerSteps {
    /** How many times a stop is carried on after a defect of the runtime. */
    static final int MOST_DEFECTS = 3;

    /** What a stop that is asked for means. */
    public enum Asked {
        /** Run {@code terminate}, then tell {@link #terminated}. */
        BEGINS,
        /** The server stops already: its end answers this one too. */
        JOINS,
        /** There is nothing left to stop. */
        TOO_LATE
    }

    /** What a defect of the runtime means. */
    public enum Repair {
        /** Stop in good order, as after a crash. */
        STOP,
        /** Go on with the stop where it was. */
        GO_ON,
        /** All is stored: just end. */
        END,
        /** The state is unknown: end without storing. */
        ABORT
    }

    /** What the end of the last write means. */
    public enum AfterLast {
        NOTHING,
        /** Stored: tell user code, then end. */
        TELL,
        /** Stored, after a crash: end. */
        END,
        /** Not known to be stored. */
        ABORT
    }

    private volatile Phase phase = Phase.STARTING;
    private volatile boolean claiming;
    private boolean crashed;
    private boolean terminating;
    private boolean lastWriteBegun;
    private boolean lastWriteStored;
    private int defects;

    public Phase phase() {
        return phase;
    }

    boolean isRunning() {
        return phase == Phase.RUNNING;
    }

    public boolean isStopped() {
        return phase == Phase.STOPPED;
    }

    /** The claim begins: from now on it may be on its way to the store, or stored without our knowing. */
    public void claims() {
        claiming = true;
    }

    /** Whether no other node may take the key. */
    public boolean owns() {
        return phase == Phase.STARTING ? claiming : phase != Phase.STOPPED;
    }

    /** Whether messages are taken: also before it runs, and when its state is lost, for whose callers are told. */
    public boolean takesMail() {
        return phase != Phase.STOPPING && phase != Phase.STOPPED;
    }

    /** Whether the state may be stored: while it is served, and for what user code asks on the way out. */
    public boolean mayWrite() {
        return phase == Phase.RUNNING || isTerminating();
    }

    /** Whether {@code terminate} runs: what it asks others must not leave before everything the server has is stored. */
    public boolean isTerminating() {
        return terminating && phase == Phase.STOPPING;
    }

    public void started() {
        phase = Phase.RUNNING;
    }

    /** A stop in good order; {@code afterCrash} when it stores the last good state of a server that failed. */
    public Asked stopAsked(boolean afterCrash) {
        switch (phase) {
            case LOST, STOPPED -> {
                return Asked.TOO_LATE;
            }
            case STOPPING -> {
                return Asked.JOINS;
            }
            default -> {
                phase = Phase.STOPPING;
                crashed = afterCrash;
                terminating = true;
                return Asked.BEGINS;
            }
        }
    }

    /** {@code terminate} has run, or failed. */
    public void terminated() {
        terminating = false;
    }

    /** A write ended, or {@code terminate} did; true when the last write begins now. */
    public boolean beginsLastWrite(boolean writeInFlight) {
        if (phase != Phase.STOPPING || terminating || writeInFlight || lastWriteBegun) {
            return false;
        }
        lastWriteBegun = true;
        return true;
    }

    public AfterLast lastWriteEnded(boolean stored) {
        if (phase == Phase.STOPPED) {
            return AfterLast.NOTHING;
        }
        if (!stored) {
            return AfterLast.ABORT;
        }
        lastWriteStored = true;
        return crashed ? AfterLast.END : AfterLast.TELL;
    }

    /** The state can never be stored; true when the server stays, to tell others. One that stops in good order ends with it. */
    public boolean losesState() {
        if (phase == Phase.STOPPED || phase == Phase.LOST || isStoppingInOrder()) {
            return false;
        }
        phase = Phase.LOST;
        return true;
    }

    /** Whether a stop goes on that was asked for, not one after a crash. */
    public boolean isStoppingInOrder() {
        return phase == Phase.STOPPING && !crashed;
    }

    /** The runtime failed; {@code knowsState} when what is in memory is the last good state. */
    public Repair defect(boolean knowsState, boolean writeInFlight) {
        boolean known = knowsState && ++defects <= MOST_DEFECTS;
        if (known && phase == Phase.RUNNING) {
            return Repair.STOP;
        }
        if (known && phase == Phase.STOPPING && !lastWriteStored) {
            lastWriteBegun &= writeInFlight;
            return Repair.GO_ON;
        }
        return phase == Phase.STOPPING && lastWriteStored ? Repair.END : Repair.ABORT;
    }

    public void ended() {
        phase = Phase.STOPPED;
    }
}
