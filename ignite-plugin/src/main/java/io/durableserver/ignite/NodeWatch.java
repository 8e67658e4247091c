package io.durableserver.ignite;

/** Whoever runs an Ignite node, and is told by its plugin how it stands. Called on any thread, also Ignite's: hands over at once. */
interface NodeWatch {
    /** Whether a prefix takes requests, and if not, why. */
    void prefix(String prefix, boolean ready, String cause);

    /**
     * This session is over, though nobody asked for it.
     *
     * @param stops whether Ignite stops the node by itself
     */
    void lost(String why, boolean stops);

    /** Ignite begins to stop the node, and what runs there is stopped already. */
    void stopping();

    /** Whether no other node comes after this one. */
    boolean isLast();
}
