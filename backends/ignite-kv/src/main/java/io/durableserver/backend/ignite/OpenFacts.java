package io.durableserver.backend.ignite;

import io.durableserver.spi.StoreFacts;
import java.util.Optional;
import java.util.concurrent.ConcurrentMap;
import org.apache.ignite.Ignite;

/** The facts of the open backend of a cache, for what is asked of a node by the name of the cache. Thread-safe. */
final class OpenFacts {
    private OpenFacts() {}

    /** The facts of a cache's backend, of the one opened last where a node has several. */
    static Optional<StoreFacts> of(Ignite node, String cacheName) {
        return Optional.ofNullable(all(node).get(key(cacheName)));
    }

    static void put(Ignite node, String cacheName, StoreFacts facts) {
        all(node).put(key(cacheName), facts);
    }

    static void remove(Ignite node, String cacheName, StoreFacts facts) {
        all(node).remove(key(cacheName), facts);
    }

    private static ConcurrentMap<String, StoreFacts> all(Ignite node) {
        return node.cluster().nodeLocalMap();
    }

    private static String key(String cacheName) {
        return "durable-" + cacheName + ".facts";
    }
}
