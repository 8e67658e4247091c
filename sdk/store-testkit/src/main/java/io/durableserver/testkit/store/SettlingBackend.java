package io.durableserver.testkit.store;

import io.durableserver.NotAppliedException;
import io.durableserver.Registration;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.ownership.ConditionalWrite;
import io.durableserver.runtime.ownership.ConditionalWrite.Outcome;
import io.durableserver.runtime.ownership.Store;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.RecordKeys;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import io.durableserver.testkit.backend.ForwardingBackend;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store as the runtime makes use of it: what may pass is tried again, and a write whose end is unknown is settled by
 * reading back, with the runtime's own steps. So the kit can run on a store that is reached in an unreliable way: whatever
 * such a store answers, as long as it is true, the end is the one a reliable way would have led to.
 *
 * <p>Records carry some bytes of their write's own, which readers do not see, and a delete is a replace by a mark that is
 * removed before it is told: otherwise it could not be told which writer deleted what is gone. Where another writer was at work meanwhile, a record
 * that is not ours leaves a write whose end was unknown in doubt; where none was, it is a conflict.
 */
public final class SettlingBackend extends ForwardingBackend {
    private static final int MARK_BYTES = 17;
    private static final byte RECORD = 'r';
    private static final byte DELETED = 'd';
    private static final int HASTE = 20;
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Backend store;
    private final Scheduler scheduler;
    private final Writers writers;

    /**
     * A store behind this.
     *
     * @param scheduler waits between attempts, a twentieth of the runtime's pauses
     * @param writers those of all handles on the records
     */
    public SettlingBackend(Backend store, Scheduler scheduler, Writers writers) {
        super(store);
        this.store = store;
        this.scheduler = new Hasty(scheduler);
        this.writers = writers;
    }

    @Override
    public CompletionStage<ReadResult> get(String key, ReadMode mode, Duration timeout) {
        BooleanSupplier inTime = within(timeout);
        return RecordKeys.checked(
                key,
                () -> again(
                        () -> store.get(key, mode, timeout),
                        (result, failure) -> result instanceof ReadResult.Failed failed && failed.retryable(),
                        inTime,
                        SettlingBackend::bare));
    }

    /** The next page that has keys, or the last: a page without any says nothing. */
    @Override
    public CompletionStage<Page> list(PageRequest request, Duration timeout) {
        BooleanSupplier inTime = within(timeout);
        return again(
                        () -> store.list(request, timeout),
                        (page, failure) -> failure instanceof NotAppliedException refused
                                && refused.reason() == NotAppliedException.Reason.STORAGE_UNAVAILABLE,
                        inTime,
                        SettlingBackend::bare)
                .thenCompose(page -> page.entries().isEmpty() && page.next().isPresent()
                        ? list(request.from(page.next().orElseThrow()), timeout)
                        : CompletableFuture.completedFuture(page));
    }

