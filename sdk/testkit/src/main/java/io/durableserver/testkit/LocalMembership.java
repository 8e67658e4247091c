package io.durableserver.testkit;

import io.durableserver.Registration;
import io.durableserver.spi.Listeners;
import io.durableserver.spi.Membership;
import io.durableserver.spi.Session;
import io.durableserver.spi.View;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The membership as one node of a cluster in this JVM sees it. */
final class LocalMembership implements Membership {
    private static final Logger LOG = LoggerFactory.getLogger(LocalMembership.class);

    private final LocalNetwork network;
    private final Session self;
    private final Listeners<Consumer<Event>> listeners =
            new Listeners<>(thrown -> LOG.error("A membership listener failed", thrown));
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
        listeners.tell(listener -> listener.accept(event));
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
        return listeners.add(listener);
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
