package io.durableserver.runtime.turn;

/**
 * What a node does for tests only.
 *
 * @param encodesLocally messages and replies between servers of this node pass as bytes, and a state is what comes back from
 *     its bytes after each turn: as between nodes, and as after a restart
 * @param virtualTime time stands still while threads wait: a blocked caller is woken by timers, never by its own clock
 */
public record TestMode(boolean encodesLocally, boolean virtualTime) {
    /** Production. */
    public static final TestMode NONE = new TestMode(false, false);
}
