package io.durableserver.runtime.lifecycle;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.Registration;
import io.durableserver.StopReason;
import io.durableserver.admin.DrainReport;
import io.durableserver.admin.DrainReport.Unsaved;
import io.durableserver.config.DurableServersConfig;
import io.durableserver.runtime.activation.Activation;
import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.routing.Failures;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Stops the servers of a node in good order, a few at a time and within a budget, and says what could not be stored (P6). */
final class Drain {
    private static final int PARALLEL_STOPS = 64;
    /** How long turns of a fenced node are waited for, for the report only: nothing of them can be stored. */
    private static final Duration FENCE = Duration.ofSeconds(2);

    private final Scheduler scheduler;
    private final Function<Activation<?>, CompletionStage<?>> stop;
    private final List<Activation<?>> all;
    private final CompletableFuture<DrainReport> end = new CompletableFuture<>();

    // Guarded by this.
    private final Set<Activation<?>> left;
    private final List<Unsaved> named = new ArrayList<>();
    private int position;
    private int unsaved;

    private Drain(Activations activations, Scheduler scheduler, Function<Activation<?>, CompletionStage<?>> stop) {
        this.scheduler = scheduler;
        this.stop = stop;
        this.all = activations.all();
        this.left = new LinkedHashSet<>(all);
    }

    /** Stops all there are now; those that take longer than the budget are reported, and left as they are. */
    static CompletionStage<DrainReport> run(
            Activations activations, Scheduler scheduler, TimeSource time, DurableServersConfig config, Facts facts) {
        Duration budget = config.timeouts().drain();
        long deadlineNanos = time.nanoTime() + TimeSource.nanos(budget);
        Drain drain = new Drain(
                activations,
                scheduler,
                one -> activations.stop(
                        one,
                        new StopReason.Shutdown(),
                        List.of(),
                        Duration.ofNanos(Math.max(0, deadlineNanos - time.nanoTime()))));
        return drain.begin(PARALLEL_STOPS, budget, config.prefix(), facts);
    }

    /** Stops all there are now at once and without storing: those that had something to store are reported. */
    static CompletionStage<DrainReport> fence(
            Activations activations, Scheduler scheduler, DurableServersConfig config, Facts facts) {
        Drain drain = new Drain(
                activations,
                scheduler,
                one -> one.fence()
                        .thenCompose(lost -> lost.isEmpty()
                                ? CompletableFuture.completedFuture(null)
                                : CompletableFuture.failedFuture(lost.get())));
        Duration budget = config.timeouts().drain();
        return drain.begin(Integer.MAX_VALUE, budget.compareTo(FENCE) < 0 ? budget : FENCE, config.prefix(), facts);
    }

    /** The error of a node that closes, and could not store all. */
    static NotAppliedException notStored(DrainReport report, String prefix) {
        return new NotAppliedException(
                NotAppliedException.Reason.NOT_STORED,
                "Servers of the node ended without storing their last state",
                Map.of(
                        "prefix",
                        prefix,
                        "stopped",
                        report.stopped(),
                        "unsaved",
                        report.unsaved(),
                        "keys",
                        report.keys()));
    }

    private CompletionStage<DrainReport> begin(int parallel, Duration budget, String prefix, Facts facts) {
        if (all.isEmpty()) {
            return CompletableFuture.completedFuture(DrainReport.NOTHING);
        }
        Registration limit = scheduler.schedule(budget, this::outOfTime);
        next(parallel);
        return end.whenComplete((report, failure) -> {
            limit.close();
            if (report != null && !report.isClean()) {
                facts.tell(new NodeEvent.DrainUnclean(prefix, report.stopped(), report.unsaved(), report.keys()));
            }
        });
    }

    private void next(int more) {
        for (int i = 0; i < more; i++) {
            Activation<?> one;
            synchronized (this) {
                if (position == all.size()) {
                    return;
                }
                one = all.get(position++);
            }
            stop.apply(one).whenComplete((done, failure) -> ended(one, failure));
        }
    }

    private void ended(Activation<?> one, @Nullable Throwable failure) {
        boolean last;
        synchronized (this) {
            if (!left.remove(one)) {
                return; // too late, and reported
            }
            if (failure != null) {
                DurableServerException why = Failures.typed(failure);
                lost(new Unsaved(one.key(), one.typeName(), why.code(), String.valueOf(why.getMessage())));
            }
            last = left.isEmpty();
        }
        if (last) {
            end.complete(report());
        } else {
            scheduler.internal().execute(() -> next(1));
        }
    }

    private synchronized void outOfTime() {
        Collection<Activation<?>> late = List.copyOf(left);
        left.clear();
        position = all.size();
        late.forEach(one -> lost(new Unsaved(
                one.key(),
                one.typeName(),
                "DRAIN_TIMEOUT",
                "The server did not stop before the drain ran out of time")));
        end.complete(report());
    }

    private void lost(Unsaved server) {
        unsaved++;
        if (named.size() < DrainReport.MAX_SERVERS) {
            named.add(server);
        }
    }

    private synchronized DrainReport report() {
        return new DrainReport(all.size(), unsaved, named);
    }
}