    @Override
    public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
        return write(key, ConditionalWrite.create(marked(RECORD, record)), timeout);
    }

    @Override
    public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
        return write(key, ConditionalWrite.replace(expected, marked(RECORD, record)), timeout);
    }

    @Override
    public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        return write(key, ConditionalWrite.replace(expected, marked(DELETED, new byte[0])), timeout)
                .thenCompose(result -> result instanceof WriteResult.Stored mark
                        ? remove(key, mark.version()).thenApply(removed -> new WriteResult.Stored(expected))
                        : CompletableFuture.completedFuture(result));
    }

    /** No other writer writes over the mark, so it is gone, or read as nothing. */
    private CompletionStage<Outcome> remove(String key, Version mark) {
        return new Store(store, scheduler, BackendFixture.TIMEOUT, BackendFixture.TIMEOUT, Facts.onlyLogged())
                .write(key, ConditionalWrite.delete(mark), within(BackendFixture.TIMEOUT));
    }

    private CompletionStage<WriteResult> write(String key, ConditionalWrite write, Duration timeout) {
        return RecordKeys.checked(key, () -> {
            Writers.Write mine = writers.begin(key);
            return new Store(store, scheduler, timeout, BackendFixture.TIMEOUT, Facts.onlyLogged())
                    .write(key, write, within(timeout))
                    .thenApply(outcome -> result(outcome, writers.wasAlone(mine)))
                    .whenComplete((result, failure) -> writers.end(mine));
        });
    }

    private static WriteResult result(Outcome outcome, boolean alone) {
        if (outcome instanceof Outcome.Stored stored) {
            return new WriteResult.Stored(stored.version());
        }
        if (outcome instanceof Outcome.Conflict conflict) {
            return conflict.maybeApplied() && !alone
                    ? new WriteResult.Unknown(new IllegalStateException("Not settled: another record is there"))
                    : new WriteResult.Conflict();
        }
        return outcome instanceof Outcome.NotApplied refused
                ? new WriteResult.NotApplied(true, refused.cause())
                : new WriteResult.Unknown(((Outcome.Unknown) outcome).cause());
    }

    private static byte[] marked(byte kind, byte[] record) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return ByteBuffer.allocate(MARK_BYTES + record.length)
                .put(kind)
                .putLong(random.nextLong())
                .putLong(random.nextLong())
                .put(record)
                .array();
    }

    private static ReadResult bare(ReadResult result) {
        if (!(result instanceof ReadResult.Found found)) {
            return result;
        }
        byte[] marked = found.record();
        return marked[0] == DELETED
                ? new ReadResult.Absent()
                : new ReadResult.Found(Arrays.copyOfRange(marked, MARK_BYTES, marked.length), found.version());
    }

    private static Page bare(Page page) {
        return new Page(page.entries().stream().flatMap(SettlingBackend::bare).toList(), page.next());
    }

    private static Stream<Listed> bare(Listed entry) {
        if (entry.record().isEmpty()) {
            return Stream.of(entry);
        }
        return bare(new ReadResult.Found(entry.record().orElseThrow(), entry.version()))
                        instanceof ReadResult.Found found
                ? Stream.of(new Listed(entry.key(), found.version(), Optional.of(found.record())))
                : Stream.empty();
    }

    private static BooleanSupplier within(Duration timeout) {
        long start = System.nanoTime();
        return () -> System.nanoTime() - start < timeout.toNanos();
    }

    /** Whether an answer may pass. */
    @FunctionalInterface
    private interface Passing<T> {
        boolean test(@Nullable T result, @Nullable Throwable failure);
    }

    private <T> CompletionStage<T> again(
            Supplier<CompletionStage<T>> request, Passing<T> passing, BooleanSupplier inTime, Function<T, T> end) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        attempt(request, passing, inTime, end, stage);
        return stage;
    }

    private <T> void attempt(
            Supplier<CompletionStage<T>> request,
            Passing<T> passing,
            BooleanSupplier inTime,
            Function<T, T> end,
            CompletableFuture<T> stage) {
        var unused = request.get().whenComplete((result, failure) -> {
            Throwable cause =
                    failure instanceof java.util.concurrent.CompletionException wrapped ? wrapped.getCause() : failure;
            if (passing.test(result, cause) && inTime.getAsBoolean()) {
                scheduler.schedule(PAUSE, () -> attempt(request, passing, inTime, end, stage));
            } else if (cause == null) {
                stage.complete(end.apply(result));
            } else {
                stage.completeExceptionally(cause);
            }
        });
    }

    private record Hasty(Scheduler real) implements Scheduler {
        @Override
        public Executor turns() {
            return real.turns();
        }

        @Override
        public Executor internal() {
            return real.internal();
        }

        @Override
        public Registration schedule(Duration delay, Runnable task) {
            return real.schedule(delay.dividedBy(HASTE), task);
        }

        @Override
        public boolean canBlock() {
            return real.canBlock();
        }

        /** Its maker closes it. */
        @Override
        public void close() {}
    }
}
