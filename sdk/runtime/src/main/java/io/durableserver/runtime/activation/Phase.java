package io.durableserver.runtime.activation;

/** Where an activation is in its life: phases only go forward. */
enum Phase {
    STARTING,
    RUNNING,
    /** Its state can never be stored and was given up; it stays until somebody comes and is told. */
    LOST,
    STOPPING,
    /** What is left in the mailbox is answered with "not here". */
    STOPPED
}
