package io.durableserver.ignite;

/**
 * What an embedded node does when it is over though nobody closed it: it was cut off from the cluster (frozen or out of reach for
 * longer than {@link EmbeddedNode#failureDetection}), another node ended its lease, or Ignite stopped after a critical failure.
 */
public enum WhenCutOff {
    /** It starts again in this process and joins the cluster, as a new session under its name. */
    RESTART,
    /** It stays down, and the process lives: for who watches {@link DurableIgnite#state} and decides. */
    STAY_DOWN,
    /** It ends the process by {@link System#exit} with {@value DurableIgnite#EXIT_STATUS}: for who has it started anew from outside. */
    EXIT
}
