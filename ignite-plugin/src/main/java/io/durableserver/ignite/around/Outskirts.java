package io.durableserver.ignite.around;

import io.durableserver.ignite.base.Daemons;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.apache.ignite.Ignite;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.events.DiscoveryEvent;
import org.apache.ignite.events.EventType;
import org.apache.ignite.lang.IgnitePredicate;

/** The surroundings of a node's cluster: its lost nodes, and the places outside of it at which nodes answer. Thread-safe. */
public final class Outskirts implements AutoCloseable {
    private static final int[] EVENTS = {
        EventType.EVT_NODE_JOINED, EventType.EVT_NODE_FAILED, EventType.EVT_NODE_SEGMENTED
    };

    private static final int MAX_PLACES = 256;
    private static final long ASK_MILLIS = 2_000;

    private final Ignite ignite;
    private final Memory memory;
    private final NavigableSet<String> divided = new ConcurrentSkipListSet<>();
    private final ExecutorService thread = Daemons.pool("durable-outskirts", 1);
    private final Probes probes = new Probes(ASK_MILLIS);
    private final IgnitePredicate<DiscoveryEvent> listener = this::onDiscovery;

    public Outskirts(Ignite ignite, Memory memory) {
        this.ignite = ignite;
        this.memory = memory;
        ignite.events().localListen(listener, EVENTS);
        ignite.cluster().nodes().forEach(memory::joined);
    }

    /** The events that must be enabled in the node's configuration. */
    public static int[] events() {
        return EVENTS.clone();
    }

    private boolean onDiscovery(DiscoveryEvent event) {
        switch (event.type()) {
            case EventType.EVT_NODE_JOINED -> memory.joined(event.eventNode());
            case EventType.EVT_NODE_FAILED -> memory.lost(event.eventNode());
            default -> {
                // This node is out, so all others are.
                ClusterNode self = ignite.cluster().localNode();
                event.topologyNodes().stream()
                        .filter(node -> !node.id().equals(self.id()))
                        .forEach(memory::lost);
            }
        }
        return true;
    }

    /** Another side lives in the store of a prefix, or none does any more. */
    public void divided(String prefix, boolean now) {
        if (now) {
            divided.add(prefix);
        } else {
            divided.remove(prefix);
        }
    }

    /**
     * Only one prefix of a node decides whether it steps down, the same one on both sides: never both do, each for another. It is
     * the first of those that both sides serve in one store: one that does not serve, or has a store of its own, would never decide.
     */
    public boolean decides(String prefix) {
        return prefix.equals(divided.stream().findFirst().orElse(prefix));
    }

    public Memory memory() {
        return memory;
    }

    /** The ids of all clusters the node served in, and that of this one. */
    public Set<String> clusters() {
        Set<String> ids = new TreeSet<>(memory.clusters());
        UUID id = ignite.cluster().id();
        if (id != null) {
            ids.add(id.toString());
        }
        return ids;
    }

    /** The node serves in this cluster: from now on it belongs to it. */
    public void serves() {
        UUID id = ignite.cluster().id();
        if (id != null) {
            memory.in(id.toString());
        }
    }

    /** The places of the nodes of the cluster. */
    public List<String> places() {
        return List.copyOf(DiscoveryPlaces.of(ignite.cluster().nodes()));
    }

    /**
     * Those of these places, and of those of lost nodes, at which a node outside of the cluster answers; in some seconds, however many
     * do not. Fails when the node stops.
     *
     * @param more as peers are written; names are resolved
     */
    public CompletionStage<Set<String>> answering(Collection<String> more) {
        Set<String> asked = new TreeSet<>(memory.places());
        asked.addAll(more);
        try {
            return CompletableFuture.supplyAsync(() -> ask(asked), thread);
        } catch (RejectedExecutionException closed) {
            return CompletableFuture.failedFuture(closed);
        }
    }

    private Set<String> ask(Set<String> asked) {
        try {
            Map<InetSocketAddress, Set<String>> called = probes.resolve(asked);
            List<InetSocketAddress> outside = called.keySet().stream()
                    .filter(this::isOutside)
                    .limit(MAX_PLACES)
                    .toList();
            // A node that has joined meanwhile is not outside.
            return probes.answering(outside).stream()
                    .filter(this::isOutside)
                    .flatMap(address -> called.getOrDefault(address, Set.of()).stream())
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the node stops");
        }
    }

    private boolean isOutside(InetSocketAddress address) {
        return !DiscoveryPlaces.isOf(ignite.cluster().nodes(), address);
    }

    @Override
    public void close() {
        ignite.events().stopLocalListen(listener, EVENTS);
        thread.shutdownNow();
        probes.close();
    }
}
