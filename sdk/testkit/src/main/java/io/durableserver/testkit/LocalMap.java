package io.durableserver.testkit;

import io.durableserver.OutcomeUnknownException;
import io.durableserver.Registration;
import io.durableserver.spi.ChangeFeed;
import io.durableserver.spi.ClusterEvent;
import io.durableserver.spi.Listeners;
import io.durableserver.spi.MapUnavailableException;
import io.durableserver.spi.PageBuilder;
import io.durableserver.spi.Session;
import io.durableserver.spi.SharedMap;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A shared map as one node of a cluster in this JVM reaches it. It never loses entries. */
final class LocalMap implements SharedMap {
    private static final Logger LOG = LoggerFactory.getLogger(LocalMap.class);

    private final LocalRows rows;
    private final LocalNode node;
    private final Listeners<Runnable> arbiterListeners =
            new Listeners<>(thrown -> LOG.error("A listener to the arbiters failed", thrown));
    private final List<ChangeFeed> feeds = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    LocalMap(LocalRows rows, LocalNode node) {
        this.rows = rows;
        this.node = node;
    }

    private <T> CompletionStage<T> alive(Supplier<T> operation) {
        if (closed && node.isAlive()) {
            return CompletableFuture.failedFuture(unavailable());
        }
        if (node.isAlive()) {
            return CompletableFuture.completedFuture(operation.get());
        }
        return CompletableFuture.failedFuture(new OutcomeUnknownException(
                OutcomeUnknownException.Reason.AMBIGUOUS_WRITE, "This node is gone", Map.of("node", node.session())));
    }

    private static MapUnavailableException unavailable() {
        return new MapUnavailableException("The map is closed", null);
    }

    private void checkOpen() {
        if (closed) {
            throw unavailable();
        }
    }

    @Override
    public CompletionStage<Optional<byte[]>> get(String key) {
        SharedMap.checkKey(key);
        return alive(() -> rows.get(key));
    }

    @Override
    public CompletionStage<Cas> putIfAbsent(String key, byte[] value) {
        return change(key, null, value, "");
    }

    @Override
    public CompletionStage<Cas> replace(String key, byte[] expected, byte[] value) {
        return change(key, expected, value, "");
    }

    @Override
    public CompletionStage<Cas> remove(String key, byte[] expected) {
        return change(key, expected, null, "");
    }

    @Override
    public CompletionStage<Cas> remove(String key, byte[] expected, String reason) {
        return change(key, expected, null, SharedMap.checkReason(reason));
    }

    private CompletionStage<Cas> change(
            String key, byte @Nullable [] expected, byte @Nullable [] value, String reason) {
        SharedMap.checkKey(key);
        if (value != null) {
            SharedMap.checkValue(value);
        }
        return alive(() -> rows.change(key, expected, value, reason));
    }

    @Override
    public Optional<byte[]> localGet(String key) {
        SharedMap.checkKey(key);
        checkOpen();
        return rows.get(key);
    }

    @Override
    public CompletionStage<Page> scan(String prefix, String cursor, int limit) {
        PageBuilder page = new PageBuilder(limit);
        return alive(() -> rows.page(prefix, cursor, page, key -> true));
    }

    @Override
    public CompletionStage<Page> owned(String cursor, int limit) {
        PageBuilder page = new PageBuilder(limit);
        return alive(() -> rows.page("", cursor, page, key -> owner(key).equals(node.session())));
    }

    @Override
    public long ownedSize() {
        return closed ? 0 : rows.count(key -> owner(key).equals(node.session()));
    }

    @Override
    public Registration watch(String prefix, Listener listener) {
        checkOpen();
        ChangeFeed feed = new ChangeFeed(prefix, listener, this::deliver, new Reports(prefix));
        keep(feed);
        rows.watch(feed);
        if (closed) {
            endFeeds();
        }
        return () -> {
            feeds.remove(feed);
            rows.unwatch(feed);
        };
    }

    private synchronized void keep(ChangeFeed feed) {
        SharedMap.checkWatches(feeds.size(), feed.prefix());
        feeds.add(feed);
    }

    private final class Reports implements ChangeFeed.Reports {
        private final String prefix;

        Reports(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public void failed(Throwable thrown) {
            LOG.error("The watcher of {} in {} failed", prefix, rows.spec(), thrown);
        }

        @Override
        public void behind() {
            node.tell(new ClusterEvent.WatchBehind(
                    node.session().node(), rows.spec().name(), prefix));
        }
    }

    @Override
    public void close() {
        closed = true;
        endFeeds();
        arbiterListeners.clear();
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    private void endFeeds() {
        feeds.forEach(rows::end);
        feeds.clear();
    }

    /** Listeners may block, so not on the wire thread. */
    private void deliver(Runnable delivery) {
        node.scheduler().application().execute(delivery);
    }

    @Override
    public Registration onLoss(Runnable listener) {
        checkOpen();
        return () -> {};
    }

    @Override
    public Registration onArbiterChange(Runnable listener) {
        checkOpen();
        return arbiterListeners.add(listener);
    }

    /** Sessions came or went; on the wire thread. */
    void membersChanged() {
        arbiterListeners.tell(Runnable::run);
    }

    /** Rendezvous hashing over this node's view. */
    @Override
    public Session owner(String key) {
        SharedMap.checkKey(key);
        checkOpen();
        return node.membership().view().sessions().stream()
                .max(Comparator.comparingInt((Session session) -> (session + key).hashCode() * 0x9E3779B9)
                        .thenComparing(Session::incarnation))
                .orElseGet(node::session);
    }
}
