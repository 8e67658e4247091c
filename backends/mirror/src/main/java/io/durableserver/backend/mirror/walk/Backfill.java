package io.durableserver.backend.mirror.walk;

import io.durableserver.backend.mirror.base.Futures;
import io.durableserver.backend.mirror.base.Timers;
import io.durableserver.backend.mirror.control.Control;
import io.durableserver.backend.mirror.control.Control.Versioned;
import io.durableserver.backend.mirror.control.ControlFormat;
import io.durableserver.backend.mirror.control.ProgressRecord;
import io.durableserver.backend.mirror.copy.Copied;
import io.durableserver.backend.mirror.copy.Copier;
import io.durableserver.backend.mirror.copy.Evidence;
import io.durableserver.backend.mirror.rollout.BackfillProgress;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.Backend.Listed;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.Version;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Copies the records of the source that the target does not have yet, page by page. The cursor of the next page and the
 * counts are kept in the source, so that the next run, on any node, resumes there; a page that was begun is copied again, which
 * changes nothing.
 */
public final class Backfill {
    private static final int ATTEMPTS = 5;

    private final Control control;
    private final Copier copier;
    private final Supplier<PageWalk> walks;
    private final Timers timers;
    private volatile BackfillProgress progress = BackfillProgress.NONE;
    private volatile Optional<Version> stored = Optional.empty();
    private volatile String extra = "";

    /**
     * Nothing is copied yet.
     *
     * @param walks makes a walk at the pace of this backfill
     */
    public Backfill(Control control, Copier copier, Supplier<PageWalk> walks, Timers timers) {
        this.control = control;
        this.copier = copier;
        this.walks = walks;
        this.timers = timers;
    }

    /**
     * Runs to the end. Fails with a {@link io.durableserver.NotAppliedException} when the source cannot be listed, or,
     * {@code FENCED}, when another backfill runs.
     *
     * @param resume whether to go on where the last run stopped
     */
    public CompletableFuture<BackfillProgress> run(boolean resume) {
        return control.backfill().thenCompose(found -> {
            stored = found.map(Versioned::version);
            extra = found.map(record -> record.record().extra()).orElse("");
            Optional<ProgressRecord> before = found.map(Versioned::record)
                    .filter(record -> resume && !record.progress().done());
            progress = before.map(ProgressRecord::progress).orElse(BackfillProgress.NONE);
            return note(before.flatMap(ProgressRecord::cursor), progress)
                    .thenCompose(
                            noted -> walk(before.flatMap(ProgressRecord::cursor).orElse(PageRequest.START)))
                    .thenApply(walked -> progress);
        });
    }

    private CompletableFuture<Void> walk(String cursor) {
        Page[] page = {new Page()};
        return walks.get().run(Side.SOURCE, cursor, entry -> copy(entry, 1).thenAccept(page[0]::count), next -> {
            BackfillProgress now = page[0].added(progress, next.isEmpty());
            page[0] = new Page();
            return note(next, now);
        });
    }

    /** A target that stumbles is given some time, so that a page is not counted as failed as fast as it can be. */
    private CompletableFuture<Copied> copy(Listed entry, int attempt) {
        Evidence listed = new Evidence.Shown(entry.version());
        return copier.copy(Side.SOURCE, entry.key(), false, () -> listed).thenCompose(copied -> {
            if (!(copied instanceof Copied.Failed) || attempt == ATTEMPTS) {
                return CompletableFuture.completedFuture(copied);
            }
            CompletableFuture<Copied> again = new CompletableFuture<>();
            timers.schedule(Duration.ofMillis(50L << attempt), () -> {
                var unused = copy(entry, attempt + 1)
                        .whenComplete((result, defect) ->
                                again.complete(defect == null ? result : new Copied.Failed(Futures.unwrap(defect))));
            });
            return again;
        });
    }

    private CompletableFuture<Void> note(Optional<String> cursor, BackfillProgress now) {
        byte[] bytes = ControlFormat.encode(new ProgressRecord(cursor, now, extra));
        return control.write(Side.SOURCE, control.keys().backfill(), stored, bytes)
                .thenAccept(version -> {
                    stored = Optional.of(version);
                    progress = now;
                });
    }

    /** The counts of one page. */
    private static final class Page {
        private final LongAdder copied = new LongAdder();
        private final LongAdder equal = new LongAdder();
        private final LongAdder ahead = new LongAdder();
        private final LongAdder failed = new LongAdder();

        void count(Copied result) {
            if (result instanceof Copied.Same same) {
                (same.wrote() ? copied : equal).increment();
            } else if (result instanceof Copied.Busy || result instanceof Copied.Unsettled) {
                // It moves, or is gone: the node that changed it mirrors it.
                equal.increment();
            } else {
                (result instanceof Copied.Ahead ? ahead : failed).increment();
            }
        }

        BackfillProgress added(BackfillProgress before, boolean done) {
            long all = copied.sum() + equal.sum() + ahead.sum() + failed.sum();
            return new BackfillProgress(
                    done,
                    before.pages() + 1,
                    before.seen() + all,
                    before.copied() + copied.sum(),
                    before.equal() + equal.sum(),
                    before.ahead() + ahead.sum(),
                    before.failed() + failed.sum());
        }
    }
}
