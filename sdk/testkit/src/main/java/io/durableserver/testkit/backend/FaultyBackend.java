package io.durableserver.testkit.backend;

import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.Registration;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.backend.FaultPlan.Decision;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A backend in front of another one, whose requests fail, hang or lose their answers as a {@link FaultPlan} says, and
 * that counts them. What it reports is always true of the store behind it: {@code NotApplied} never had an effect,
 * {@code Stored} always had, and {@code Unknown} may have or may get one.
 *
 * <p>Thread-safe. It has no threads: all waiting is done by the scheduler, so it runs in virtual time too.
 */
public final class FaultyBackend implements Backend {
    private final Backend delegate;
    private final FaultPlan plan;
    private final Scheduler scheduler;
    private final Map<Operation, LongAdder> counts = new EnumMap<>(Operation.class);

    public FaultyBackend(Backend delegate, FaultPlan plan, Scheduler scheduler) {
        this.delegate = delegate;
        this.plan = plan;
        this.scheduler = scheduler;
        for (Operation operation : Operation.values()) {
            counts.put(operation, new LongAdder());
        }
    }

    /** How many requests of a kind were made since the start or the last {@link #resetCounts}, failed ones included. */
    public long count(Operation operation) {
        return counter(operation).sum();
    }

    /** Sets all counts to zero. */
    public void resetCounts() {
        counts.values().forEach(LongAdder::reset);
    }

    @Override
    public String name() {
        return "faulty-" + delegate.name();
    }

    @Override
    public CompletionStage<Void> ready() {
        return delegate.ready();
    }

    @Override
    public CompletionStage<ReadResult> get(String key, ReadMode mode, Duration timeout) {
        Decision decision = decide(Operation.GET, key);
        if (decision.fault() instanceof Fault.None) {
            ReadResult late = new ReadResult.Failed(true, lost(Operation.GET));
            return timed(timeout, late, answer -> pass(decision, () -> delegate.get(key, mode, timeout), answer));
        }
        boolean retryable = !(decision.fault() instanceof Fault.Refused refused) || refused.retryable();
        ReadResult failed = new ReadResult.Failed(retryable, refused(Operation.GET));
        return timed(timeout, failed, answer -> later(decision, () -> answer.complete(failed)));
    }

    @Override
    public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
        byte[] copy = record.clone();
        return write(Operation.CREATE, key, timeout, () -> delegate.create(key, copy, timeout));
    }

    @Override
    public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
        byte[] copy = record.clone();
        return write(Operation.REPLACE, key, timeout, () -> delegate.replace(key, copy, expected, timeout));
    }

    @Override
    public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        return write(Operation.DELETE, key, timeout, () -> delegate.delete(key, expected, timeout));
    }

    @Override
    public CompletionStage<Page> list(PageRequest request, Duration timeout) {
        Decision decision = decide(Operation.LIST, request.prefix());
        CompletableFuture<Page> answer = new CompletableFuture<>();
        if (decision.fault() instanceof Fault.None) {
            pass(decision, () -> delegate.list(request, timeout), answer);
        } else {
            later(decision, () -> answer.completeExceptionally(refused(Operation.LIST)));
        }
        timer(timeout, answer, () -> answer.completeExceptionally(refused(Operation.LIST)));
        return answer;
    }

    @Override
    public void close() {
        delegate.close();
    }

    private CompletionStage<WriteResult> write(
            Operation operation, String key, Duration timeout, Supplier<CompletionStage<WriteResult>> request) {
        Decision decision = decide(operation, key);
        WriteResult unknown = new WriteResult.Unknown(lost(operation));
        return timed(timeout, unknown, answer -> {
            Fault fault = decision.fault();
            if (fault instanceof Fault.None) {
                pass(decision, request, answer);
            } else if (fault instanceof Fault.Refused refused) {
                WriteResult result = new WriteResult.NotApplied(refused.retryable(), refused(operation));
                later(decision, () -> answer.complete(result));
            } else if (fault instanceof Fault.LostResponse) {
                pass(decision, () -> request.get().handle((result, failure) -> unknown), answer);
            } else {
                if (fault instanceof Fault.DelayedEffect delayed) {
                    Duration delay = decision.before().plus(delayed.delay());
                    after(delay, () -> unread(request.get()));
                }
                later(decision, () -> answer.complete(unknown));
            }
        });
    }

    private LongAdder counter(Operation operation) {
        return Objects.requireNonNull(counts.get(operation));
    }

    private Decision decide(Operation operation, String key) {
        counter(operation).increment();
        return plan.decide(operation, key);
    }

    /** Completes with {@code late} when the time is over before anything else completed it. */
    private <T> CompletionStage<T> timed(Duration timeout, T late, Consumer<CompletableFuture<T>> start) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        start.accept(answer);
        timer(timeout, answer, () -> answer.complete(late));
        return answer;
    }

    private void timer(Duration timeout, CompletableFuture<?> answer, Runnable expire) {
        if (!answer.isDone()) {
            Registration timer = scheduler.schedule(timeout, expire);
            unread(answer.whenComplete((result, failure) -> timer.close()));
        }
    }

    private <T> void pass(Decision decision, Supplier<CompletionStage<T>> request, CompletableFuture<T> answer) {
        after(
                decision.before(),
                () -> request.get()
                        .whenComplete((result, failure) -> after(decision.after(), () -> {
                            if (failure == null) {
                                answer.complete(result);
                            } else {
                                answer.completeExceptionally(failure);
                            }
                        })));
    }

    private void later(Decision decision, Runnable task) {
        after(decision.before().plus(decision.after()), task);
    }

    private void after(Duration delay, Runnable task) {
        if (delay.isZero()) {
            task.run();
        } else {
            scheduler.schedule(delay, task);
        }
    }

    /** A stage whose end is not waited for: the effect is the point, or the answer it completes. */
    private static void unread(CompletionStage<?> stage) {
        Objects.requireNonNull(stage, "stage");
    }

    private static NotAppliedException refused(Operation operation) {
        return new NotAppliedException(
                NotAppliedException.Reason.STORAGE_UNAVAILABLE, "Injected fault", Map.of("operation", operation));
    }

    private static OutcomeUnknownException lost(Operation operation) {
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.AMBIGUOUS_WRITE, "Injected fault", Map.of("operation", operation));
    }
}
