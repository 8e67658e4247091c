package io.durableserver.benchmarks.faults;

import java.util.List;

/** The network between the nodes, and from them to the store. */
interface Wires extends AutoCloseable {
    /** Where a node listens. */
    String host(int node);

    /** Where nodes find what listens on all addresses of this machine. */
    String storeHost();

    /** What comes before the command of a process so that it runs at its place in the network. */
    List<String> inPlace(int node);

    /** Leaves only the ways between nodes of the same side; what is sent on others is dropped. */
    void split(List<List<Integer>> sides);

    /** Drops what one node sends to another one. */
    void drop(int from, int to);

    /** Opens all ways. */
    void heal();

    @Override
    void close();

    /** All nodes on 127.0.0.1. */
    static Wires loopback() {
        return new Wires() {
            @Override
            public String host(int node) {
                return "127.0.0.1";
            }

            @Override
            public String storeHost() {
                return "127.0.0.1";
            }

            @Override
            public List<String> inPlace(int node) {
                return List.of();
            }

            @Override
            public void split(List<List<Integer>> sides) {
                throw new UnsupportedOperationException("loopback cannot be split");
            }

            @Override
            public void drop(int from, int to) {
                throw new UnsupportedOperationException("loopback drops nothing");
            }

            @Override
            public void heal() {}

            @Override
            public void close() {}
        };
    }
}
