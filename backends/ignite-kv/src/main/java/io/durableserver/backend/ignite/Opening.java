package io.durableserver.backend.ignite;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.NotAppliedException;
import io.durableserver.NotAppliedException.Reason;
import io.durableserver.spi.ErrorCode;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.StoreEvent;
import io.durableserver.spi.StoreFacts;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Waits for the cluster to become active and opens the cache then, without holding a thread meanwhile; after each activation anew, since
 * other nodes may be here than before.
 */
final class Opening {
    private enum Stale {
        NO,
        YES,
        NOT_KNOWN
    }

    private static final Duration AT_ONCE = Duration.ofMillis(5);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration POLL_PEOPLE = Duration.ofSeconds(1);

    private final RecordCache cache;
    private final Supplier<Set<String>> missing;
    private final Supplier<Optional<DurableServerException>> refusal;
    private final Runnable whenOpen;
    private final Admission admission;
    private final Outcomes outcomes;
    private final Scheduler scheduler;
    private final Executor blocking;
    private final StoreFacts facts;
    private Set<String> told = Set.of();
    private String refused = "";
    /** What was told last of an attempt that failed. */
    private String failed = "";
    /** Whether the last attempt came as far as to open the cache. */
    private boolean opens;

    /**
     * Nothing happens yet.
     *
     * @param missing the nodes whose records may be newer than all that are here; blocks
     * @param refusal why this node must not serve as it and the others are configured
     */
    Opening(
            RecordCache cache,
            Supplier<Set<String>> missing,
            Supplier<Optional<DurableServerException>> refusal,
            Runnable whenOpen,
            Admission admission,
            Outcomes outcomes,
            Scheduler scheduler,
            Executor blocking,
            StoreFacts facts) {
        this.cache = cache;
        this.missing = missing;
        this.refusal = refusal;
        this.whenOpen = whenOpen;
        this.admission = admission;
        this.outcomes = outcomes;
        this.scheduler = scheduler;
        this.blocking = blocking;
        this.facts = facts;
    }

    void run() {
        if (!admission.closed()) {
            blocking.execute(this::attempt);
        }
    }

    private void attempt() {
        try {
            if (!cache.clusterActive()) {
                if (opens) {
                    nothingToTell();
                }
                again(POLL);
                return;
            }
            // First: what was asked is true of this one.
            Object run = cache.door().run();
            Stale stale = stale();
            if (stale == Stale.YES) {
                // Ignite must not fill newer copies from older ones, nor those that are about to come back.
                deactivate();
            }
            if (stale != Stale.NO || refused()) {
                again(POLL_PEOPLE);
                return;
            }
            cache.open();
            if (run == null || run != cache.door().run()) {
                // Made just now, or another activation: it is to be asked again which nodes are here.
                again(AT_ONCE);
                return;
            }
            cache.door().open(run);
            whenOpen.run();
            scheduler.internal().execute(admission::open);
            facts.tell(StoreEvent.StoreOpened::new);
            watch();
        } catch (ConfigurationException wrong) {
            fail(wrong);
        } catch (RuntimeException | Error failure) {
            failed(failure);
        }
    }

    private void deactivate() {
        try {
            cache.deactivate();
        } catch (RuntimeException busy) {
            facts.tell((store, name) ->
                    new StoreEvent.StoreStepFailed(store, name, "the deactivation of the cluster", busy));
        }
    }

    /** A deactivation closes the door at once; here it is seen when another activation has come, and the nodes that are here then are asked anew. */
    private void watch() {
        if (admission.closed() || cache.stopping()) {
            return;
        }
        boolean open = cache.door().isOpen();
        if (open || (cache.door().run() == null && !cache.isBeingActivated())) {
            var unused = scheduler.schedule(open ? POLL_PEOPLE : POLL, this::watch);
        } else {
            admission.shut();
            run();
        }
    }

    private void failed(Throwable failure) {
        if (cache.clusterInactive()) {
            // An activation may be taken back while the cache is being opened.
            again(POLL);
        } else if (cache.stopping()) {
            fail(outcomes.unavailable(failure));
        } else {
            opens = true;
            NotAppliedException reason =
                    outcomes.notOpen("The records' cache could not be opened, and is tried again", failure);
            if (waits(reason, failure)) {
                scheduler.internal().execute(() -> admission.refuse(reason));
            }
            again(POLL_PEOPLE);
        }
    }

    private void nothingToTell() {
        admission.waits(null);
        failed = "";
        opens = false;
    }

    /** Callers hear of what is waited for, and the log once. Answers whether it is something else than before. */
    private boolean waits(NotAppliedException reason, Throwable failure) {
        if (told.isEmpty() || failure == reason) {
            // Else the missing nodes are the better reason.
            admission.waits(reason);
        }
        boolean isNew = !failure.toString().equals(failed);
        failed = failure.toString();
        if (isNew) {
            String problem = reason == failure ? String.valueOf(reason) : reason.getMessage() + ": " + failure;
            facts.tell((store, name) -> new StoreEvent.StoreWaits(store, name, ErrorCode.of(reason), problem));
        }
        return isNew;
    }

    /** An old copy never wins (P2): nothing is read or written before the newest ones can be here. */
    private Stale stale() {
        Set<String> nodes;
        try {
            nodes = missing.get();
        } catch (NotAppliedException known) {
            waits(known, known);
            return Stale.NOT_KNOWN;
        } catch (RuntimeException unanswered) {
            // A node may just be leaving. Until all have answered nothing is known.
            waits(
                    outcomes.notOpen("Who has the newest records is not known yet, and is asked again", unanswered),
                    unanswered);
            return Stale.NOT_KNOWN;
        }
        if (!nodes.isEmpty()) {
            NotAppliedException reason = outcomes.staleCopies(nodes);
            admission.waits(reason);
            if (!nodes.equals(told)) {
                facts.tell((store, name) ->
                        new StoreEvent.NewestCopiesMissing(store, name, nodes.toString(), String.valueOf(reason)));
            }
        }
        told = nodes;
        if (nodes.isEmpty() && refused.isEmpty() && !opens) {
            nothingToTell();
        }
        return nodes.isEmpty() ? Stale.NO : Stale.YES;
    }

    private boolean refused() {
        DurableServerException reason = refusal.get().orElse(null);
        String text = reason == null ? "" : String.valueOf(reason.getMessage());
        boolean isNew = !text.equals(refused);
        refused = text;
        if (reason != null && isNew) {
            facts.tell((store, name) -> new StoreEvent.OpeningRefused(store, name, ErrorCode.of(reason), text));
            if (reason instanceof NotAppliedException wait) {
                admission.waits(wait);
            } else {
                scheduler.internal().execute(() -> admission.refuse(reason));
            }
        }
        return reason != null;
    }

    private void again(Duration pause) {
        if (admission.closed()) {
            fail(outcomes.notSent(Reason.NOT_READY, "The backend is closed"));
        } else {
            var unused = scheduler.schedule(pause, this::run);
        }
    }

    private void fail(DurableServerException reason) {
        scheduler.internal().execute(() -> admission.fail(reason));
    }
}
