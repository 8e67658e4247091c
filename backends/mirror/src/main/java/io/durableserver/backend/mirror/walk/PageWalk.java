package io.durableserver.backend.mirror.walk;

import io.durableserver.backend.mirror.base.Futures;
import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.base.Timers;
import io.durableserver.backend.mirror.control.ControlKeys;
import io.durableserver.backend.mirror.rollout.Pace;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.Backend.Listed;
import io.durableserver.spi.Backend.Page;
import io.durableserver.spi.PageRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Visits all keys of a store, page by page: one page is in memory at a time, a bounded number of keys is worked on at a time,
 * and no more keys are begun per second than allowed.
 */
public final class PageWalk {
    private final StorePair stores;
    private final ControlKeys keys;
    private final Timers timers;
    private final Pace pace;
    private final BooleanSupplier stopped;
    private long nextNanos;
    private volatile boolean witnessed;

    public PageWalk(StorePair stores, ControlKeys keys, Timers timers, BooleanSupplier stopped, Pace pace) {
        this.stores = stores;
        this.keys = keys;
        this.timers = timers;
        this.stopped = stopped;
        this.pace = pace;
        this.nextNanos = timers.nanoTime();
    }

    /**
     * Walks over all keys of a store that is, or was, the authority: it has a rollout record, so a listing without that is not
     * the whole one.
     */
    CompletableFuture<Void> whole(
            Side side,
            Function<Listed, CompletableFuture<?>> visit,
            Function<Optional<String>, CompletableFuture<?>> pageDone) {
        return run(side, PageRequest.START, visit, pageDone).thenAccept(walked -> {
            if (!witnessed) {
                throw stores.unavailable(
                        side, "list", new IllegalStateException("The listing leaves out a record that is there"));
            }
        });
    }

    /**
     * Walks from a cursor to the end.
     *
     * @param visit works on one key; its stage must not fail
     * @param pageDone is told the cursor of the next page after each page, empty after the last
     */
    CompletableFuture<Void> run(
            Side side,
            String cursor,
            Function<Listed, CompletableFuture<?>> visit,
            Function<Optional<String>, CompletableFuture<?>> pageDone) {
        if (stopped.getAsBoolean()) {
            return CompletableFuture.failedFuture(
                    stores.unavailable(side, "list", new IllegalStateException("The backend is closed")));
        }
        return stores.list(
                        side, PageRequest.keys(keys.prefix(), pace.pageSize()).from(cursor))
                .thenCompose(page -> visitAll(page, visit)
                        .thenCompose(visited -> pageDone.apply(page.next()))
                        .thenComposeAsync(
                                noted -> page.next().isPresent()
                                        ? run(side, page.next().orElseThrow(), visit, pageDone)
                                        : CompletableFuture.completedFuture(null),
                                timers.executor()));
    }

    private CompletableFuture<Void> visitAll(Page page, Function<Listed, CompletableFuture<?>> visit) {
        if (page.entries().stream().anyMatch(entry -> entry.key().equals(keys.rollout()))) {
            witnessed = true;
        }
        return visitAll(
                page.entries().stream()
                        .filter(entry -> !keys.isControl(entry.key()))
                        .toList(),
                visit);
    }

    /** Works on these keys at the pace of the walk. */
    CompletableFuture<Void> visitAll(List<Listed> entries, Function<Listed, CompletableFuture<?>> visit) {
        return new Crew(entries, visit).start();
    }

    /** The keys of one page, worked on by a bounded number at a time. */
    private final class Crew {
        private final List<Listed> entries;
        private final Function<Listed, CompletableFuture<?>> visit;
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private int next;
        private int active;
        private boolean pumping;
        private boolean waiting;

        Crew(List<Listed> entries, Function<Listed, CompletableFuture<?>> visit) {
            this.entries = entries;
            this.visit = visit;
        }

        CompletableFuture<Void> start() {
            pump();
            return end;
        }

        /** One thread at a time begins keys; a key that is done at once must not begin the next one from within. */
        private void pump() {
            int index = claim(true);
            while (index >= 0) {
                var unused = visit.apply(entries.get(index)).whenComplete((done, failure) -> finished(failure));
                index = claim(false);
            }
        }

        private synchronized int claim(boolean entering) {
            if (entering && pumping) {
                return -1;
            }
            pumping = false;
            if (next == entries.size()) {
                if (active == 0) {
                    timers.executor().execute(() -> end.complete(null));
                }
                return -1;
            }
            if (active == pace.concurrency() || waiting || mustWait()) {
                return -1;
            }
            pumping = true;
            active++;
            return next++;
        }

        private boolean mustWait() {
            if (pace.keysPerSecond() == 0) {
                return false;
            }
            long now = timers.nanoTime();
            if (nextNanos - now > 0) {
                waiting = true;
                timers.schedule(Duration.ofNanos(nextNanos - now), this::resume);
                return true;
            }
            // What was not used up in the last tenth of a second is forgotten.
            nextNanos = Math.max(nextNanos, now - 100_000_000L) + 1_000_000_000L / pace.keysPerSecond();
            return false;
        }

        private void resume() {
            synchronized (this) {
                waiting = false;
            }
            pump();
        }

        private void finished(@Nullable Throwable failure) {
            synchronized (this) {
                active--;
            }
            if (failure != null) {
                end.completeExceptionally(Futures.unwrap(failure));
            }
            pump();
        }
    }
}
