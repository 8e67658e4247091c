package io.durableserver.spi;

import io.durableserver.Registration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Which node sessions are in the cluster, as this node sees it. Thread-safe. A session that left or failed is in no later
 * view; a node that comes back has a new one.
 */
public interface Membership {
    Session self();

    /** The current view, a local read; the same object until something changes. */
    View view();

    /**
     * Reports every change from now on, in order, after {@link #view} shows it. The listener runs on a thread of the
     * cluster and must hand over at once; one that throws is told of the next change all the same. Closing the registration
     * twice is harmless.
     */
    Registration listen(Consumer<Event> listener);

    /**
     * Evidence others can use to find out that this session's process is gone, such as the address it listens on. Opaque;
     * kept in the node lease.
     */
    String endpoint();

    /** The id of the cluster this session is in, kept in the node lease so that strangers know each other; empty when there is none. */
    default String cluster() {
        return "";
    }

    /**
     * Whether the process of a session outside the view is certainly gone: it was on this host, which refuses connections to it, or a
     * newer process holds its address. False means only "not proven".
     */
    CompletionStage<Boolean> provablyGone(Session session, String endpoint);

    /**
     * The one instance of a session on this node, which may be compared by identity with those that views, events, messages
     * and {@link SharedMap#owner} name; the argument when it is not in the view. A look-up, cheap enough for every message.
     */
    default Session intern(Session session) {
        return view().member(session).map(Member::session).orElse(session);
    }

    /** A change of the membership. */
    sealed interface Event {
        /** A session joined. */
        record Joined(Session session) implements Event {}

        /** A session left in good order. */
        record Left(Session session) implements Event {}

        /** A session was lost: it crashed, froze, or cannot be reached. */
        record Failed(Session session) implements Event {}

        /** This node was cut off from the cluster: it must stop serving. */
        record Segmented() implements Event {}
    }
}
