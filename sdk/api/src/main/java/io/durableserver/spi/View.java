package io.durableserver.spi;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An immutable view of the sessions in a cluster, the one that looks included. */
public final class View {
    private final long revision;
    private final Map<Session, Member> members;

    /** @param revision raised by every change */
    public View(long revision, Collection<Member> members) {
        Map<Session, Member> bySession = new LinkedHashMap<>();
        members.forEach(member -> bySession.put(member.session(), member));
        this.revision = revision;
        this.members = Map.copyOf(bySession);
    }

    /** A view of sessions without attributes. */
    public static View of(long revision, Collection<Session> sessions) {
        return new View(
                revision,
                sessions.stream().map(session -> new Member(session, Map.of())).toList());
    }

    /** Raised by every change. */
    public long revision() {
        return revision;
    }

    /** The sessions, in no order. */
    public Set<Session> sessions() {
        return members.keySet();
    }

    /** The sessions with what they published, in no order. */
    public Collection<Member> members() {
        return members.values();
    }

    public boolean contains(Session session) {
        return members.containsKey(session);
    }

    public Optional<Member> member(Session session) {
        return Optional.ofNullable(members.get(session));
    }

    @Override
    public String toString() {
        return "View " + revision + " " + members.keySet();
    }
}
