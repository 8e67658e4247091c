package io.durableserver.backend.mirror.copy;

import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.Version;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which version of the source holds the same record as which version of the target, for the keys used last. A pair lets
 * the next mirror write go out without a read, and a server's token survive a cut-over. It is a hint about versions, never
 * about what a store holds now: every write that uses one is conditional on it. Thread-safe.
 */
public final class VersionPairs {
    record Pair(Version source, Version target) {
        Version of(Side side) {
            return side == Side.SOURCE ? source : target;
        }

        static Pair of(Side side, Version version, Version other) {
            return side == Side.SOURCE ? new Pair(version, other) : new Pair(other, version);
        }
    }

    private final Map<String, Pair> newest;

    public VersionPairs(int bound) {
        this.newest = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Pair> eldest) {
                return size() > bound;
            }
        };
    }

    synchronized void put(String key, Pair pair) {
        newest.put(key, pair);
    }

    /** The version of the other store that holds the same record as this version of one. */
    public synchronized Optional<Version> counterpart(String key, Side side, Version version) {
        Pair pair = newest.get(key);
        return pair != null && pair.of(side).equals(version) ? Optional.of(pair.of(side.other())) : Optional.empty();
    }
}
