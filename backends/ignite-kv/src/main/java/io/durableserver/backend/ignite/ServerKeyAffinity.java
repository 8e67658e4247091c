package io.durableserver.backend.ignite;

import org.apache.ignite.cache.affinity.rendezvous.RendezvousAffinityFunction;

/**
 * Places a record by the server's key, without the prefix, as the directory places its entry: a record's primary copy then
 * lies on the node that decides about its server. Ignite stores it with the cache.
 */
final class ServerKeyAffinity extends RendezvousAffinityFunction {
    private static final long serialVersionUID = 1L;

    private final String prefix;

    ServerKeyAffinity(String prefix, int partitions) {
        // Copies on different machines where there are several.
        super(true, partitions);
        this.prefix = prefix;
    }

    @Override
    public int partition(Object key) {
        boolean ours = key instanceof String text && text.startsWith(prefix);
        return super.partition(ours ? ((String) key).substring(prefix.length()) : key);
    }
}
