package io.durableserver.spi;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A session in the cluster and what it published when it joined: immutable, made once per session, so that nothing is
 * parsed again where nodes are ranked.
 */
public final class Member {
    /** The attribute that lists the types a session hosts, as {@code name:version} joined by commas. */
    public static final String TYPES = "types";

    private final Session session;
    private final Map<String, String> attributes;
    private final Optional<Set<String>> types;

    public Member(Session session, Map<String, String> attributes) {
        this.session = session;
        this.attributes = Map.copyOf(attributes);
        this.types = Optional.ofNullable(attributes.get(TYPES)).map(Member::names);
    }

    private static Set<String> names(String list) {
        Set<String> names = new HashSet<>();
        for (String entry : list.split(",", -1)) {
            int colon = entry.indexOf(':');
            names.add(colon < 0 ? entry : entry.substring(0, colon));
        }
        return Set.copyOf(names);
    }

    public Session session() {
        return session;
    }

    /** An attribute it published. */
    public Optional<String> attribute(String name) {
        return Optional.ofNullable(attributes.get(name));
    }

    /** Whether it hosts a type; one that does not say which may host any. */
    public boolean hosts(String type) {
        return types.map(names -> names.contains(type)).orElse(true);
    }

    @Override
    public String toString() {
        return session + " " + attributes;
    }
}
