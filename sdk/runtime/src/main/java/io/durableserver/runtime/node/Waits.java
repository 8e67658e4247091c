package io.durableserver.runtime.node;

import io.durableserver.ConfigurationException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.routing.Failures;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The blocking forms of the entry point's methods. Production code waits nowhere else. */
final class Waits {
    /** What a wait adds to the time its operation has: the operation's own error is the better one. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private Waits() {}

    static <T> T await(Scheduler scheduler, CompletionStage<T> stage, Duration timeout, String key) {
        if (Turn.current() != null || !scheduler.canBlock()) {
            throw ConfigurationException.option(
                    "blocking method", "called inside a turn or a simulation", "use the asynchronous method there");
        }
        Map<String, Object> context = Map.of("key", key, "timeout", timeout);
        try {
            return stage.toCompletableFuture().get(timeout.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw Failures.forCaller(Failures.typed(e));
        } catch (TimeoutException e) {
            throw new OutcomeUnknownException(
                    OutcomeUnknownException.Reason.DEADLINE, "The deadline passed; it may still go on", context, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutcomeUnknownException(
                    OutcomeUnknownException.Reason.INTERRUPTED, "The thread was interrupted", context, e);
        }
    }
}
