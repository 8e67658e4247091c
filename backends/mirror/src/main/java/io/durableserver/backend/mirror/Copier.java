package io.durableserver.backend.mirror;

import io.durableserver.NotAppliedException;
import io.durableserver.backend.mirror.CopySteps.Step;
import io.durableserver.spi.Version;
import io.durableserver.spi.WriteResult;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Performs {@link CopySteps} on the stores: the only place that writes to the mirror. Before each write it asks whether this
 * handle may still write in this direction, and it counts what is on its way, so that a pause can wait for it.
 */
final class Copier {
    private final Sides sides;
    private final RecordOrder order;
    private final Pairs pairs;
    private final Predicate<Side> mayMirror;
    private final AtomicInteger writing = new AtomicInteger();

    /**
     * A new copier.
     *
     * @param mayMirror whether what this side holds may be written to the other one
     */
    Copier(Sides sides, RecordOrder order, Pairs pairs, Predicate<Side> mayMirror) {
        this.sides = sides;
        this.order = order;
        this.pairs = pairs;
        this.mayMirror = mayMirror;
    }

    /** Whether a write to the mirror is on its way. */
    boolean isWriting() {
        return writing.get() > 0;
    }

    /** Makes the other side's record of a key what this side's is. */
    CompletableFuture<Copied> copy(Side from, String key, boolean force) {
        CompletableFuture<Copied> end = new CompletableFuture<>();
        CopySteps steps = new CopySteps(order, force);
        perform(from, key, steps, steps.begin(), end);
        return end;
    }

    /**
     * Writes the record that has just replaced a version whose counterpart is known: one request, no reads. The counterpart
     * holds the predecessor, so this is the next link of the chain.
     */
    CompletableFuture<Copied> follow(Side from, String key, byte[] record, Version authority, Version counterpart) {
        return write(from, () -> sides.replace(from.other(), key, record, counterpart))
                .thenCompose(result -> {
                    if (result instanceof WriteResult.Stored stored) {
                        return CompletableFuture.completedFuture(
                                remember(from, key, new Copied.Versions(authority, stored.version())));
                    }
                    return copy(from, key, false);
                });
    }

    private void perform(Side from, String key, CopySteps steps, Step step, CompletableFuture<Copied> end) {
        if (step instanceof Step.ReadMirror) {
            var unused = sides.get(from.other(), key)
                    .thenAccept(result -> perform(from, key, steps, steps.onMirror(result), end));
        } else if (step instanceof Step.ReadAuthority) {
            var unused = sides.get(from, key)
                    .thenAccept(result -> perform(from, key, steps, steps.onAuthority(result), end));
        } else if (step instanceof Step.Create create) {
            var unused = write(from, () -> sides.create(from.other(), key, create.record()))
                    .thenAccept(result -> perform(from, key, steps, steps.onCreate(result), end));
        } else if (step instanceof Step.Replace replace) {
            var unused = write(from, () -> sides.replace(from.other(), key, replace.record(), replace.expected()))
                    .thenAccept(result -> perform(from, key, steps, steps.onReplace(result), end));
        } else if (step instanceof Step.Delete delete) {
            var unused = write(from, () -> sides.delete(from.other(), key, delete.expected()))
                    .thenAccept(result -> perform(from, key, steps, steps.onDelete(result), end));
        } else if (step instanceof Step.TakeBack back) {
            var unused = counted(() -> sides.delete(from.other(), key, back.created()))
                    .thenAccept(result -> perform(from, key, steps, steps.onDelete(result), end));
        } else if (step instanceof Step.Done done) {
            if (done.result() instanceof Copied.Same same) {
                same.versions().ifPresent(versions -> remember(from, key, versions));
            }
            end.complete(done.result());
        }
    }

    private Copied remember(Side from, String key, Copied.Versions versions) {
        pairs.put(key, Pairs.Pair.of(from, versions.authority(), versions.mirror()));
        return new Copied.Same(Optional.of(versions), true);
    }

    private CompletableFuture<WriteResult> write(Side from, Supplier<CompletableFuture<WriteResult>> request) {
        // Asked after it was counted: whoever sees a count of zero and then forbids writes has forbidden this one.
        return counted(() -> mayMirror.test(from)
                ? request.get()
                : CompletableFuture.completedFuture(new WriteResult.NotApplied(true, notNow())));
    }

    private CompletableFuture<WriteResult> counted(Supplier<CompletableFuture<WriteResult>> request) {
        writing.incrementAndGet();
        return request.get().whenComplete((stored, defect) -> writing.decrementAndGet());
    }

    private static NotAppliedException notNow() {
        return new NotAppliedException(
                NotAppliedException.Reason.STORAGE_UNAVAILABLE,
                "The rollout has moved on: this node may not mirror in this direction now",
                Map.of());
    }
}
