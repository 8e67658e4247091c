package io.durableserver.backend.ignite;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.Registration;
import io.durableserver.spi.Backend;
import io.durableserver.spi.BackendFactory;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.RecordKeys;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.StoreFacts;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.ignite.Ignite;
import org.jspecify.annotations.Nullable;

/**
 * Records in a partitioned Ignite cache. A write is one entry processor on the primary copy, acknowledged when all copies
 * have it; writes that come while others are under way travel together. A strong read asks the primary copy.
 *
 * <p>Ignite is entered on this backend's own threads only, since a local write may wait for the disk or for a change of
 * the topology. Stages complete on the node's internal executor; listeners of watches are called on a thread of Ignite and
 * must hand over at once.
 */
final class IgniteKvBackend implements Backend {
    static final String NAME = "ignite-kv";

    private final Ignite ignite;
    private final IgniteKvConfig config;
    private final String cacheName;
    private final Scheduler scheduler;
    private final Outcomes outcomes;
    private final Admission admission;
    private final Threads threads;
    private final ClusterSizes sizes;
    private final QuorumView quorum;
    private final RecordCache cache;
    private final Batcher batcher;
    private final LostPartitions lostPartitions;
    private final CopyMarks marks;
    private final StoreFacts facts;
    // Token = this handle's random number and a counter: no write of any handle ever repeats one.
    private final long writer = new SecureRandom().nextLong();
    private final AtomicLong lastWrite = new AtomicLong();
    /** Whether the cache is looked after. */
    private boolean kept;

    IgniteKvBackend(Ignite ignite, IgniteKvConfig config, BackendFactory.Context context) {
        String prefix = context.prefix();
        this.cacheName = config.cacheNameFor(prefix);
        Scheduler scheduler = context.scheduler();
        this.facts = StoreFacts.of(NAME, cacheName, context);
        this.ignite = ignite;
        this.config = config;
        this.scheduler = scheduler;
        this.outcomes = new Outcomes(cacheName);
        this.admission = new Admission(config.maxInFlight(), outcomes);
        this.threads = new Threads(cacheName, config.threads());
        this.sizes = new ClusterSizes(ignite, cacheName, config.expectedNodes(), !config.inMemory(), facts);
        this.quorum = new QuorumView(ignite, cacheName, sizes, facts);
        Door door = new Door(() -> IgniteInternals.run(ignite, cacheName));
        this.cache = new RecordCache(ignite, config, prefix, cacheName, door, quorum);
        this.batcher = new Batcher(
                cache, new WriteSender(cache, outcomes, threads.requests(), scheduler.internal()), threads.requests());
        this.marks = new CopyMarks(ignite, cacheName, door, quorum, sizes, threads.blocking(), scheduler, facts);
        this.lostPartitions =
                new LostPartitions(ignite, cacheName, marks::remembered, threads.blocking(), scheduler, facts);
    }

    /** Begins to wait for an active cluster, and then opens the cache. */
    void start() {
        // What was only in memory is not remembered either.
        Supplier<Set<String>> missing = config.inMemory() ? Set::of : marks::missing;
        OpenFacts.put(ignite, cacheName, facts);
        quorum.open();
        if (!config.inMemory()) {
            threads.blocking().execute(lostPartitions::begin);
        }
        new Opening(
                        cache,
                        missing,
                        this::refusal,
                        this::cacheOpened,
                        admission,
                        outcomes,
                        scheduler,
                        threads.blocking(),
                        facts)
                .run();
    }

    private Optional<DurableServerException> refusal() {
        return config.inMemory()
                ? Optional.empty()
                : SplitWrites.refuse(
                        sizes.now().isPresent(),
                        config.expectedNodes(),
                        config.splitWrites(),
                        IgniteInternals.baseline(ignite),
                        String.valueOf(ignite.cluster().localNode().consistentId()));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public CompletionStage<Void> ready() {
        return admission.opened();
    }

    @Override
    public CompletionStage<ReadResult> get(String key, ReadMode mode, Duration timeout) {
        return RecordKeys.checked(key, () -> read(key, mode, timeout));
    }

    @Override
    public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
        return write(key, CompareAndSet.NONE, record, timeout);
    }

