package io.durableserver.testkit;

import io.durableserver.Registration;
import io.durableserver.spi.Membership;
import io.durableserver.spi.Session;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The membership as one node of a cluster in this JVM sees it. */
final class LocalMembership implements Membership {
    private final LocalNetwork network;
    private final Session self;
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private volatile View view = new View(0, Map.of());

    LocalMembership(LocalNetwork network, Session self) {
        this.network = network;
        this.self = self;
    }

    void start(Collection<Session> members) {
        Map<Session, Map<String, String>> rows = new LinkedHashMap<>();
        members.forEach(member -> rows.put(member, Map.of()));
        view = new View(1, rows);
    }

    /** Runs on the wire thread only. */
    void apply(Event event) {
        Map<Session, Map<String, String>> rows = new LinkedHashMap<>(view.sessions());
        if (event instanceof Event.Joined joined) {
            rows.put(joined.session(), Map.of());
        } else if (event instanceof Event.Left left) {
            rows.remove(left.session());
        } else if (event instanceof Event.Failed failed) {
            rows.remove(failed.session());
        }
        view = new View(view.revision() + 1, rows);
        listeners.forEach(listener -> listener.accept(event));
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
