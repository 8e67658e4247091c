package io.durableserver.ignite;

import io.durableserver.spi.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.ignite.cluster.ClusterNode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node remembers of its clusters beyond the life of one Ignite node: their ids, in a file of the work directory too, by which
 * the sides of a split know each other from strangers; and which nodes it lost, with the places where they may be met again.
 * Thread-safe.
 */
final class Memory {
    private static final Logger LOG = LoggerFactory.getLogger(Memory.class);
    private static final int MAX_CLUSTERS = 32;
    private static final int MAX_LOST = 64;

    private final @Nullable Path file;
    private final LinkedHashSet<String> clusters = new LinkedHashSet<>();
    private final Map<Session, Set<String>> lost = new LinkedHashMap<>();

    /** @param file where ids are kept; null for nowhere */
    Memory(@Nullable Path file) {
        this.file = file;
        if (file != null && Files.isRegularFile(file)) {
            try {
                Files.readAllLines(file).stream()
                        .filter(line -> line.matches("[0-9a-f-]{36}"))
                        .limit(MAX_CLUSTERS)
                        .forEach(clusters::add);
            } catch (IOException e) {
                LOG.warn("{} cannot be read: another side of a split may be taken for a stranger", file, e);
            }
        }
    }

    /** The node is in this cluster now. */
    synchronized void in(String cluster) {
        if (!clusters.add(cluster)) {
            return;
        }
        if (clusters.size() > MAX_CLUSTERS) {
            // Not the first: the nodes that were there when it began all have it.
            clusters.remove(clusters.stream().skip(1).findFirst().orElseThrow());
        }
        if (file != null) {
            try {
                Files.write(file, clusters);
            } catch (IOException e) {
                LOG.warn("{} cannot be written: another side of a split may be taken for a stranger", file, e);
            }
        }
    }

    synchronized Set<String> clusters() {
        return Set.copyOf(clusters);
    }

    /** A node is not in the cluster any more, and did not say goodbye. */
    synchronized void lost(ClusterNode node) {
        lost.put(IgniteMembership.session(node), DiscoveryPlaces.of(node));
        if (lost.size() > MAX_LOST) {
            lost.remove(lost.keySet().iterator().next());
        }
    }

    /** A node is in the cluster: so are all that had its name or its place before. */
    synchronized void joined(ClusterNode node) {
        Set<String> places = DiscoveryPlaces.of(node);
        String name = IgniteMembership.session(node).node();
        lost.entrySet()
                .removeIf(entry -> entry.getKey().node().equals(name)
                        || entry.getValue().stream().anyMatch(places::contains));
    }

    synchronized List<Session> lost() {
        return new ArrayList<>(lost.keySet());
    }

    synchronized Set<String> places() {
        Set<String> places = new TreeSet<>();
        lost.values().forEach(places::addAll);
        return places;
    }
}
