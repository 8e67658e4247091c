package io.durableserver.ignite.membership;

import io.durableserver.Registration;
import io.durableserver.ignite.base.Daemons;
import io.durableserver.spi.Listeners;
import io.durableserver.spi.Member;
import io.durableserver.spi.Membership;
import io.durableserver.spi.Session;
import io.durableserver.spi.View;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.apache.ignite.Ignite;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.events.DiscoveryEvent;
import org.apache.ignite.events.EventType;
import org.apache.ignite.lang.IgnitePredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of one prefix: the Ignite nodes, servers or clients, that carry its node attribute. The node name is the
 * consistent id, the incarnation is Ignite's node id. Listeners run on Ignite's discovery thread.
 */
public final class IgniteMembership implements Membership, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IgniteMembership.class);

    private static final int[] EVENTS = {
        EventType.EVT_NODE_JOINED,
        EventType.EVT_NODE_LEFT,
        EventType.EVT_NODE_FAILED,
        EventType.EVT_NODE_SEGMENTED,
        EventType.EVT_CLIENT_NODE_DISCONNECTED
    };

    private final Ignite ignite;
    private final IgniteConfiguration configuration;
    private final String prefix;
    private final Session self;
    private final Endpoint endpoint;
    // Ignite drops a listener that throws, and with it every later event.
    private final Listeners<Consumer<Event>> listeners;
    private final IgnitePredicate<DiscoveryEvent> discoveryListener = this::onDiscovery;
    private final ExecutorService probes;
    private long topologyVersion;
    private volatile Seen seen;

    /** A view, and its sessions by Ignite's node ids. */
    private record Seen(View view, Map<UUID, Session> sessions) {}

    public IgniteMembership(Ignite ignite, String prefix) {
        this.ignite = ignite;
        this.configuration = ignite.configuration();
        this.prefix = prefix;
        this.listeners = new Listeners<>(thrown -> LOG.error("A membership listener of {} failed", prefix, thrown));
        ClusterNode local = ignite.cluster().localNode();
        this.self = session(local);
        this.endpoint = Endpoint.of(local, configuration);
        this.probes = Daemons.pool("durable-probe-" + prefix, 2);
        this.seen = new Seen(View.of(0, List.of()), Map.of());
        synchronized (this) {
            // Listen first: what happens meanwhile waits for the lock and is then skipped as already in the first view.
            ignite.events().localListen(discoveryListener, EVENTS);
            topologyVersion = ignite.cluster().topologyVersion();
            seen = seenIn(topologyVersion, ignite.cluster().topology(topologyVersion));
        }
    }

    /** The events of Ignite it hears. */
    public static int[] events() {
        return EVENTS.clone();
    }

    public static Session session(ClusterNode node) {
        return new Session(node.consistentId().toString(), node.id().toString());
    }

    @Override
    public Session self() {
        return self;
    }

    @Override
    public String cluster() {
        try {
            UUID id = ignite.cluster().id();
            return id == null ? "" : id.toString();
        } catch (IllegalStateException stopping) {
            return "";
        }
    }

    @Override
    public View view() {
        return seen.view();
    }

    /** The session of a node in the view. */
    public Optional<Session> session(UUID node) {
        return Optional.ofNullable(seen.sessions().get(node));
    }

    @Override
    public Registration listen(Consumer<Event> listener) {
        // Under the lock, so that a listener sees either the event or a view that contains it already.
        synchronized (this) {
            return listeners.add(listener);
        }
    }

    @Override
    public String endpoint() {
        return endpoint.toString();
    }

    @Override
    public CompletionStage<Boolean> provablyGone(Session session, String text) {
        Endpoint place = Endpoint.parse(text).orElse(null);
        if (place == null || !place.incarnation().equals(session.incarnation()) || view().contains(session)) {
            return CompletableFuture.completedFuture(false);
        }
        if (hasSuccessor(place)) {
            return CompletableFuture.completedFuture(true);
        }
        if (!place.host().equals(endpoint.host())) {
            // On the way to another host a firewall may refuse in the name of a process that lives.
            return CompletableFuture.completedFuture(false);
        }
        return CompletableFuture.supplyAsync(
                () -> EndpointProbe.allRefuse(place.addresses()) && !view().contains(session), probes);
    }

    private boolean hasSuccessor(Endpoint place) {
        return ignite.cluster().nodes().stream()
                .filter(node -> !node.id().toString().equals(place.incarnation()))
                .anyMatch(node -> Endpoint.of(node, configuration).samePlace(place));
    }

    private synchronized boolean onDiscovery(DiscoveryEvent event) {
        if (event.type() == EventType.EVT_NODE_SEGMENTED || event.type() == EventType.EVT_CLIENT_NODE_DISCONNECTED) {
            publish(new Event.Segmented());
            return true;
        }
        // Events are numbered by topology version: those up to the first view are in it.
        if (event.topologyVersion() <= topologyVersion) {
            return true;
        }
        topologyVersion = event.topologyVersion();
        ClusterNode node = event.eventNode();
        if (NodeAttributes.takesPart(node, prefix)) {
            Optional<Session> before = session(node.id());
            seen = seenIn(topologyVersion, event.topologyNodes());
            Session session = before.or(() -> session(node.id())).orElseGet(() -> session(node));
            publish(change(event.type(), session));
        }
        return true;
    }

    private static Event change(int type, Session session) {
        return switch (type) {
            case EventType.EVT_NODE_JOINED -> new Event.Joined(session);
            case EventType.EVT_NODE_LEFT -> new Event.Left(session);
            default -> new Event.Failed(session);
        };
    }

    private void publish(Event event) {
        listeners.tell(listener -> listener.accept(event));
    }

    /** Sessions that stay keep their instance, and what was made of their attributes. */
    private Seen seenIn(long revision, Collection<ClusterNode> nodes) {
        List<Member> members = new ArrayList<>();
        Map<UUID, Session> sessions = new HashMap<>();
        for (ClusterNode node : nodes) {
            if (NodeAttributes.takesPart(node, prefix)) {
                Member member = session(node.id())
                        .flatMap(known -> view().member(known))
                        .orElseGet(() -> new Member(ours(node), attributes(node)));
                members.add(member);
                sessions.put(node.id(), member.session());
            }
        }
        return new Seen(new View(revision, members), Map.copyOf(sessions));
    }

    private Session ours(ClusterNode node) {
        Session session = session(node);
        return session.equals(self) ? self : session;
    }

    private Map<String, String> attributes(ClusterNode node) {
        return Map.of(
                "protocol",
                NodeAttributes.text(node, NodeAttributes.PROTOCOL),
                Member.TYPES,
                NodeAttributes.text(node, NodeAttributes.types(prefix)),
                "endpoint",
                Endpoint.of(node, configuration).toString());
    }

    @Override
    public void close() {
        listeners.clear();
        ignite.events().stopLocalListen(discoveryListener, EVENTS);
        probes.shutdownNow();
    }
}
