package io.durableserver.testkit.cluster;

import io.durableserver.Registration;
import io.durableserver.spi.Cluster;
import io.durableserver.spi.Session;
import io.durableserver.spi.SharedMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A map with one mistake. */
final class BrokenMap implements SharedMap {
    private final SharedMap whole;
    private final Cluster node;
    private final Mistake mistake;
    private final Object onlyOneListener = new Object();
    private final List<Runnable> afterChanges = new ArrayList<>();
    private final Set<Runnable> closed = ConcurrentHashMap.newKeySet();
    private final AtomicInteger watches = new AtomicInteger();
    private volatile boolean threw;
    private int changes;

    BrokenMap(SharedMap whole, Cluster node, Mistake mistake) {
        this.whole = whole;
        this.node = node;
        this.mistake = mistake;
    }

    @Override
    public CompletionStage<Optional<byte[]>> get(String key) {
        if (mistake == Mistake.TAKES_ANY_KEY && key.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return whole.get(key);
    }

    @Override
    public CompletionStage<Cas> putIfAbsent(String key, byte[] value) {
        return changed(whole.putIfAbsent(key, value));
    }

    @Override
    public CompletionStage<Cas> replace(String key, byte[] expected, byte[] value) {
        if (mistake == Mistake.BLIND_REPLACE) {
            return whole.get(key).thenCompose(now -> whole.replace(key, now.orElse(expected), value));
        }
        return changed(whole.replace(key, expected, value));
    }

    @Override
    public CompletionStage<Cas> remove(String key, byte[] expected) {
        return changed(whole.remove(key, expected));
    }

    @Override
    public CompletionStage<Cas> remove(String key, byte[] expected, String reason) {
        return changed(whole.remove(key, expected, mistake == Mistake.FORGETS_THE_REASON ? "" : reason));
    }

    private CompletionStage<Cas> changed(CompletionStage<Cas> change) {
        List<Runnable> due = List.of();
        synchronized (this) {
            // Every third, so that something happens between what is due and what came before it.
            if (++changes % 3 == 0) {
                due = List.copyOf(afterChanges);
                afterChanges.clear();
            }
        }
        due.forEach(Runnable::run);
        return mistake == Mistake.REVISION_OF_A_CHANGE_GOES_BACK
                ? change.thenApply(cas -> new Cas(cas.applied(), cas.current(), 1_000_000 - cas.revision()))
                : change;
    }

    @Override
    public Optional<byte[]> localGet(String key) {
        return whole.localGet(key);
    }

    @Override
    public CompletionStage<Page> scan(String prefix, String cursor, int limit) {
        if (mistake == Mistake.PAGE_TOO_LARGE) {
            return whole.scan(prefix, cursor, limit)
                    .thenCompose(page -> page.next()
                            .map(next -> whole.scan(prefix, next, limit).thenApply(more -> joined(page, more)))
                            .orElseGet(() -> CompletableFuture.completedFuture(page)));
        }
        return whole.scan(prefix, cursor, limit).thenApply(page -> broken(page, limit));
    }

    @Override
    public CompletionStage<Page> owned(String cursor, int limit) {
        return mistake == Mistake.OWNS_BACKUPS ? whole.scan("", cursor, limit) : whole.owned(cursor, limit);
    }

    @Override
    public long ownedSize() {
        return whole.ownedSize() + (mistake == Mistake.COUNTS_BACKUPS ? 1 : 0);
    }

    private static Page joined(Page page, Page more) {
        List<Entry> entries = new ArrayList<>(page.entries());
        entries.addAll(more.entries());
        return new Page(entries, more.next());
    }

    private Page broken(Page page, int limit) {
        List<Entry> entries = new ArrayList<>(page.entries());
        if (mistake == Mistake.PAGE_SKIPS && entries.size() == limit && limit > 1) {
            entries.remove(0);
        } else if (mistake == Mistake.PAGE_REPEATS && entries.size() > 1) {
            entries.set(0, entries.get(1));
        } else if (mistake == Mistake.PAGE_TOO_LONG && entries.size() == limit) {
            entries.add(new Entry("in/extra" + entries.get(0).key(), new byte[0], 1));
        }
        return new Page(entries, page.next());
    }

    @Override
    public Registration watch(String prefix, Listener listener) {
        BrokenListener broken = new BrokenListener(listener, mistake, onlyOneListener);
        if (mistake == Mistake.MISSES_WHAT_CHANGES_DURING_THE_SCAN) {
            // The rows are read first and the changes heard later, but for those between.
            broken.takeOnlyTheScan();
            Registration scan = whole.watch(prefix, broken);
            synchronized (this) {
                afterChanges.add(() -> {
                    scan.close();
                    broken.takeOnlyChanges();
                    whole.watch(prefix, broken);
                });
            }
            return scan;
        }
        if (mistake == Mistake.BEGINS_ANY_WATCH && watches.incrementAndGet() > MAX_WATCHES) {
            return () -> {};
        }
        if (mistake == Mistake.COUNTS_CLOSED_WATCHES) {
            SharedMap.checkWatches(watches.getAndIncrement(), prefix);
        }
        Registration registration = whole.watch(mistake == Mistake.IGNORES_THE_PREFIX ? "" : prefix, broken);
        return mistake == Mistake.TELLS_AFTER_CLOSE ? () -> {} : registration;
    }

    @Override
    public Registration onLoss(Runnable listener) {
        return whole.onLoss(listener);
    }

    @Override
    public Registration onArbiterChange(Runnable listener) {
        switch (mistake) {
            case ARBITER_MOVES_IN_SILENCE -> {
                return () -> {};
            }
            case ONE_THROW_ENDS_THE_ARBITER_LISTENERS -> {
                return whole.onArbiterChange(() -> {
                    if (!threw) {
                        try {
                            listener.run();
                        } catch (IllegalStateException e) {
                            threw = true;
                        }
                    }
                });
            }
            case CLOSES_ALL_OF_ONE_LISTENER -> {
                Registration registration = whole.onArbiterChange(() -> {
                    if (!closed.contains(listener)) {
                        listener.run();
                    }
                });
                return () -> {
                    closed.add(listener);
                    registration.close();
                };
            }
            default -> {
                return whole.onArbiterChange(listener);
            }
        }
    }

    @Override
    public void close() {
        if (mistake != Mistake.CLOSE_DOES_NOTHING) {
            whole.close();
        }
    }

    @Override
    public boolean isClosed() {
        return whole.isClosed();
    }

    @Override
    public Session owner(String key) {
        Session owner = whole.owner(key);
        return mistake == Mistake.OWNER_IS_ANOTHER_OBJECT ? new Session(owner.node(), owner.incarnation()) : owner;
    }

    @Override
    public String toString() {
        return "broken map of " + node.membership().self();
    }
}
