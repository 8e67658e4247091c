package io.durableserver.runtime.ownership;

import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.ServerStatus;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.ownership.AcquireSteps.Result;
import io.durableserver.runtime.ownership.AcquireSteps.Step;
import io.durableserver.runtime.ownership.AcquireSteps.Wanted;
import io.durableserver.runtime.wire.Causes;
import io.durableserver.runtime.wire.Start;
import io.durableserver.spi.Membership;
import io.durableserver.spi.ReadResult;
import io.durableserver.spi.ServerEvent;
import io.durableserver.spi.ServerEvent.Evidence;
import io.durableserver.spi.Session;
import io.durableserver.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Performs {@link AcquireSteps}: the thin shell around them. */
public final class Acquisition {
    /** User code that an acquisition needs; fails with a typed error. */
    public interface Loader {
        /** Makes the first state of the key. */
        CompletionStage<Start.Cause.First> makeFirst();

        /** Loads a state, and says which of its members are optional. */
        CompletionStage<List<String>> load(Step.Load load);
    }

    /** A server that is claimed for its end runs no user code. */
    private static final class NoUserCode implements Loader {
        @Override
        public CompletionStage<Start.Cause.First> makeFirst() {
            return refused();
        }

        @Override
        public CompletionStage<List<String>> load(Step.Load load) {
            return refused();
        }

        private static <T> CompletionStage<T> refused() {
            return CompletableFuture.failedFuture(new IllegalStateException("a server is loaded for its end"));
        }
    }

    /** Asks a session of the cluster whether it serves a key. */
    @FunctionalInterface
    public interface OwnerQuery {
        CompletionStage<Boolean> serves(Session owner, String key);
    }

    private final Store store;
    private final StoreKeys keys;
    private final Directory directory;
    private final Membership membership;
    private final OwnerCheck owners;
    private final OwnerQuery query;
    private final TimeSource time;
    private final Facts facts;
    private final RefusedRecords refused;

    public Acquisition(
            Store store,
            StoreKeys keys,
            Directory directory,
            Membership membership,
            OwnerCheck owners,
            OwnerQuery query,
            TimeSource time,
            Facts facts) {
        this.store = store;
        this.keys = keys;
        this.directory = directory;
        this.membership = membership;
        this.owners = owners;
        this.query = query;
        this.time = time;
        this.facts = facts;
        this.refused = new RefusedRecords(facts, time);
    }

    /**
     * Tries to become the owner, with the directory or, when that cannot answer, without. Unless it is won, the directory
     * entry that was made is removed again.
     *
     * @param deadlineNanos after which nothing new is tried; a write in flight is still waited for
     */
    public CompletionStage<Result> acquire(Wanted wanted, Loader loader, long deadlineNanos) {
        Run run = new Run(wanted, loader, deadlineNanos);
        run.advance(run.steps::begin);
        return run.end;
    }

    /**
     * Claims a stored server that does not run for its end, and removes its record when it is to be deleted. The record that was
     * won is its last one; {@link Result.Elsewhere} when it runs after all.
     *
     * @param status {@code DELETING} or {@code STOPPED_PERMANENT}
     */
    public CompletionStage<Result> end(String key, String type, ServerStatus status, long deadlineNanos) {
        Wanted wanted = new Wanted(key, type, new AcquireSteps.Purpose.End(status));
        return acquire(wanted, new NoUserCode(), deadlineNanos).thenCompose(result -> {
            if (!(result instanceof Result.Won won) || status != ServerStatus.DELETING) {
                return CompletableFuture.completedFuture(result);
            }
            // The tombstone is the delete, whatever becomes of its removal: the next start of the key replaces it.
            return store.write(
                            keys.server(key),
                            ConditionalWrite.delete(won.version()),
                            () -> time.nanoTime() - deadlineNanos < 0)
                    .handle((removed, failure) -> result);
        });
    }

    private final class Run {
        final Wanted wanted;
        final Loader loader;
        final long deadline;
        final AcquireSteps steps;
        final CompletableFuture<Result> end = new CompletableFuture<>();
        boolean entered;
        /** Whose place we take, and what shows that it is free. */
        @Nullable
        Session former;

        @Nullable
        Evidence evidence;

        long askedNanos;
        long waitedNanos;

        Run(Wanted wanted, Loader loader, long deadline) {
            this.wanted = wanted;
            this.loader = loader;
            this.deadline = deadline;
            this.steps = new AcquireSteps(wanted, membership.self(), time.wallMillis());
        }

        boolean inTime() {
            return time.nanoTime() - deadline < 0;
        }

