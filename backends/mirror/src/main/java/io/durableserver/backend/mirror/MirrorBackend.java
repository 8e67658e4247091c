package io.durableserver.backend.mirror;

import io.durableserver.NotAppliedException;
import io.durableserver.backend.mirror.data.Listings;
import io.durableserver.backend.mirror.data.Reads;
import io.durableserver.backend.mirror.data.Writes;
import io.durableserver.spi.Backend;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.ReadMode;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.RecordKeys;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The two stores as one: what the phase of the rollout says is done, and nothing without its permission. */
final class MirrorBackend implements Backend {
    static final String NAME = "mirror";

    private final HandleLife life;
    private final Reads reads;
    private final Writes writes;
    private final Listings listings;
    private final Rollout rollout;
    private final CompletableFuture<Void> ready;

    MirrorBackend(
            HandleLife life,
            Reads reads,
            Writes writes,
            Listings listings,
            Rollout rollout,
            CompletableFuture<Void> ready) {
        this.life = life;
        this.reads = reads;
        this.writes = writes;
        this.listings = listings;
        this.rollout = rollout;
        this.ready = ready;
    }

    Rollout rollout() {
        return rollout;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public CompletionStage<Void> ready() {
        return life.isClosed() ? CompletableFuture.failedFuture(closed()) : ready.minimalCompletionStage();
    }

    @Override
    public CompletionStage<ReadResult> get(String key, ReadMode mode, Duration timeout) {
        if (life.isClosed()) {
            return CompletableFuture.completedFuture(new ReadResult.Failed(false, closed()));
        }
        return RecordKeys.checked(
                key, () -> mode == ReadMode.WEAK ? reads.weak(key, timeout) : reads.strong(key, timeout));
    }

    @Override
    public CompletionStage<WriteResult> create(String key, byte[] record, Duration timeout) {
        return write(new Writes.Create(record.clone()), key, timeout);
    }

    @Override
    public CompletionStage<WriteResult> replace(String key, byte[] record, Version expected, Duration timeout) {
        return write(new Writes.Replace(record.clone(), expected), key, timeout);
    }

    @Override
    public CompletionStage<WriteResult> delete(String key, Version expected, Duration timeout) {
        return write(new Writes.Delete(expected), key, timeout);
    }

    private CompletionStage<WriteResult> write(Writes.Request request, String key, Duration timeout) {
        return life.isClosed()
                ? CompletableFuture.completedFuture(new WriteResult.NotApplied(false, closed()))
                : RecordKeys.checked(key, () -> writes.perform(request, key, timeout));
    }

    @Override
    public CompletionStage<Page> list(PageRequest request, Duration timeout) {
        return life.isClosed() ? CompletableFuture.failedFuture(closed()) : listings.page(request, timeout);
    }

    @Override
    public void close() {
        life.close();
    }

    private NotAppliedException closed() {
        return life.refusal();
    }
}
