package io.durableserver.runtime.server;

/** The phase of a server's life: phases only go forward, some are left out. */
public enum Phase {
    STARTING,
    RUNNING,
    STOPPING,
    /** Its state can never be stored and was given up; it stays until a caller comes and is told. */
    LOST,
    /** What is left in the mailbox is answered with "not here". */
    STOPPED
}
