package io.durableserver.spi;

import java.util.Objects;

/**
 * One life of one node: a restarted node has the same name and another incarnation. Compared by value, never by age.
 *
 * @param node the node's name, stable across restarts
 * @param incarnation unique for each start of the node, ever
 */
public record Session(String node, String incarnation) {
    public Session {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(incarnation, "incarnation");
    }

    @Override
    public String toString() {
        return node + "/" + incarnation;
    }
}
