package io.durableserver.spi;

import io.durableserver.Registration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Which node sessions are in the cluster, as this node sees it. Thread-safe. */
public interface Membership {
    /** The attribute that lists the types a session hosts, as {@code name:version} joined by commas. */
    String TYPES = "types";

    Session self();

    /** The current view, a local read. */
    View view();

    /**
     * Reports every change from now on, in order, after {@link #view} shows it. The listener runs on a thread of the
     * cluster and must hand over at once.
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
     * An immutable view.
     *
     * @param revision raised by every change
     * @param sessions the sessions in the cluster with their attributes, this node included
     */
    record View(long revision, Map<Session, Map<String, String>> sessions) {
        public View {
            sessions = Map.copyOf(sessions);
        }

        public boolean contains(Session session) {
            return sessions.containsKey(session);
        }

        /**
         * The instance of an equal session in this view, which is cheap to compare with those of the view; the argument when
         * there is none. Looks through all sessions.
         */
        public Session own(Session session) {
            for (Session member : sessions.keySet()) {
                if (member.equals(session)) {
                    return member;
                }
            }
            return session;
        }

        /** An attribute a session published when it joined. */
        public Optional<String> attribute(Session session, String name) {
            return Optional.ofNullable(sessions.getOrDefault(session, Map.of()).get(name));
        }
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
