package io.durableserver.runtime.wire;

import java.util.List;

/** The keys of the servers that wait for a request, outermost first. */
final class Chain {
    private Chain() {}

    /** A copy; no longer than others read. */
    static List<String> bounded(List<String> chain) {
        if (chain.size() > Message.MAX_CHAIN) {
            throw new IllegalArgumentException("chain of " + chain.size() + " keys, bound " + Message.MAX_CHAIN);
        }
        return List.copyOf(chain);
    }
}
