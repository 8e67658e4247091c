package io.durableserver.backend.mirror.copy;

import io.durableserver.NotAppliedException;
import io.durableserver.backend.mirror.base.Futures;
import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.base.Timers;
import io.durableserver.backend.mirror.copy.CopySteps.Step;
import io.durableserver.backend.mirror.rollout.RecordOrder;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.WriteResult;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Performs {@link CopySteps} on the stores: the only place that writes to the mirror. Before each write it asks whether this
 * handle may still write in this direction, and it counts what is on its way, so that a pause can wait for it: a record that
 * was created and may have to be taken back, too.
 */
public final class Copier {
    private static final int LISTED_KEYS = 1_000;
    private static final int LISTED_PAGES = 100;

    private final StorePair stores;
    private final String witness;
    private final RecordOrder order;
    private final VersionPairs pairs;
    private final Timers timers;
    private final Duration secondLook;
    private final Predicate<Side> mayMirror;
    private final AtomicInteger writing = new AtomicInteger();

    /**
     * A new copier.
     *
     * @param witness the key of a record that each authority has
     * @param secondLook how far two readings are apart that prove together what neither proves alone
     * @param mayMirror whether what this side holds may be written to the other one
     */
    public Copier(
            StorePair stores,
            String witness,
            RecordOrder order,
            VersionPairs pairs,
            Timers timers,
            Duration secondLook,
            Predicate<Side> mayMirror) {
        this.stores = stores;
        this.witness = witness;
        this.order = order;
        this.pairs = pairs;
        this.timers = timers;
        this.secondLook = secondLook;
        this.mayMirror = mayMirror;
    }

    /** Whether a write to the mirror is on its way. */
    public boolean isWriting() {
        return writing.get() > 0;
    }

    /** Makes the other side's record of a key what this side's is. */
    public CompletableFuture<Copied> copy(Side from, String key, boolean force, Supplier<Evidence> evidence) {
        Copy copy = new Copy(from, key, new CopySteps(order, force, evidence));
        copy.perform(copy.steps.begin());
        return copy.end;
    }

    /**
     * Writes the record that has just replaced a version whose counterpart is known, or removes the counterpart of one that
     * was removed: one request, no reads. The counterpart holds the predecessor, so this is the next link of the chain.
     */
    public CompletableFuture<Copied> follow(Side from, String key, Follow follow, Supplier<Evidence> evidence) {
        byte[] record = follow.record();
        Side to = from.other();
        return write(
                        from,
                        () -> record == null
                                ? stores.delete(to, key, follow.counterpart())
                                : stores.replace(to, key, record, follow.counterpart()))
                .thenCompose(result -> {
                    if (!(result instanceof WriteResult.Stored stored)) {
                        // Another node may have written over the counterpart, with a newer record.
                        return copy(from, key, record == null, Evidence.fromNowOn(evidence));
                    }
                    return CompletableFuture.completedFuture(
                            record == null
                                    ? new Copied.Same(Optional.empty(), Copied.Change.REMOVED)
                                    : replaced(from, key, new Copied.Versions(follow.authority(), stored.version())));
                });
    }

    /** One copy of one key. */
    private final class Copy {
        private final Side from;
        private final String key;
        private final CopySteps steps;
        private final CompletableFuture<Copied> end = new CompletableFuture<>();
        /** A record that was created here may have to be taken back. */
        private boolean owes;

        Copy(Side from, String key, CopySteps steps) {
            this.from = from;
            this.key = key;
            this.steps = steps;
        }

