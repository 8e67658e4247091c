package io.durableserver.testkit.store;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Who writes which key right now, through any handle of a test. Thread-safe. */
public final class Writers {
    private final Map<String, Set<Write>> open = new HashMap<>();

    public Writers() {}

    /** One write. Compared by identity. */
    static final class Write {
        private final String key;
        private boolean alone = true;

        private Write(String key) {
            this.key = key;
        }
    }

    synchronized Write begin(String key) {
        Write mine = new Write(key);
        Set<Write> others = open.computeIfAbsent(key, any -> new HashSet<>());
        others.forEach(other -> other.alone = false);
        mine.alone = others.isEmpty();
        others.add(mine);
        return mine;
    }

    /** Whether no other writer has written its key since it began. */
    synchronized boolean wasAlone(Write write) {
        return write.alone;
    }

    synchronized void end(Write write) {
        Set<Write> left = open.getOrDefault(write.key, Set.of());
        left.remove(write);
        if (left.isEmpty()) {
            open.remove(write.key);
        }
    }
}
