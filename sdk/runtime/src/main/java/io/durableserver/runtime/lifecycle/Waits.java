package io.durableserver.runtime.lifecycle;

import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.routing.Failures;
import io.durableserver.runtime.turn.Blocking;
import io.durableserver.runtime.turn.Turn;
import io.durableserver.spi.Scheduler;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The blocking forms of the entry point's methods. Production code waits nowhere else. */
public record Waits(Scheduler scheduler) {
    /** What a wait adds to the time its operation has: the operation's own error is the better one. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** Asks for something that others can see. Inside a turn, the turns before it are stored first (P3). */
    public <T> T act(String method, String key, Duration timeout, Supplier<CompletionStage<T>> operation) {
        Turn turn = Blocking.allowed(scheduler, method, key);
        if (turn != null) {
            turn.owner().awaitGate(timeout.toNanos());
        }
        return await(operation.get(), timeout, method, key);
    }

    /** Reads something: has no effect that others can see, so it does not wait for the gate. */
    public <T> T read(String method, String key, Duration timeout, Supplier<CompletionStage<T>> operation) {
        Blocking.allowed(scheduler, method, key);
        return await(operation.get(), timeout, method, key);
    }

    private static <T> T await(CompletionStage<T> stage, Duration timeout, String method, String key) {
        Map<String, Object> context = Map.of("key", key, "method", method, "timeout", timeout);
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

    /** Waits for an end, for at most so long or until the thread is interrupted. */
    static void forEnd(CompletableFuture<?> end, long nanos) {
        try {
            end.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // Looked at by the caller.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