        void perform(Step step) {
            Side to = from.other();
            if (step instanceof Step.ReadMirror) {
                var unused = stores.get(to, key).thenAccept(result -> perform(steps.onMirror(result)));
            } else if (step instanceof Step.ReadMirrorAgain) {
                var unused = stores.get(to, key).thenAccept(result -> perform(steps.onMirrorAgain(result)));
            } else if (step instanceof Step.ReadAuthority) {
                readAuthority();
            } else if (step instanceof Step.ReadSoon) {
                timers.schedule(secondLook.dividedBy(10), this::readAuthority);
            } else if (step instanceof Step.ReadLater) {
                timers.schedule(secondLook, this::readAuthority);
            } else if (step instanceof Step.ReadListing) {
                var unused = listed().handle((listed, failure) ->
                                failure == null ? steps.onListing(listed) : steps.onListing(Futures.unwrap(failure)))
                        .thenAccept(this::perform);
            } else if (step instanceof Step.ReadWitness) {
                var unused = stores.get(from, witness).thenAccept(result -> perform(steps.onWitness(result)));
            } else if (step instanceof Step.Create create) {
                owe(true);
                var unused = write(from, () -> stores.create(to, key, create.record()))
                        .thenAccept(result -> {
                            owe(result instanceof WriteResult.Stored);
                            perform(steps.onCreate(result));
                        });
            } else if (step instanceof Step.Replace replace) {
                var unused = write(from, () -> stores.replace(to, key, replace.record(), replace.expected()))
                        .thenAccept(result -> perform(steps.onReplace(result)));
            } else if (step instanceof Step.Delete delete) {
                var unused = write(from, () -> stores.delete(to, key, delete.expected()))
                        .thenAccept(result -> perform(steps.onDelete(result)));
            } else if (step instanceof Step.TakeBack back) {
                var unused = counted(() -> stores.delete(to, key, back.created()))
                        .thenAccept(result -> perform(steps.onDelete(result)));
            } else if (step instanceof Step.Done done) {
                if (done.result() instanceof Copied.Same same) {
                    same.versions().ifPresent(versions -> remember(from, key, versions));
                }
                owe(false);
                end.complete(done.result());
            }
        }

        /** A listing without the key proves something only of a store that lists what must be there. */
        private CompletableFuture<Boolean> listed() {
            return listed(PageRequest.keys(key, LISTED_KEYS), 1)
                    .thenCompose(there -> there
                            ? CompletableFuture.completedFuture(true)
                            : listed(PageRequest.keys(witness, LISTED_KEYS), 1).thenApply(witnessed -> {
                                if (!witnessed) {
                                    throw stores.unavailable(
                                            from,
                                            "list",
                                            new IllegalStateException("The listing leaves out a record that is there"));
                                }
                                return false;
                            }));
        }

        /** Most stores list a key before those it is the beginning of; what so many pages do not tell is not told. */
        private CompletableFuture<Boolean> listed(PageRequest request, int page) {
            return stores.list(from, request).thenCompose(keys -> {
                if (keys.entries().stream().anyMatch(entry -> entry.key().equals(request.prefix()))) {
                    return CompletableFuture.completedFuture(true);
                }
                if (keys.next().isEmpty()) {
                    return CompletableFuture.completedFuture(false);
                }
                return page < LISTED_PAGES
                        ? listed(request.from(keys.next().orElseThrow()), page + 1)
                        : CompletableFuture.failedFuture(stores.unavailable(
                                from, "list", new IllegalStateException("Too many keys begin with this one")));
            });
        }

        private void readAuthority() {
            var unused = stores.get(from, key).thenAccept(result -> perform(steps.onAuthority(result)));
        }

        private void owe(boolean now) {
            if (owes != now) {
                owes = now;
                writing.addAndGet(now ? 1 : -1);
            }
        }
    }

    private Copied replaced(Side from, String key, Copied.Versions versions) {
        remember(from, key, versions);
        return new Copied.Same(Optional.of(versions), Copied.Change.REPLACED);
    }

    private void remember(Side from, String key, Copied.Versions versions) {
        pairs.put(key, VersionPairs.Pair.of(from, versions.authority(), versions.mirror()));
    }

    private CompletableFuture<WriteResult> write(Side from, Supplier<CompletableFuture<WriteResult>> request) {
        // Asked after it was counted: a drain that sees a count of zero and then forbids writes has forbidden this one.
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
