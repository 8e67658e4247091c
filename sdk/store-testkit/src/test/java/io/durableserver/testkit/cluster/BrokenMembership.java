package io.durableserver.testkit.cluster;

import io.durableserver.Registration;
import io.durableserver.spi.Member;
import io.durableserver.spi.Membership;
import io.durableserver.spi.Session;
import io.durableserver.spi.View;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A membership with one mistake. */
final class BrokenMembership implements Membership {
    private final Membership whole;
    private final Mistake mistake;
    private final Set<Session> dead = new LinkedHashSet<>();
    private View seen;
    private volatile View late;

    BrokenMembership(Membership whole, Mistake mistake) {
        this.whole = whole;
        this.mistake = mistake;
        this.seen = whole.view();
        this.late = seen;
        whole.listen(event -> {
            late = seen;
            seen = whole.view();
            if (event instanceof Event.Left left) {
                synchronized (dead) {
                    dead.add(left.session());
                }
            }
        });
    }

    @Override
    public Session self() {
        return whole.self();
    }

    @Override
    public View view() {
        View view = whole.view();
        switch (mistake) {
            case SHOWS_A_DEAD_SESSION_AGAIN -> {
                // Until somebody else joins it is gone, and then it is back.
                List<Session> sessions = new ArrayList<>(view.sessions());
                synchronized (dead) {
                    if (view.revision() > 3) {
                        sessions.addAll(dead);
                    }
                }
                return View.of(view.revision(), sessions);
            }
            case SESSIONS_ARE_NEW_OBJECTS -> {
                return new View(
                        view.revision(),
                        view.sessions().stream().map(BrokenMembership::copy).toList());
            }
            case VIEW_IS_MADE_EACH_TIME -> {
                return new View(view.revision(), view.members());
            }
            case TELLS_BEFORE_THE_VIEW_SHOWS_IT -> {
                return late;
            }
            default -> {
                return view;
            }
        }
    }

    private static Member copy(Session session) {
        return new Member(new Session(session.node(), session.incarnation()), Map.of());
    }

    @Override
    public Registration listen(Consumer<Event> listener) {
        AtomicBoolean threw = new AtomicBoolean();
        Registration registration = whole.listen(event -> {
            if (threw.get()) {
                return;
            }
            try {
                listener.accept(event);
                if (mistake == Mistake.TELLS_TWICE) {
                    listener.accept(event);
                }
            } catch (IllegalStateException e) {
                threw.set(mistake == Mistake.ONE_THROW_ENDS_THE_LISTENER);
                throw e;
            }
        });
        return mistake == Mistake.TELLS_CLOSED_LISTENERS ? () -> {} : registration;
    }

    @Override
    public String endpoint() {
        return whole.endpoint();
    }

    @Override
    public CompletionStage<Boolean> provablyGone(Session session, String endpoint) {
        return mistake == Mistake.LIVING_ARE_PROVABLY_GONE
                ? CompletableFuture.completedFuture(true)
                : whole.provablyGone(session, endpoint);
    }
}
