package io.durableserver.ignite;

import io.durableserver.spi.SharedMap.Listener;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watcher: passes the changes on, and between them the rows of the initial scan. Both ways report the same rows, in
 * any order, and Ignite repeats changes; the last step of each key keeps a watcher from seeing an older one after a newer.
 */
final class Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);

    private final String prefix;
    private final Listener listener;
    private final Map<String, Long> steps = new HashMap<>();
    private Set<String> removed = new HashSet<>();
    private Set<String> removedBefore = Set.of();
    private boolean closed;

    Watcher(String prefix, Listener listener) {
        this.prefix = prefix;
        this.listener = listener;
    }

    /** A row of the initial scan. */
    synchronized void present(String key, Row row) {
        if (step(row, false) > steps.getOrDefault(key, Long.MIN_VALUE)) {
            steps.put(key, step(row, false));
            report(key, Optional.of(row.value()));
        }
    }

    /** A change. A removal carries the row that was removed. */
    synchronized void changed(String key, Row row, boolean gone) {
        // Ignite repeats changes when a node leaves: an old one must not undo a newer one.
        if (!key.startsWith(prefix) || step(row, gone) < steps.getOrDefault(key, Long.MIN_VALUE)) {
            return;
        }
        steps.put(key, step(row, gone));
        if (gone) {
            removed.add(key);
        }
        report(key, gone ? Optional.empty() : Optional.of(row.value()));
    }

    /** The keys that are there as far as this watcher was told, with their last step. */
    synchronized Map<String, Long> live() {
        Map<String, Long> live = new HashMap<>(steps);
        live.values().removeIf(step -> step % 2 != 0);
        return live;
    }

    /** A key is not there any more although nobody said so; unless something was said meanwhile. */
    synchronized void vanished(String key, long step) {
        if (steps.getOrDefault(key, Long.MIN_VALUE) == step) {
            steps.put(key, step + 1);
            removed.add(key);
            report(key, Optional.empty());
        }
    }

    String prefix() {
        return prefix;
    }

    /** The order of what happens to a key: a row is written, then it may be removed, then a higher one is written. */
    private static long step(Row row, boolean removed) {
        return 2 * row.revision() + (removed ? 1 : 0);
    }

    /** Called now and then: what was removed before the last call is so old that nothing repeats it any more. */
    synchronized void forgetRemoved() {
        for (String key : removedBefore) {
            Long step = steps.get(key);
            if (step != null && step % 2 != 0 && !removed.contains(key)) {
                steps.remove(key);
            }
        }
        removedBefore = removed;
        removed = new HashSet<>();
    }

    synchronized void close() {
        closed = true;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    private void report(String key, Optional<byte[]> value) {
        if (closed) {
            return;
        }
        try {
            listener.changed(key, value);
        } catch (RuntimeException e) {
            // Ignite would only log it; a watcher must not cost the others their events.
            LOG.error("Watcher of {} failed on {}", prefix, key, e);
        }
    }
}
