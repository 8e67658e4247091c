package io.durableserver.ignite.around;

import io.durableserver.ignite.disk.StateFile;
import io.durableserver.ignite.membership.IgniteMembership;
import io.durableserver.ignite.membership.NodeAttributes;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.Session;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.ignite.cluster.ClusterNode;
import org.jspecify.annotations.Nullable;

/**
 * What a node remembers of its clusters beyond the life of one Ignite node: their ids, in a file of the work directory too, by which
 * the sides of a split know each other from strangers; and which nodes it lost, with the places where they may be met again.
 * Thread-safe.
 */
public final class Memory {
    private static final int MAX_CLUSTERS = 32;
    private static final int MAX_LOST = 64;

    private static final String STRANGER = "another side of a split may be taken for a stranger";

    private final @Nullable StateFile file;
    private final Consumer<RuntimeEvent> facts;
    private final LinkedHashSet<String> clusters = new LinkedHashSet<>();
    private final Map<Session, Set<String>> lost = new LinkedHashMap<>();
    private boolean unwritten;

    /** @param file where ids are kept; null for nowhere */
    public Memory(@Nullable StateFile file, Consumer<RuntimeEvent> facts) {
        this.file = file;
        this.facts = facts;
        if (file != null) {
            try {
                file.read().stream()
                        .filter(line -> line.matches("[0-9a-f-]{36}"))
                        .limit(MAX_CLUSTERS)
                        .forEach(clusters::add);
            } catch (IOException e) {
                facts.accept(file.unusable(STRANGER, e));
            }
        }
    }

    /** The node is in this cluster now. */
    synchronized void in(String cluster) {
        unwritten |= clusters.add(cluster);
        if (clusters.size() > MAX_CLUSTERS) {
            // Not the first: the nodes that were there when it began all have it.
            clusters.remove(clusters.stream().skip(1).findFirst().orElseThrow());
        }
        if (file != null && unwritten) {
            try {
                file.write(clusters);
                unwritten = false;
            } catch (IOException e) {
                facts.accept(file.unusable(STRANGER, e));
            }
        }
    }

    public synchronized Set<String> clusters() {
        return Set.copyOf(clusters);
    }

    /** A node is not in the cluster any more, and did not say goodbye. Only servers that take part can be a side of a split. */
    synchronized void lost(ClusterNode node) {
        if (!node.isClient() && NodeAttributes.prefixes(node).iterator().hasNext()) {
            lost(IgniteMembership.session(node), DiscoveryPlaces.of(node));
        }
    }

    synchronized void lost(Session session, Set<String> places) {
        lost.put(session, places);
        if (lost.size() > MAX_LOST) {
            lost.remove(lost.keySet().iterator().next());
        }
    }

    /** A node is in the cluster: so are all that had its name or its place before. */
    synchronized void joined(ClusterNode node) {
        joined(IgniteMembership.session(node).node(), DiscoveryPlaces.of(node));
    }

    /** Hosts may have addresses that others have too (container bridges): only all of them together are a place. */
    synchronized void joined(String name, Set<String> places) {
        lost.entrySet()
                .removeIf(entry -> entry.getKey().node().equals(name)
                        || (!places.isEmpty() && entry.getValue().equals(places)));
    }

    public synchronized List<Session> lost() {
        return new ArrayList<>(lost.keySet());
    }

    synchronized Set<String> places() {
        Set<String> places = new TreeSet<>();
        lost.values().forEach(places::addAll);
        return places;
    }

    /** The places at which the nodes of these names may be met. */
    public synchronized Set<String> places(Set<String> names) {
        Set<String> places = new TreeSet<>();
        lost.forEach((session, at) -> {
            if (names.contains(session.node())) {
                places.addAll(at);
            }
        });
        return places;
    }
}