        /** Takes a step; a defect in it ends the acquisition instead of leaving it hanging. */
        void advance(Supplier<Step> step) {
            try {
                perform(step.get());
            } catch (RuntimeException | Error defect) {
                finish(new Result.Failed(Objects.requireNonNull(typed(defect))));
            }
        }

        private void perform(Step step) {
            if (step instanceof Step.Done done) {
                finish(done.result());
            } else if (!inTime() && !(step instanceof Step.Claim)) {
                advance(() -> steps.failed(
                        NotAppliedException.Reason.DEADLINE_BEFORE_START,
                        "The deadline passed before the start",
                        null));
            } else if (step instanceof Step.ClaimDirectory claim) {
                directory.set(wanted.key(), claim.expected(), claim.mine()).whenComplete((cas, failure) -> {
                    if (failure == null) {
                        entered |= cas.applied();
                        advance(() -> steps.onDirectory(cas, membership.view()));
                    } else {
                        entered |= Directory.mayHaveChanged(failure);
                        advance(steps::onNoDirectory);
                    }
                });
            } else if (step instanceof Step.ReadRecord) {
                // Whose place it was is seen anew.
                former = null;
                evidence = null;
                store.readWithin(keys.server(wanted.key()), () -> deadline - time.nanoTime())
                        .whenComplete((result, defect) -> advance(() -> ofRecord(steps.onRecord(
                                defect == null ? result : new ReadResult.Failed(false, defect), membership.view()))));
            } else if (step instanceof Step.AskOwner ask) {
                asks(ask.owner());
                query.serves(ask.owner(), wanted.key()).whenComplete((serving, failure) -> {
                    seen(failure == null ? Evidence.ANSWERED : null);
                    advance(() ->
                            steps.onOwnerAnswer(ask.owner(), failure == null ? serving : null, membership.view()));
                });
            } else if (step instanceof Step.AwaitGone await) {
                asks(await.owner());
                owners.awaitGone(await.owner(), deadline).whenComplete((gone, failure) -> {
                    seen(failure == null ? gone : null);
                    advance(() -> steps.onGone(failure));
                });
            } else if (step instanceof Step.MakeFirst) {
                loader.makeFirst()
                        .whenComplete((first, failure) -> advance(() -> steps.onFirst(first, typed(failure))));
            } else if (step instanceof Step.Load load) {
                loader.load(load)
                        .whenComplete((optional, failure) -> advance(() ->
                                ofRecord(steps.onLoaded(typed(failure), failure == null ? optional : List.of()))));
            } else if (step instanceof Step.Claim claim) {
                store.write(keys.server(wanted.key()), claim.write(), this::inTime)
                        .whenComplete((outcome, defect) -> advance(() -> steps.onClaimed(
                                defect == null ? outcome : new ConditionalWrite.Outcome.Unknown(defect), inTime())));
            }
        }

        /** What follows from the record alone: where it leads to an error, the record may be to blame. */
        private Step ofRecord(Step next) {
            if (next instanceof Step.Done done && done.result() instanceof Result.Failed failed) {
                refused.look(wanted.key(), wanted.type(), failed.error());
            }
            return next;
        }

        private void asks(Session owner) {
            if (!owner.equals(former)) {
                askedNanos = time.nanoTime();
            }
            former = owner;
            evidence = null;
        }

        private void seen(@Nullable Evidence what) {
            evidence = what;
            waitedNanos = time.nanoTime() - askedNanos;
        }

        /** Not of a server that was deleted: a new one takes over nothing. */
        private void tellOfTakeOver(Result.Won won) {
            Session from = former;
            Evidence why = evidence;
            if (from != null
                    && why != null
                    && !won.firstBoot()
                    && wanted.purpose() instanceof AcquireSteps.Purpose.Serve) {
                Duration waited = Duration.ofNanos(waitedNanos);
                facts.tell(new ServerEvent.TookOver(wanted.key(), wanted.type(), from, why, waited));
            }
        }

        private void finish(Result result) {
            if (result instanceof Result.Won won) {
                tellOfTakeOver(won);
            }
            if (result instanceof Result.Won || !entered) {
                end.complete(result);
                return;
            }
            directory.remove(wanted.key(), steps.entry()).whenComplete((done, failure) -> end.complete(result));
        }
    }

    private static @Nullable DurableServerException typed(@Nullable Throwable failure) {
        if (failure == null) {
            return null;
        }
        Throwable cause = Causes.of(failure);
        return cause instanceof DurableServerException known
                ? known
                : new NotAppliedException(
                        NotAppliedException.Reason.NOT_RUNNING, "The state cannot be loaded", Map.of(), cause);
    }
}
