package io.durableserver.ignite.host;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.DurableServers;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The prefixes that one node hosts, by their names. Immutable. */
public final class HostedPrefixes implements Iterable<HostedPrefix> {
    private final SortedMap<String, HostedPrefix> prefixes;

    HostedPrefixes(Map<String, HostedPrefix> prefixes) {
        this.prefixes = new TreeMap<>(prefixes);
    }

    /** Their names. */
    public Set<String> names() {
        return Set.copyOf(prefixes.keySet());
    }

    /**
     * The durable servers of a prefix.
     *
     * @throws ConfigurationException {@code INVALID_OPTION} when the node does not host it
     */
    public DurableServers servers(String prefix) {
        HostedPrefix found = prefixes.get(prefix);
        if (found == null) {
            throw ConfigurationException.option("prefix", prefix, "one of " + prefixes.keySet());
        }
        return found.servers();
    }

    /**
     * The durable servers of the only prefix.
     *
     * @throws ConfigurationException {@code INVALID_OPTION} when there is none, or several
     */
    public DurableServers servers() {
        if (prefixes.size() != 1) {
            throw ConfigurationException.option("prefix", null, "one of " + prefixes.keySet() + ": name it");
        }
        return prefixes.values().iterator().next().servers();
    }

    /** Throws what the stop of the node could not store; once. */
    public void throwUnsaved() {
        DurableServerException first = null;
        for (HostedPrefix prefix : this) {
            DurableServerException next = prefix.unsaved().orElse(null);
            if (first == null) {
                first = next;
            } else if (next != null) {
                first.addSuppressed(next);
            }
        }
        if (first != null) {
            throw first;
        }
    }

    @Override
    public Iterator<HostedPrefix> iterator() {
        return prefixes.values().iterator();
    }
}
