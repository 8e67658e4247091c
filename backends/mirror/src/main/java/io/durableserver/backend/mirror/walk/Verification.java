package io.durableserver.backend.mirror.walk;

import io.durableserver.backend.mirror.base.StorePair;
import io.durableserver.backend.mirror.base.Timers;
import io.durableserver.backend.mirror.copy.Copied;
import io.durableserver.backend.mirror.copy.Copier;
import io.durableserver.backend.mirror.copy.Evidence;
import io.durableserver.backend.mirror.rollout.RecordOrder;
import io.durableserver.backend.mirror.rollout.Repair;
import io.durableserver.backend.mirror.rollout.Side;
import io.durableserver.backend.mirror.rollout.VerificationReport;
import io.durableserver.backend.mirror.rollout.VerificationReport.Kind;
import io.durableserver.backend.mirror.walk.Looks.Verdict;
import io.durableserver.spi.Backend.Listed;
import io.durableserver.spi.PageRequest;
import io.durableserver.spi.Version;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Compares all records of the two stores: every key the authority lists, then every key the mirror lists, since a listing may
 * leave keys out. Writes may go on meanwhile; a key that differs is looked at again before it is counted or repaired, and a
 * record of the mirror is removed only when the authority does not list the key either.
 */
public final class Verification {
    private static final int ATTEMPTS = 3;
    /** More of them are settled before the walk goes on. */
    private static final int MAX_SUSPECTS = 10_000;

    private final StorePair stores;
    private final Copier copier;
    private final RecordOrder order;
    private final Supplier<PageWalk> walks;
    private final Timers timers;
    private final Duration secondLook;
    private final Side authority;
    private final Repair repair;
    private final Findings findings = new Findings();
    private volatile Suspects suspects = new Suspects();

    /**
     * Nothing is compared yet.
     *
     * @param walks makes a walk at the pace of this comparison
     * @param secondLook how far the looks at one key are apart
     */
    public Verification(
            StorePair stores,
            Copier copier,
            RecordOrder order,
            Supplier<PageWalk> walks,
            Timers timers,
            Duration secondLook,
            Side authority,
            Repair repair) {
        this.stores = stores;
        this.copier = copier;
        this.order = order;
        this.walks = walks;
        this.timers = timers;
        this.secondLook = secondLook;
        this.authority = authority;
        this.repair = repair;
    }

    /** Fails with a {@link io.durableserver.NotAppliedException} when a store cannot be listed. */
    public CompletableFuture<VerificationReport> run() {
        long started = timers.nanoTime();
        return walk(authority)
                .thenCompose(walked -> walk(authority.other()))
                .thenCompose(walked -> settle())
                .thenApply(walked -> findings.report(authority, Duration.ofNanos(timers.nanoTime() - started)));
    }

    private CompletableFuture<Void> walk(Side side) {
        return walk(
                side,
                entry -> visit(side, entry, 1, false),
                next -> suspects.size() < MAX_SUSPECTS ? CompletableFuture.completedFuture(null) : settle());
    }

    private CompletableFuture<Void> walk(
            Side side,
            Function<Listed, CompletableFuture<?>> visit,
            Function<Optional<String>, CompletableFuture<?>> pageDone) {
        PageWalk walk = walks.get();
        return side == authority
                ? walk.whole(side, visit, pageDone)
                : walk.run(side, PageRequest.START, visit, pageDone);
    }

    /**
     * Compares a key, and repairs it.
     *
     * @param lister whose listing has it
     * @param suspected whether it was gone before, and the authority lists it all the same
     */
    private CompletableFuture<Void> visit(Side lister, Listed entry, int attempt, boolean suspected) {
        return look(entry.key(), new Looks(order, authority, lister, entry.version()))
                .thenCompose(verdict -> {
                    if (verdict instanceof Verdict.Gone && suspected) {
                        findings.differs(entry.key(), Kind.FAILED);
                    } else if (verdict instanceof Verdict.Gone gone) {
                        suspects.add(entry, lister == authority, gone.extra());
                    } else if (verdict instanceof Verdict.Equal && lister == authority) {
                        findings.equal();
                    } else if (verdict instanceof Verdict.Differs differs) {
                        return differs(lister, entry, attempt, suspected, differs);
                    }
                    return CompletableFuture.completedFuture(null);
                });
    }

