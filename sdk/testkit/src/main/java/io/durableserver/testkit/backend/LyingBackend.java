package io.durableserver.testkit.backend;

import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.RecordKeys;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A true backend behind an unreliable way to it: by seed, requests and answers are lost, late, repeated and cut short, in
 * every way that a backend may tell of; see {@link Lie}. The same seed and the same requests meet the same lies.
 *
 * <p>Thread-safe. It has no threads: all waiting is done by the scheduler, so it runs in virtual time too. Closing it ends
 * what is under way, each as far as it can be told; what is late may still arrive at the store before that is closed.
 */
public final class LyingBackend implements Backend {
    private final Backend truth;
    private final LyingPlan plan;
    private final Unanswered unanswered;
    private final LastSeen seen = new LastSeen();
    private volatile boolean closed;

    /**
     * A way to a store.
     *
     * @param truth the store, closed with this
     * @param plan what goes wrong
     * @param scheduler what is late waits on it
     */
    public LyingBackend(Backend truth, LyingPlan plan, Scheduler scheduler) {
        this.truth = truth;
        this.plan = plan;
        this.unanswered = new Unanswered(scheduler);
    }

    @Override
    public String name() {
        return "lying-" + truth.name();
    }

    @Override
    public CompletionStage<Void> ready() {
        return truth.ready();
    }

    @Override
    public CompletionStage<ReadResult> get(String key, ReadMode mode, Duration timeout) {
        return RecordKeys.checked(key, () -> read(key, mode, timeout));
    }

    private CompletionStage<ReadResult> read(String key, ReadMode mode, Duration timeout) {
        LyingPlan.Drawn drawn = draw(Operation.GET, mode == ReadMode.WEAK, timeout);
        Supplier<CompletionStage<ReadResult>> request =
                () -> truth.get(key, mode, timeout).thenApply(result -> seen.saw(key, result));
        return unanswered.ask(timeout, new ReadResult.Failed(true, refused(Operation.GET)), answer -> {
            Optional<ReadResult> old = drawn.is(Lie.STALE) ? seen.last(key) : Optional.empty();
            if (drawn.isRefused()) {
                answer.tell(drawn.delay(), new ReadResult.Failed(drawn.is(Lie.REFUSED), refused(Operation.GET)));
            } else if (old.isPresent()) {
                answer.tell(drawn.delay(), old.orElseThrow());
            } else {
                answer.tellAfter(twice(drawn, request), drawn.delay());
            }
        });
    }

    @Override
    public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
        byte[] copy = record.clone();
        return write(Operation.CREATE, key, timeout, () -> truth.create(key, copy.clone(), timeout));
    }

    @Override
    public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
        byte[] copy = record.clone();
        return write(Operation.REPLACE, key, timeout, () -> truth.replace(key, copy.clone(), expected, timeout));
    }

    @Override
    public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        return write(Operation.DELETE, key, timeout, () -> truth.delete(key, expected, timeout));
    }

    private CompletionStage<WriteResult> write(
            Operation operation, String key, Duration timeout, Supplier<CompletionStage<WriteResult>> request) {
        WriteResult unknown = new WriteResult.Unknown(new OutcomeUnknownException(
                OutcomeUnknownException.Reason.AMBIGUOUS_WRITE,
                "The way to the store is unreliable",
                Map.of("operation", operation)));
        return RecordKeys.checked(key, () -> {
            LyingPlan.Drawn drawn = draw(operation, false, timeout);
            return unanswered.ask(timeout, unknown, answer -> {
                if (drawn.isRefused()) {
                    answer.tell(drawn.delay(), new WriteResult.NotApplied(drawn.is(Lie.REFUSED), refused(operation)));
                } else if (drawn.is(Lie.LOST_REQUEST)) {
                    answer.tell(drawn.delay(), unknown);
                } else if (drawn.is(Lie.LOST_ANSWER)) {
                    answer.tellAfter(request.get().thenApply(end -> unknown), drawn.delay());
                } else if (drawn.is(Lie.LATE_EFFECT) || drawn.is(Lie.LATE_CREATE)) {
                    answer.tell(Duration.ZERO, unknown);
                    unanswered.later(drawn.delay(), request);
                } else if (drawn.is(Lie.TWICE)) {
                    boolean told = operation != Operation.CREATE && drawn.even();
                    answer.tellAfter(
                            request.get()
                                    .thenCompose(first -> request.get()
                                            .thenApply(second -> told ? ofTwo(first, second, unknown) : unknown)),
                            drawn.delay());
                } else {
                    answer.tellAfter(request.get(), drawn.delay());
                }
            });
        });
    }

    /** One of them took effect, or none: the second conflict of two may be with the first. */
    private static WriteResult ofTwo(WriteResult first, WriteResult second, WriteResult unknown) {
        if (first instanceof WriteResult.Stored) {
            return first;
        }
        boolean clear = !(first instanceof WriteResult.Unknown) || second instanceof WriteResult.Stored;
        return clear ? second : unknown;
    }

    @Override
    public CompletionStage<Page> list(PageRequest request, Duration timeout) {
        LyingPlan.Drawn drawn = draw(Operation.LIST, false, timeout);
        PageRequest asked = shorter(request.from(Cursors.inner(request.cursor())), drawn);
        Supplier<CompletionStage<Page>> listing =
                () -> truth.list(asked, timeout).thenApply(page -> told(page, drawn));
        return unanswered.askOrFail(timeout, refused(Operation.LIST), answer -> {
            if (drawn.isRefused()) {
                answer.fail(drawn.delay());
            } else if (drawn.is(Lie.EMPTY_PAGE)) {
                answer.tell(drawn.delay(), Cursors.before(asked.cursor()));
            } else {
                answer.tellAfter(twice(drawn, listing), drawn.delay());
            }
        });
    }

    private static PageRequest shorter(PageRequest request, LyingPlan.Drawn drawn) {
        return drawn.is(Lie.SHORT_PAGE)
                ? new PageRequest(
                        request.prefix(), request.cursor(), 1 + drawn.number() % request.limit(), request.withRecords())
                : request;
    }

    private static Page told(Page page, LyingPlan.Drawn drawn) {
        return Cursors.outer(drawn.is(Lie.SHUFFLED_PAGE) ? drawn.shuffled(page) : page);
    }

    /** A read that arrives twice is answered by either. */
    private static <T> CompletionStage<T> twice(LyingPlan.Drawn drawn, Supplier<CompletionStage<T>> request) {
        CompletionStage<T> first = request.get();
        return drawn.is(Lie.TWICE) ? first.thenCombine(request.get(), (one, two) -> drawn.even() ? one : two) : first;
    }

    @Override
    public void close() {
        closed = true;
        unanswered.end();
        truth.close();
    }

    private LyingPlan.Drawn draw(Operation operation, boolean weak, Duration timeout) {
        return closed ? LyingPlan.Drawn.TRUTH : plan.draw(operation, weak, timeout);
    }

    private static NotAppliedException refused(Operation operation) {
        return new NotAppliedException(
                NotAppliedException.Reason.STORAGE_UNAVAILABLE,
                "The way to the store is unreliable",
                Map.of("operation", operation));
    }
}
