package io.durableserver.backend.s3;

import io.durableserver.ConfigurationException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.spi.Backend;
import io.durableserver.spi.BackendFactory;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.TimeSource;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Records as objects of a bucket. A write is one conditional PUT; its ETag is the record's version. A strong read is a GET
 * that moves a body only where the object has changed since this node saw it last.
 *
 * <p>The SDK's synchronous client runs on threads of this backend, one for each request under way: measured against the
 * asynchronous ones it answers a single request in half the time and for half the CPU, is no slower with many, and a
 * thread that waits for a network is cheap. Stages complete on the node's internal executor.
 */
final class S3Backend implements Backend {
    static final String NAME = "s3";

    private static final byte[] NOTHING = new byte[0];

    private final S3Config config;
    private final Waiting waiting;
    private final TimeSource time;
    private final ObjectKeys keys;
    private final Outcomes outcomes;
    private final Admission admission;
    private final Threads threads;
    private final Bucket bucket;
    private final ObjectCache cache;
    private final Reader reader;
    private final Listing listing;
    private final Opening opening;

    S3Backend(S3Client client, S3Config config, BackendFactory.Context node) {
        this.config = config;
        this.waiting = new Waiting(node.scheduler());
        this.time = node.time();
        this.keys = new ObjectKeys(config.objectPrefix());
        this.outcomes = new Outcomes(config);
        this.admission = new Admission(config.tuning().maxInFlight(), outcomes, this::release);
        this.threads = new Threads(config.bucket(), config.tuning().connections());
        this.bucket = new Bucket(
                client, Credentials.of(client, threads.credentials()), config, new BucketFacts(config, node));
        this.cache =
                new ObjectCache(config.tuning().cacheBytes(), config.tuning().weakReadAge(), time);
        this.reader = new Reader(bucket, cache, config, outcomes);
        String probes = node.prefix() + "__probe/";
        this.listing = new Listing(bucket, reader, cache, keys, probes);
        this.opening = new Opening(
                bucket,
                config,
                () -> keys.object(probes + Nonces.next()),
                admission,
                outcomes,
                waiting,
                threads.blocking());
    }

    /** Begins to look for the bucket and to probe the store. */
    void start() {
        opening.run();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public CompletionStage<Void> ready() {
        return opening.stage();
    }

    @Override
    public CompletionStage<ReadResult> get(String key, ReadMode mode, Duration timeout) {
        return checked(key, object -> {
            if (mode == ReadMode.WEAK && !admission.closed()) {
                Optional<Current.Ours> recent = cache.recent(object);
                if (recent.isPresent()) {
                    return CompletableFuture.completedFuture(
                            recent.orElseThrow().result());
                }
            }
            return read(threads.requests(), timeout, reader.query(key, object, mode == ReadMode.STRONG));
        });
    }

    @Override
    public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
        return write(key, record, Optional.empty(), false, timeout);
    }

    @Override
    public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
        return write(key, record, Optional.of(expected.token()), false, timeout);
    }

    @Override
    public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        return write(key, NOTHING, Optional.of(expected.token()), true, timeout);
    }

    @Override
    public CompletionStage<Page> list(PageRequest request, Duration timeout) {
        CompletableFuture<Page> page = new CompletableFuture<>();
        try {
            Listing.check(request.cursor());
        } catch (ConfigurationException defect) {
            page.completeExceptionally(defect);
            return page;
        }
        CompletionStage<Listing.Answer> answer = read(threads.blocking(), timeout, listing.query(request));
        var unused = answer.whenComplete((listed, defect) -> {
            if (listed instanceof Listing.Answer.Listed found) {
                page.complete(found.page());
            } else if (listed instanceof Listing.Answer.Failed failed) {
                page.completeExceptionally(failed.cause());
            } else {
                page.completeExceptionally(defect);
            }
        });
        return page;
    }

    @Override
    public void close() {
        admission.close();
        waiting.close();
        opening.closed();
    }

    private void release() {
        threads.close();
        bucket.close();
    }

    private CompletionStage<WriteResult> write(
            String key, byte[] record, Optional<String> expected, boolean delete, Duration timeout) {
        if (record.length > config.tuning().maxRecordBytes()) {
            return CompletableFuture.completedFuture(outcomes.notApplied(
                    false, outcomes.tooLarge(key, record.length, config.tuning().maxRecordBytes())));
        }
        if (expected.isPresent() && !ETags.possible(expected.orElseThrow()) && !admission.closed()) {
            // No object ever has it.
            return CompletableFuture.completedFuture(new WriteResult.Conflict());
        }
        return checked(
                key,
                object -> submit(
                        leave -> new WriteRequest(
                                        terms(threads.requests(), timeout, leave),
                                        bucket,
                                        reader,
                                        cache,
                                        outcomes,
                                        config,
                                        new WriteRequest.Target(
                                                key, object, record.clone(), Nonces.next(), expected, delete))
                                .start(),
                        refusal -> outcomes.notApplied(retryable(refusal), refusal)));
    }

    private <T> CompletionStage<T> read(Executor executor, Duration timeout, ReadRequest.Query<T> query) {
        return submit(
                leave -> new ReadRequest<>(
                                terms(executor, timeout, leave),
                                outcomes,
                                config.tuning().attempts(),
                                query)
                        .start(),
                refusal -> query.failed(retryable(refusal), refusal));
    }

    private Request.Terms terms(Executor executor, Duration timeout, Runnable leave) {
        return new Request.Terms(waiting, executor, time, config.tuning().attemptTimeout(), timeout, leave);
    }

    private boolean retryable(NotAppliedException refusal) {
        return refusal.reason().retryable() && !admission.closed();
    }

    private <T> CompletionStage<T> checked(String key, Function<String, CompletionStage<T>> request) {
        String object;
        try {
            object = keys.object(key);
        } catch (ConfigurationException defect) {
            return CompletableFuture.failedFuture(defect);
        }
        return request.apply(object);
    }

    private <T> CompletionStage<T> submit(
            Function<Runnable, CompletionStage<T>> request, Function<NotAppliedException, T> refused) {
        NotAppliedException refusal = admission.enter();
        if (refusal != null) {
            return CompletableFuture.completedFuture(refused.apply(refusal));
        }
        // A request may have been queued although it failed to start.
        AtomicBoolean left = new AtomicBoolean();
        Runnable leave = () -> {
            if (!left.getAndSet(true)) {
                admission.leave();
            }
        };
        try {
            return request.apply(leave);
        } catch (RejectedExecutionException closed) {
            leave.run();
            return CompletableFuture.completedFuture(
                    refused.apply(outcomes.notSent(Reason.NOT_READY, "The backend is closed")));
        } catch (RuntimeException | Error defect) {
            leave.run();
            return CompletableFuture.failedFuture(defect);
        }
    }
}
