package io.durableserver.testkit;

import io.durableserver.Next;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.turn.UserCode;
import io.durableserver.runtime.type.Slot;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs a turn that stays open to its end, with its parts on the thread of the test. */
final class OpenParts implements Executor {
    private record Result(@Nullable Object value, @Nullable Throwable failure) {}

    private final LinkedBlockingQueue<Runnable> parts = new LinkedBlockingQueue<>();

    @Override
    public void execute(Runnable part) {
        parts.add(part);
    }

    /**
     * Runs a handler and waits for its stage.
     *
     * @throws OutcomeUnknownException when it takes longer than the type allows: the turn is abandoned
     */
    <S> Next<S> run(UserCode<S> code, Slot slot, S state, Object message, String key, Duration deadline) {
        AtomicReference<@Nullable Result> end = new AtomicReference<>();
        CompletionStage<? extends Next<S>> stage = code.open(slot, state, message);
        code.follow(slot, stage, (value, failure) -> {
            end.compareAndSet(null, new Result(value, failure));
            execute(() -> {}); // wakes the thread of the test
        });
        long until = System.nanoTime() + deadline.toNanos();
        while (true) {
            Result result = end.get();
            if (result != null) {
                return code.result(slot, result.value(), result.failure());
            }
            Runnable part = next(until - System.nanoTime());
            if (part == null) {
                throw new OutcomeUnknownException(
                        OutcomeUnknownException.Reason.DEADLINE,
                        "The turn was open for longer than its deadline and was abandoned",
                        Map.of("key", key, "option", "type.turnDeadline", "value", deadline));
            }
            code.part(slot, part);
        }
    }

    private @Nullable Runnable next(long nanos) {
        try {
            return parts.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The thread of the test was interrupted in an open turn", e);
        }
    }
}
