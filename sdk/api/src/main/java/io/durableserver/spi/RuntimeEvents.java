package io.durableserver.spi;

/**
 * Listens to what happens in the runtime of a node: metrics, traces, audits, a console. Installed with the configuration, any
 * number of them; one may be installed on several nodes. The log is written apart from them and needs none.
 *
 * <p>Facts are told in their order, one at a time, on a thread of {@link Scheduler#application}: a listener may block there, and what
 * it throws is contained. One that is behind by more than {@value #ROOM} facts loses the newest; it is told nothing of those, the
 * log says how many. Nothing in the runtime waits for a listener.
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
     * each call, turn and write.
     *
     * @param node its figures, to be read at any time and on any thread
     */
    default RuntimeHooks installed(NodeGauges node) {
        return RuntimeHooks.NONE;
    }
}
