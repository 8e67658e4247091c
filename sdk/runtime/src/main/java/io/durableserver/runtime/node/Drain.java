package io.durableserver.runtime.node;

import io.durableserver.DrainReport;
import io.durableserver.DrainReport.Unsaved;
import io.durableserver.DurableServerException;
import io.durableserver.Registration;
import io.durableserver.StopReason;
import io.durableserver.runtime.activation.Activation;
import io.durableserver.runtime.activation.Activations;
import io.durableserver.runtime.routing.Failures;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Stops the servers of a node in good order, a few at a time and within a budget, and says what could not be stored (P6). */
final class Drain {
    private static final int PARALLEL_STOPS = 64;

    private final Activations activations;
    private final Scheduler scheduler;
    private final List<Activation<?>> all;
    private final CompletableFuture<DrainReport> end = new CompletableFuture<>();

    // Guarded by this.
    private final Set<Activation<?>> left;
    private final List<Unsaved> named = new ArrayList<>();
    private int position;
    private int unsaved;

    private Drain(Activations activations, Scheduler scheduler) {
        this.activations = activations;
        this.scheduler = scheduler;
        this.all = activations.all();
        this.left = new LinkedHashSet<>(all);
    }

    /** Stops all there are now; those that take longer than the budget are reported, and left as they are. */
    static CompletionStage<DrainReport> run(Activations activations, Scheduler scheduler, Duration budget) {
        Drain drain = new Drain(activations, scheduler);
        if (drain.all.isEmpty()) {
            return CompletableFuture.completedFuture(DrainReport.NOTHING);
        }
        Registration limit = scheduler.schedule(budget, drain::outOfTime);
        drain.next(PARALLEL_STOPS);
        return drain.end.whenComplete((report, failure) -> limit.close());
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
            activations.stop(one, new StopReason.Shutdown()).whenComplete((done, failure) -> ended(one, failure));
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
