package io.durableserver.backend.mirror;

import io.durableserver.spi.ReadResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a key may hold, as its only writer knows it: the last state that was acknowledged or seen, and the changes whose end
 * is unknown, each of which may still take effect when the state it was made for is there. No two records are equal, so a
 * state comes once, but for the absence of a record.
 */
final class Ledger {
    static final String ABSENT = "absent";

    private record Change(String from, String to) {}

    private final String key;
    private final List<Change> unknown = new ArrayList<>();
    private String known = ABSENT;

    Ledger(String key) {
        this.key = key;
    }

    static String state(ReadResult result) {
        return result instanceof ReadResult.Found found ? state(found.record()) : ABSENT;
    }

    static String state(byte[] record) {
        return new String(record, StandardCharsets.UTF_8);
    }

    /** A change was acknowledged. */
    void acknowledged(String state) {
        known = state;
    }

    void unknown(String from, String to) {
        unknown.add(new Change(from, to));
    }

    /** A strong read shows this: an error where it cannot be. */
    void seen(String state) {
        if (!possible().contains(state)) {
            throw new AssertionError("%s: a strong read shows\n%s\nafter\n%s\nwhile unknown is\n%s"
                    .formatted(key, state, known, unknown));
        }
        known = state;
        // It cannot be made a second time.
        unknown.removeIf(change -> change.to().equals(state) && !state.equals(ABSENT));
    }

    private Set<String> possible() {
        Set<String> reached = new HashSet<>(Set.of(known));
        Deque<String> open = new ArrayDeque<>(reached);
        while (!open.isEmpty()) {
            String state = open.remove();
            for (Change change : unknown) {
                if (change.from().equals(state) && reached.add(change.to())) {
                    open.add(change.to());
                }
            }
        }
        return reached;
    }
}
