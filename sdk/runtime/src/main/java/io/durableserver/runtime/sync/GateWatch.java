package io.durableserver.runtime.sync;

/** What a {@link Durability} needs for its figures: a clock, and where waits that ended are told. Any thread. */
public interface GateWatch {
    /** The time of a wait that is not measured. */
    long UNTIMED = Long.MIN_VALUE;

    /** The time now, on the node's monotonic clock. */
    long nowNanos();

    /** The time at which a wait begins; {@link #UNTIMED} when nothing wants to know. */
    long waitBegins();

    /** A wait ended, as what it waited for is stored; {@link #waitBegins} said when it began. */
    void waitEnded(long beganNanos);
}