    @Override
    public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
        return write(key, StoredValue.token(expected), record, timeout);
    }

    @Override
    public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        return write(key, StoredValue.token(expected), CompareAndSet.NONE, expected, timeout);
    }

    @Override
    public CompletionStage<Page> list(PageRequest request, Duration timeout) {
        CompletableFuture<Page> page = new CompletableFuture<>();
        NotAppliedException refusal = admission.enter();
        if (refusal != null) {
            page.completeExceptionally(refusal);
            return page;
        }
        try {
            Object since = cache.door().run();
            Listing listing = Listing.of(cache, config.partitions(), request);
            threads.blocking().execute(() -> list(listing, since, page));
            Registration timer = scheduler.schedule(
                    timeout,
                    () -> page.completeExceptionally(
                            outcomes.notSent(Reason.STORAGE_UNAVAILABLE, "Ignite did not list in time")));
            var unused = page.whenComplete((result, failure) -> timer.close());
        } catch (RejectedExecutionException closed) {
            admission.leave();
            page.completeExceptionally(outcomes.notSent(Reason.NOT_READY, "The backend is closed"));
        } catch (RuntimeException invalid) {
            admission.leave();
            page.completeExceptionally(invalid);
        }
        return page;
    }

    @Override
    public void close() {
        if (admission.close()) {
            threads.blocking().execute(this::release);
            threads.close();
        }
    }

    /** Is called again when it fails. Blocks. */
    private void cacheOpened() {
        if (config.inMemory()) {
            return;
        }
        if (kept) {
            marks.startAgain();
        } else {
            lostPartitions.start();
            marks.start();
            kept = true;
        }
    }

    /** Blocks. */
    private void release() {
        try {
            lostPartitions.stop();
            marks.stop();
        } finally {
            // Last: a write that is under way is still counted.
            quorum.close();
            OpenFacts.remove(ignite, cacheName, facts);
        }
    }

    private CompletionStage<WriteResult> write(
            String key, byte @Nullable [] expected, byte[] record, Duration timeout) {
        if (record.length > config.maxRecordBytes()) {
            return CompletableFuture.completedFuture(
                    new WriteResult.NotApplied(false, outcomes.tooLarge(record.length, config.maxRecordBytes())));
        }
        byte[] value = StoredValue.of(writer, lastWrite.incrementAndGet(), record);
        return write(key, expected, value, StoredValue.version(value), timeout);
    }

    private CompletionStage<WriteResult> write(
            String key, byte @Nullable [] expected, byte[] value, Version version, Duration timeout) {
        return RecordKeys.checked(key, () -> {
            if (expected == null && !admission.closed()) {
                // Not a token of this backend: no record can have it.
                return CompletableFuture.completedFuture(new WriteResult.Conflict());
            }
            byte[] token = expected == null ? CompareAndSet.NONE : expected;
            return admitted(key, token, value, version, timeout);
        });
    }

    private CompletionStage<WriteResult> admitted(
            String key, byte[] expected, byte[] value, Version version, Duration timeout) {
        NotAppliedException refusal = admission.enter();
        if (refusal != null) {
            return CompletableFuture.completedFuture(
                    new WriteResult.NotApplied(refusal.reason().retryable() && !admission.closed(), refusal));
        }
        WriteRequest write = new WriteRequest(cache, marks, outcomes, admission::leave, key, expected, value, version);
        batcher.add(write);
        write.expireAfter(timeout, scheduler);
        return write.stage();
    }

    private CompletionStage<ReadResult> read(String key, ReadMode mode, Duration timeout) {
        NotAppliedException refusal = admission.enter();
        if (refusal != null) {
            return CompletableFuture.completedFuture(
                    new ReadResult.Failed(refusal.reason().retryable() && !admission.closed(), refusal));
        }
        ReadRequest read = new ReadRequest(cache, outcomes, scheduler.internal(), admission::leave, key, mode);
        try {
            threads.requests().execute(read);
        } catch (RejectedExecutionException closed) {
            admission.leave();
            return CompletableFuture.completedFuture(
                    new ReadResult.Failed(false, outcomes.notSent(Reason.NOT_READY, "The backend is closed")));
        }
        read.expireAfter(timeout, scheduler);
        return read.stage();
    }

    private void list(Listing listing, @Nullable Object since, CompletableFuture<Page> page) {
        try {
            cache.checkOpen();
            Page found = listing.page(page::isDone);
            if (!cache.door().isOpenIn(since)) {
                throw outcomes.activatedAnew();
            }
            scheduler.internal().execute(() -> page.complete(found));
        } catch (RuntimeException failure) {
            scheduler.internal().execute(() -> page.completeExceptionally(outcomes.unavailable(failure)));
        } finally {
            admission.leave();
        }
    }
}
