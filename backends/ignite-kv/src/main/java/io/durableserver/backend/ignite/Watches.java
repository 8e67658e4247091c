package io.durableserver.backend.ignite;

import io.durableserver.Registration;
import io.durableserver.spi.Backend;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteLogger;
import org.apache.ignite.cache.query.ContinuousQueryWithTransformer;
import org.apache.ignite.cache.query.QueryCursor;
import org.jspecify.annotations.Nullable;

/** One continuous query and the listeners it feeds: a query for each would multiply the cost of every write. */
final class Watches {
    private record Watch(String prefix, Consumer<Backend.Change> listener) {}

    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private final IgniteLogger log;
    private volatile @Nullable QueryCursor<?> query;

    Watches(IgniteLogger log) {
        this.log = log;
    }

    /** Starts the query. Blocks. */
    void start(IgniteCache<String, byte[]> cache) {
        ContinuousQueryWithTransformer<String, byte[], byte[]> changes = new ContinuousQueryWithTransformer<>();
        changes.setRemoteTransformerFactory(new ChangeEvent.Maker());
        changes.setLocalListener(events -> events.forEach(event -> report(ChangeEvent.decode(event))));
        query = cache.query(changes);
    }

    Registration add(String prefix, Consumer<Backend.Change> listener) {
        Watch watch = new Watch(prefix, listener);
        watches.add(watch);
        return () -> watches.remove(watch);
    }

    /** Blocks. */
    void stop() {
        watches.clear();
        QueryCursor<?> running = query;
        if (running != null) {
            running.close();
        }
    }

    private void report(Backend.Change change) {
        for (Watch watch : watches) {
            if (change.key().startsWith(watch.prefix())) {
                tell(watch, change);
            }
        }
    }

    private void tell(Watch watch, Backend.Change change) {
        try {
            watch.listener().accept(change);
        } catch (RuntimeException defect) {
            // It must not keep the other listeners from their events.
            log.error("A listener of record changes failed [key=" + change.key() + "]", defect);
        }
    }
}
