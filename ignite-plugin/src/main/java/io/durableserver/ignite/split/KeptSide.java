package io.durableserver.ignite.split;

import java.util.List;

/**
 * The side of a split that an operator kept.
 *
 * @param nodes the names of its server nodes
 * @param addresses their discovery addresses, {@code ip:port}
 */
public record KeptSide(List<String> nodes, List<String> addresses) {
    public KeptSide {
        nodes = List.copyOf(nodes);
        addresses = List.copyOf(addresses);
    }
}
