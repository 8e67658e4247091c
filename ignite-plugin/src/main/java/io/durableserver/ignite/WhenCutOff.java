package io.durableserver.ignite;

/**
 * What an embedded node does when it is over without having been closed: it was cut off from the cluster (frozen or out of reach for
 * longer than {@link EmbeddedNode#failureDetection}), another node ended its lease, or Ignite stopped after a critical failure.
 */
public enum WhenCutOff {
    /** It starts again in this process and joins the cluster, as a new session under its name. */
    RESTART,
    /** It stays down, and the process lives: for applications that watch {@link DurableIgnite#state} and decide. */
    STAY_DOWN,
    /** It ends the process by {@link System#exit} with {@value DurableIgnite#EXIT_STATUS}: for processes that are started anew from outside. */
    EXIT
}
