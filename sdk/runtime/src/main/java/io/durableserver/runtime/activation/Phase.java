package io.durableserver.runtime.activation;

/** Where an activation is in its life: phases only go forward. */
enum Phase {
    STARTING,
    RUNNING,
    STOPPING,
    /** What is left in the mailbox is answered with "not here". */
    STOPPED
}
