package io.durableserver.testkit;

import io.durableserver.Registration;
import io.durableserver.spi.Membership;
import io.durableserver.spi.Session;
import io.durableserver.spi.View;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The membership as one node of a cluster in this JVM sees it. */
final class LocalMembership implements Membership {
    private static final Logger LOG = LoggerFactory.getLogger(LocalMembership.class);

    private final LocalNetwork network;
    private final Session self;
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private volatile View view = View.of(0, List.of());

    LocalMembership(LocalNetwork network, Session self) {
        this.network = network;
        this.self = self;
    }

    void start(Collection<Session> members) {
        view = View.of(1, members);
    }

    /** Runs on the wire thread only. */
    void apply(Event event) {
        Set<Session> sessions = new LinkedHashSet<>(view.sessions());
        if (event instanceof Event.Joined joined) {
            sessions.add(joined.session());
        } else if (event instanceof Event.Left left) {
            sessions.remove(left.session());
        } else if (event instanceof Event.Failed failed) {
            sessions.remove(failed.session());
        }
        view = View.of(view.revision() + 1, sessions);
        for (Consumer<Event> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                LOG.error("Membership listener failed on {}", event, e);
            }
        }
    }

    @Override
    public Session self() {
        return self;
    }

    @Override
    public View view() {
        return view;
    }

    @Override
    public Registration listen(Consumer<Event> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public String endpoint() {
        return "local:" + self;
    }

    @Override
    public CompletionStage<Boolean> provablyGone(Session session, String endpoint) {
        return CompletableFuture.completedFuture(endpoint.equals("local:" + session) && network.find(session) == null);
    }
}
