package io.durableserver.testkit.sim;

import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.RuntimeEvent;
import io.durableserver.spi.RuntimeEvents;
import io.durableserver.spi.ServerEvent;
import io.durableserver.spi.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What listeners are told is a true history: each start that began and each server that started ends once, epochs are those the store
 * has, what follows comes after its cause, and nothing comes after the last fact of a node. A listener for all nodes of a simulation.
 */
public final class FactInvariants implements RuntimeEvents {
    /** What was told of one key on one node. */
    private static final class Server {
        /** When its start began; null while none goes on. */
        @Nullable
        Long startSince;

        /** Its epoch; null while it does not run. */
        @Nullable
        Long epoch;
    }

    /** What was told by one node. */
    private static final class Node {
        final Map<String, Server> servers = new HashMap<>();
        final Set<Session> members = new HashSet<>();
        boolean alarmed;
        boolean closed;
    }

    private record Claim(Session owner, String key, long epoch) {}

    private final Simulation simulation;
    private final Map<Session, Node> nodes = new HashMap<>();
    /** The epochs that the store has had, by owner. */
    private final Set<Claim> claims = new HashSet<>();

    private final Set<Class<? extends RuntimeEvent>> kinds = new HashSet<>();

    public FactInvariants(Simulation simulation) {
        this.simulation = simulation;
    }

    /** The store applied a write of a server's record. */
    public void stored(String key, Session owner, long epoch) {
        claims.add(new Claim(owner, key, epoch));
    }

    /** The kinds that were told, over all nodes. */
    public Set<Class<? extends RuntimeEvent>> kinds() {
        return Set.copyOf(kinds);
    }

    @Override
    public void happened(Fact fact) {
        RuntimeEvent event = fact.event();
        kinds.add(event.getClass());
        simulation.trace("fact", fact.node(), event.getClass().getSimpleName());
        Node node = nodes.computeIfAbsent(fact.node(), session -> new Node());
        if (node.closed) {
            broken(fact.node(), "told " + event + " after it was closed");
        }
        if (event instanceof ServerEvent server) {
            happened(fact.node(), node.servers.computeIfAbsent(server.key(), key -> new Server()), server);
            if (event instanceof ServerEvent.TookOver takeOver
                    && takeOver.evidence() != ServerEvent.Evidence.ANSWERED) {
                gone(fact.node(), node, takeOver.from(), event);
            }
        } else if (event instanceof NodeEvent about) {
            happened(fact.node(), node, about);
        }
    }

    private void happened(Session where, Server server, ServerEvent event) {
        if (event instanceof ServerEvent.StartBegun) {
            if (server.startSince != null || server.epoch != null) {
                broken(where, event + " while the server starts or runs");
            }
            server.startSince = simulation.now();
        } else if (isEndOfStart(event)) {
            if (server.startSince == null) {
                broken(where, event + " ends a start that goes on no longer");
            }
            server.startSince = null;
            if (event instanceof ServerEvent.Started started) {
                server.epoch = started.epoch();
                claimed(where, event, started.epoch());
            }
        } else if (isEndOfServer(event)) {
            if (server.epoch == null) {
                broken(where, event + " ends a server that runs no longer");
            }
            server.epoch = null;
        } else if (event instanceof ServerEvent.SyncFailed failed) {
            claimed(where, event, failed.epoch());
        } else if (event instanceof ServerEvent.SyncUnknown unknown) {
            claimed(where, event, unknown.epoch());
        } else if (event instanceof ServerEvent.RecordConflict conflict) {
            claimed(where, event, conflict.epoch());
        }
    }

    /** A write may end after its server, and when the next one runs. */
    private void claimed(Session where, ServerEvent event, long epoch) {
        if (!claims.contains(new Claim(where, event.key(), epoch))) {
            broken(where, event + ", but the store never had that claim");
        }
    }

    private static boolean isEndOfStart(ServerEvent event) {
        return event instanceof ServerEvent.Started
                || event instanceof ServerEvent.StartedElsewhere
                || event instanceof ServerEvent.StartGivenUp
                || event instanceof ServerEvent.StartFailed;
    }

    private static boolean isEndOfServer(ServerEvent event) {
        return event instanceof ServerEvent.Stopped
                || event instanceof ServerEvent.Aborted
                || event instanceof ServerEvent.Fenced
                || event instanceof ServerEvent.FencedUnsaved
                || event instanceof ServerEvent.StateLost;
    }

    private void happened(Session where, Node node, NodeEvent event) {
        if (event instanceof NodeEvent.MemberJoined joined && !node.members.add(joined.member())) {
            broken(where, event + " twice");
        } else if (event instanceof NodeEvent.MemberLeft left) {
            node.members.remove(left.member());
        } else if (event instanceof NodeEvent.OwnerGone owner) {
            gone(where, node, owner.session(), event);
        } else if (event instanceof NodeEvent.LeaseAtRisk || event instanceof NodeEvent.LeaseRanOut) {
            node.alarmed = true;
        } else if (event instanceof NodeEvent.LeaseSafe) {
            if (!node.alarmed) {
                broken(where, event + " without an alarm before");
            }
            node.alarmed = false;
        } else if (event instanceof NodeEvent.Closed closed) {
            node.closed = true;
            if (closed.unsaved() == 0) {
                open(where, node).forEach(left -> broken(where, "closed in good order, but " + left));
            }
        }
    }

    private void gone(Session where, Node node, Session session, RuntimeEvent event) {
        if (node.members.contains(session)) {
            broken(where, event + " before it was told that " + session + " left");
        }
    }

    /** Starts and servers that were told to begin, and not to end. */
    private static List<String> open(Session where, Node node) {
        List<String> open = new ArrayList<>();
        node.servers.forEach((key, server) -> {
            if (server.startSince != null) {
                open.add("the start of " + key + " on " + where + " has no end");
            } else if (server.epoch != null) {
                open.add("the server " + key + " on " + where + " has no end");
            }
        });
        return open;
    }

    /** Starts on nodes that live which have gone on since this time and were not told to end. */
    public List<String> startsBefore(long nanos) {
        List<String> open = new ArrayList<>();
        for (SimNode living : simulation.living()) {
            Node node = nodes.getOrDefault(living.session(), new Node());
            node.servers.forEach((key, server) -> {
                if (server.startSince != null && server.startSince < nanos) {
                    open.add(key + " on " + living);
                }
            });
        }
        return open;
    }

    private void broken(Session where, String message) {
        simulation.fail("facts", where + ": " + message);
    }
}