    private CompletableFuture<Void> differs(
            Side lister, Listed entry, int attempt, boolean suspected, Verdict.Differs differs) {
        return repair == Repair.NONE || differs.shown().isEmpty()
                ? noted(entry.key(), differs.kind())
                : mend(lister, entry, attempt, suspected, differs.shown().get());
    }

    private CompletableFuture<Void> noted(String key, Kind kind) {
        findings.differs(key, kind);
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> mend(Side lister, Listed entry, int attempt, boolean suspected, Version shown) {
        return copy(entry.key(), new Evidence.Shown(shown)).thenCompose(copied -> {
            if (open(copied) && attempt < ATTEMPTS) {
                return later(() -> visit(lister, entry, attempt + 1, suspected));
            }
            note(entry.key(), copied);
            return CompletableFuture.completedFuture(null);
        });
    }

    private CompletableFuture<Copied> copy(String key, Evidence evidence) {
        return copier.copy(authority, key, repair == Repair.AUTHORITY_WINS, () -> evidence);
    }

    /** Another node mirrors a busy key at this moment, so it needs no repair. */
    private void note(String key, Copied copied) {
        if (copied instanceof Copied.Same same && same.wrote()) {
            findings.repaired(same.change());
        } else if (copied instanceof Copied.Same || copied instanceof Copied.Busy) {
            findings.equal();
        } else {
            findings.differs(key, copied instanceof Copied.Ahead ? Kind.AHEAD : Kind.FAILED);
        }
    }

    private CompletableFuture<Verdict> look(String key, Looks looks) {
        return stores.get(authority.other(), key)
                .thenCompose(mirror -> stores.get(authority, key).thenCompose(wanted -> {
                    Verdict verdict = looks.onLook(mirror, wanted);
                    return verdict instanceof Verdict.Again
                            ? later(() -> look(key, looks))
                            : CompletableFuture.completedFuture(verdict);
                }));
    }

    /** Asks the authority's listing about the keys it does not seem to have. */
    private CompletableFuture<Void> settle() {
        Suspects now = suspects;
        suspects = new Suspects();
        if (now.size() == 0) {
            return CompletableFuture.completedFuture(null);
        }
        return walk(
                        authority,
                        entry -> {
                            now.listed(entry);
                            return CompletableFuture.completedFuture(null);
                        },
                        next -> CompletableFuture.completedFuture(null))
                .thenCompose(
                        listed -> walks.get().visitAll(now.contradicted(), entry -> visit(authority, entry, 1, true)))
                .thenCompose(visited -> walks.get().visitAll(now.gone(), entry -> gone(entry, 1)))
                .thenAccept(visited -> now.moved().forEach(entry -> findings.equal()));
    }

    /**
     * Neither shown nor listed, and the mirror has this version. The node that removed it removes the mirror's, too; so it is
     * looked at once more before that is done here.
     */
    private CompletableFuture<Void> gone(Listed entry, int attempt) {
        String key = entry.key();
        return look(key, new Looks(order, authority, authority.other(), entry.version()))
                .thenCompose(verdict -> {
                    if (verdict instanceof Verdict.Gone gone) {
                        // Of another record the listing says nothing: it began a new life of the key after it.
                        return !gone.extra().equals(Optional.of(entry.version()))
                                ? CompletableFuture.completedFuture(null)
                                : repair == Repair.NONE ? noted(key, Kind.EXTRA) : remove(entry, attempt);
                    }
                    return verdict instanceof Verdict.Differs differs
                            ? differs(authority.other(), entry, 1, false, differs)
                            : CompletableFuture.completedFuture(null);
                });
    }

    private CompletableFuture<Void> remove(Listed entry, int attempt) {
        return copy(entry.key(), new Evidence.Gone(entry.version())).thenCompose(copied -> {
            if (open(copied) && attempt < ATTEMPTS) {
                return later(() -> gone(entry, attempt + 1));
            }
            note(entry.key(), copied);
            return CompletableFuture.completedFuture(null);
        });
    }

    private static boolean open(Copied copied) {
        return copied instanceof Copied.Failed || copied instanceof Copied.Unsettled;
    }

    private <T> CompletableFuture<T> later(Supplier<CompletableFuture<T>> next) {
        return timers.after(secondLook).thenCompose(waited -> next.get());
    }
}
