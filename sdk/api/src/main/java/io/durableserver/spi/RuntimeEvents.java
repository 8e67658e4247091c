package io.durableserver.spi;

/**
 * Listens to what happens in the runtime of a node: metrics, traces, audits, a console. Installed with the configuration, any
 * number of them; one may be installed on several nodes. The log is written apart from them and needs none.
 *
 * <p>Facts are told in their order, one at a time, on a thread of {@link Scheduler#application}: a listener may block there, and what
 * it throws is contained. At most {@value #ROOM} facts wait for one: the newest find no room, those of {@code DEBUG} not when half of
 * it is taken, of {@code INFO} three quarters, of {@code WARN} seven eighths. {@link NodeEvent.ListenerBehind} says how many those were. Nothing in
 * the runtime waits for a listener, except the end of a node, for a second.
 */
@FunctionalInterface
public interface RuntimeEvents {
    /** The facts that wait for one listener. */
    int ROOM = 4_096;

    /**
     * A fact, with where and when it became known.
     *
     * @param prefix of the node
     * @param node its session
     * @param wallMillis by the node's wall clock
     */
    record Fact(String prefix, Session node, long wallMillis, RuntimeEvent event) {}

    /** Something happened. */
    void happened(Fact fact);

    /**
     * Called once for each node, before its first fact and on the same thread. What it returns is called from then on for
     * each message, call, turn and write.
     *
     * @param node its figures, to be read at any time and on any thread
     */
    default RuntimeHooks installed(NodeGauges node) {
        return RuntimeHooks.NONE;
    }

    /**
     * Called once after the last fact of a node that was installed here, also when its start failed: nothing of it comes after that, except
     * hooks of calls that ended just then. Later facts of such a node are in the log only.
     *
     * @param node as it was installed; all its figures are zero from now on
     */
    default void removed(NodeGauges node) {}
}
