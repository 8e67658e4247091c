package io.durableserver.ignite;

import io.durableserver.spi.SharedMap.Listener;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watcher: passes the changes on, and between them the rows of the initial scan. Both ways report the same rows, in
 * any order; the revisions keep a watcher from seeing an older one after a newer one.
 */
final class Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);

    private final String prefix;
    private final Listener listener;
    private @Nullable Map<String, Long> revisions = new HashMap<>();
    private boolean closed;

    Watcher(String prefix, Listener listener) {
        this.prefix = prefix;
        this.listener = listener;
    }

    /** A row of the initial scan. */
    synchronized void present(String key, Row row) {
        Map<String, Long> seen = revisions;
        if (seen != null && row.revision() > seen.getOrDefault(key, Long.MIN_VALUE)) {
            seen.put(key, row.revision());
            report(key, Optional.of(row.value()));
        }
    }

    /** A change. A removal carries the row that was removed. */
    synchronized void changed(String key, Row row, boolean removed) {
        if (!key.startsWith(prefix)) {
            return;
        }
        Map<String, Long> seen = revisions;
        if (seen != null) {
            // A removal is older than what it removed only if something newer is there.
            if (row.revision() < seen.getOrDefault(key, Long.MIN_VALUE)) {
                return;
            }
            seen.put(key, row.revision());
        }
        report(key, removed ? Optional.empty() : Optional.of(row.value()));
    }

    /** The scan is over and what it overtook has arrived: from now on changes come alone, and in order. */
    synchronized void settled() {
        revisions = null;
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
