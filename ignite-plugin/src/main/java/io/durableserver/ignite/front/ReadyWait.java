package io.durableserver.ignite.front;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServers;
import io.durableserver.NotAppliedException;
import io.durableserver.ignite.base.Daemons;
import io.durableserver.ignite.base.OwnStage;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A wait for a runtime that takes requests, whichever of the runtimes to come that is. Holds no thread. */
final class ReadyWait {
    private static final ScheduledExecutorService TIMER = Daemons.timer("durable-ready");

    private final OwnStage<Void> end = new OwnStage<>();
    private final Supplier<Phase> present;
    private final Function<Phase.Absent, NotAppliedException> refusal;
    private final long beganNanos = System.nanoTime();
    private final long limitNanos;
    private @Nullable DurableServers asked;

    /** @param refusal the error of a wait that ends while there is no runtime */
    ReadyWait(Supplier<Phase> present, Function<Phase.Absent, NotAppliedException> refusal, Duration timeout) {
        this.present = present;
        this.refusal = refusal;
        this.limitNanos = TimeSource.nanos(timeout);
    }

    /** Looks now, and when the time is over. */
    CompletionStage<Void> begin(Runnable ended) {
        Future<?> timer = TIMER.schedule(this::look, limitNanos, TimeUnit.NANOSECONDS);
        CompletionStage<Void> stage = end;
        stage.whenComplete((done, failure) -> {
            timer.cancel(false);
            ended.run();
        });
        look();
        return end;
    }

    /** Looks at the runtime of the moment, on a thread of this module. */
    void look() {
        end.defaultExecutor().execute(this::lookNow);
    }

    private synchronized void lookNow() {
        Phase now = present.get();
        if (now instanceof Phase.Running running) {
            ask(running.runtime());
            return;
        }
        Phase.Absent absent = (Phase.Absent) now;
        if (absent.cause().orElse(null) instanceof ConfigurationException wrong) {
            end.completeExceptionally(wrong);
        } else if (absent.ended() || leftNanos() <= 0) {
            end.completeExceptionally(refusal.apply(absent));
        }
    }

    private void ask(DurableServers runtime) {
        if (asked != runtime) {
            asked = runtime;
            runtime.awaitReadyAsync(Duration.ofNanos(Math.max(1, leftNanos())))
                    .whenComplete((done, failure) -> answered(runtime, failure));
        }
    }

    private void answered(DurableServers runtime, @Nullable Throwable failure) {
        if (failure == null) {
            end.complete(null);
        } else if (present.get() instanceof Phase.Running running && running.runtime() == runtime) {
            end.completeExceptionally(
                    failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure);
        } else {
            look(); // the cluster was deactivated meanwhile, and the next runtime is the one to wait for
        }
    }

    private long leftNanos() {
        return limitNanos - (System.nanoTime() - beganNanos);
    }
}
